import type { MetricThresholds } from '#shared/domain/telemetry/metric';

/** A panel before it has its place. */
export interface Panel {
  readonly title: string;
  readonly description: string | null;
  readonly type: 'stat' | 'timeseries';
  readonly expr: string;
  /** Which labels tell the lines apart: `{{instance}}`. */
  readonly legend: string;
  /** As Grafana calls it. */
  readonly unit: string;
  readonly thresholds: MetricThresholds | null;
}

export interface DashboardOptions {
  /** Tells it from others when it is imported again. */
  readonly uid: string;
  readonly title: string;
  /** What the variable `instance` is called. */
  readonly nodeLabel: string;
  readonly isOneNode: boolean;
  readonly panels: readonly Panel[];
}

/** Grafana's grid is 24 wide. */
const WIDTH = 24;
const sizes = { stat: { w: 6, h: 4 }, timeseries: { w: 12, h: 8 } } as const;
const source = { type: 'prometheus', uid: '$datasource' } as const;

export type Dashboard = ReturnType<typeof dashboardOf>;

/** A dashboard in Grafana's JSON model. */
export function dashboardOf({ uid, title, nodeLabel, isOneNode, panels }: DashboardOptions) {
  let [x, y, rowHeight] = [0, 0, 0];
  return {
    uid,
    title,
    tags: ['gantry'],
    timezone: 'browser',
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
        {
          name: 'instance',
          label: nodeLabel,
          type: 'query',
          datasource: source,
          query: { query: 'label_values(gantry_node_up, instance)', refId: 'instance' },
          refresh: 2,
          sort: 7,
          ...(isOneNode
            ? {}
            : { multi: true, includeAll: true, allValue: '.*', current: { text: 'All', value: '$__all' } }),
        },
      ],
    },
    panels: panels.map((panel, index) => {
      const { w, h } = sizes[panel.type];
      if (x + w > WIDTH || (rowHeight !== 0 && rowHeight !== h)) [x, y, rowHeight] = [0, y + rowHeight, 0];
      const gridPos = { x, y, w, h };
      [x, rowHeight] = [x + w, h];
      return panelOf(panel, index + 1, gridPos);
    }),
  };
}

function panelOf(panel: Panel, id: number, gridPos: { x: number; y: number; w: number; h: number }) {
  const { title, description, type, expr, legend, unit, thresholds } = panel;
  return {
    id,
    type,
    title,
    ...(description ? { description } : {}),
    datasource: source,
    gridPos,
    targets: [{ refId: 'A', datasource: source, expr, legendFormat: legend }],
    fieldConfig: {
      defaults: {
        unit,
        ...(thresholds ? { thresholds: { mode: 'absolute', steps: stepsOf(thresholds) } } : {}),
        ...(type === 'timeseries'
          ? { custom: { spanNulls: false, thresholdsStyle: { mode: thresholds ? 'dashed' : 'off' } } }
          : {}),
      },
      overrides: [],
    },
    options:
      type === 'stat'
        ? { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: thresholds ? 'value' : 'none' }
        : { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  };
}

/** Each step holds from its value upwards. */
function stepsOf({ bad, warn, critical }: MetricThresholds) {
  const steps: Array<{ color: string; value: number | null }> = [];
  const add = (color: string, value: number | null): void => {
    if (value !== null) steps.push({ color, value });
  };
  if (bad === 'above') {
    steps.push({ color: 'green', value: null });
    add('orange', warn);
    add('red', critical);
  } else {
    steps.push({ color: critical === null ? 'orange' : 'red', value: null });
    if (critical !== null && warn !== null) add('orange', critical);
    add('green', warn ?? critical);
  }
  return steps;
}
