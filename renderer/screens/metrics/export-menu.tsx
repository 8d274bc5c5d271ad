import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useWords } from '../../app/i18n';
import { endOf } from '../../charts/annotation-lanes';
import { annotationId } from '../../charts/annotation-words';
import { chartPicture } from '../../charts/chart-picture';
import { windowAt } from '../../charts/time-view';
import { useFormat } from '../../components/format';
import { notify } from '../../components/notify';
import { notifyError } from '../../components/notify-error';
import { currentColours, savePicture } from '../../components/save-picture';
import { native } from '../../rpc/client';
import { useMetricsView } from '../../stores/metrics-view-store';
import type { ShownCharts } from './compared-charts';
import type { Compared } from './compared-subjects';
import { exportShown, TooMuchError } from './export-shown';

interface ExportMenuProps {
  charts: RefObject<ShownCharts>;
  compared: readonly Compared[];
}

const kinds = ['png', 'svg', 'csv', 'json'] as const;

/** What is seen, as a picture or as the exact samples behind it. */
export function ExportMenu({ charts, compared }: ExportMenuProps) {
  const words = useWords();
  const { t } = words;
  const format = useFormat();
  const [isSaving, setSaving] = useState(false);
  const ended = useRef(new AbortController());
  useEffect(() => {
    ended.current = new AbortController();
    return () => ended.current.abort();
  }, []);

  async function picture(kind: 'png' | 'svg'): Promise<string | null> {
    const { metrics } = useMetricsView.getState();
    const { shown, happened, wordsOf } = charts.current;
    const drawn = metrics.flatMap((metric) => shown.get(metric) ?? []);
    const window = drawn[0]?.window ?? windowAt(useMetricsView.getState().view);
    const svg = chartPicture(drawn, {
      title: t('metricsScreen.title'),
      about: t('charts.range.window', { from: format.dateTime(window.fromMs), to: format.dateTime(window.toMs) }),
      marks: happened.map((one) => ({
        id: annotationId(one),
        atMs: one.atMs,
        untilMs: endOf(one),
        words: wordsOf(one),
      })),
      words: {
        newest: t('charts.table.newest'),
        least: t('charts.table.least'),
        mean: t('charts.table.mean'),
        greatest: t('charts.table.greatest'),
      },
      more: (count) => t('charts.moreAnnotations', { count }),
      colours: currentColours(),
    });
    return savePicture(native, fileName(window.fromMs), kind, svg);
  }

  async function samples(kind: 'csv' | 'json'): Promise<string | null> {
    const { view, metrics, hidden } = useMetricsView.getState();
    const window = windowAt(view);
    const wanted = compared.filter(({ id }) => !hidden.has(id));
    const content = await exportShown(wanted, { metrics, ...window, format: kind }, ended.current.signal);
    const extension = kind === 'json' ? 'jsonl' : 'csv';
    const saved = await native.dialog.saveFile({
      suggestedName: `${fileName(window.fromMs)}.${extension}`,
      content,
      filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
    });
    return saved?.path ?? null;
  }

  async function save(kind: (typeof kinds)[number]) {
    setSaving(true);
    try {
      const path = await (kind === 'png' || kind === 'svg' ? picture(kind) : samples(kind));
      if (path !== null) notify({ message: t('metricsScreen.saved', { path }) }, words);
    } catch (error) {
      if (error instanceof TooMuchError) notify({ message: t('metricsScreen.tooMuch'), color: 'red' }, words);
      else if (!ended.current.signal.aborted) notifyError(error, words);
    } finally {
      setSaving(false);
    }
  }

  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" loading={isSaving} leftSection={<IconDownload size={14} aria-hidden />}>
          {t('metricsScreen.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((kind) => (
          <Menu.Item key={kind} onClick={() => void save(kind)}>
            {t(`metricsScreen.exportAs.${kind}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function fileName(fromMs: number): string {
  return `metrics-${new Date(fromMs).toISOString().slice(0, 19).replace(/[:T]/g, '')}`;
}
