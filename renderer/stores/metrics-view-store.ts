import { create } from 'zustand';
import { quoteText } from '#shared/domain/fleet/filter/print-filter';
import type { AnnotationKind } from '#shared/domain/telemetry/annotation';
import type { ChartView } from '#shared/domain/telemetry/chart-view';
import { isMetricId, type MetricId } from '#shared/domain/telemetry/metrics';
import { navigate } from '../app/router';
import { subjectId } from '../charts/chart-subject';
import { follow, shownWindow, spans, type TimeView } from '../charts/time-view';

interface MetricsView {
  /** Which nodes, in the filter language of the fleet. */
  readonly filter: string;
  /** Ids of what is compared; null: everything that those nodes have. */
  readonly picked: ReadonlySet<string> | null;
  /** In the order of their charts. */
  readonly metrics: readonly MetricId[];
  readonly view: TimeView;
  readonly form: ChartView['form'];
  /** Ids of subjects whose lines are not drawn for now. */
  readonly hidden: ReadonlySet<string>;
  readonly kindsOff: ReadonlySet<AnnotationKind>;
  /** The saved view that was last taken; what was changed since is not in it. */
  readonly viewName: string | null;
}

const usual: MetricsView = {
  filter: '',
  picked: null,
  metrics: ['gpu.temperatureC', 'gpu.powerW', 'gpu.utilizationPercent', 'gpu.memoryUsedBytes'],
  view: follow(spans[0]),
  form: 'auto',
  hidden: new Set(),
  kindsOff: new Set(),
  viewName: null,
};

/** What the metrics screen compares; kept while other screens are open. */
export const useMetricsView = create<MetricsView>(() => usual);

export function resetMetricsView(): void {
  useMetricsView.setState(usual, true);
}

export interface MetricsWanted {
  readonly hosts?: ReadonlyArray<{ readonly id: string; readonly name: string }>;
  /** In place of hosts: those that a filter of the fleet lets through. */
  readonly filter?: string;
  /** Keys of subjects, of each of these hosts; without them everything. */
  readonly subjects?: readonly string[];
  readonly metrics: readonly MetricId[];
  readonly view?: TimeView;
}

/** Shows metrics of some hosts on the metrics screen, from wherever they are spoken of. */
export function openInMetrics({ hosts = [], filter = '', subjects, metrics, view }: MetricsWanted): void {
  const names = hosts.map(({ name }) => quoteText(name));
  useMetricsView.setState({
    ...usual,
    filter: names.length === 0 ? filter : names.length === 1 ? `name = ${names[0]}` : `name in (${names.join(', ')})`,
    picked: subjects ? new Set(hosts.flatMap(({ id }) => subjects.map((key) => subjectId(id, key)))) : null,
    metrics,
    ...(view ? { view } : {}),
  });
  navigate({ screen: 'metrics' });
}

export function showChartView({ name, filter, subjects, metrics, form, spanMs, window }: ChartView): void {
  useMetricsView.setState({
    ...usual,
    filter,
    picked: subjects && new Set(subjects.map(({ hostId, subject }) => subjectId(hostId, subject))),
    metrics: metrics.filter(isMetricId),
    form,
    view: { spanMs, windows: window ? [window] : [] },
    viewName: name,
  });
}

/** What is shown now, to be saved under a name. */
export function currentChartView(name: string): ChartView {
  const { filter, picked, metrics, form, view } = useMetricsView.getState();
  return {
    name,
    filter,
    subjects:
      picked &&
      [...picked].map((id) => {
        const [hostId = '', subject = ''] = id.split('\n');
        return { hostId, subject };
      }),
    metrics: [...metrics],
    form,
    spanMs: view.spanMs,
    window: shownWindow(view),
  };
}
