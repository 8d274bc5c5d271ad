import { Button, Popover } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useWords } from '../../app/i18n';
import type { CellKind } from './heat-cells';
import classes from './heat-map.module.css';
import type { HeatMetric } from './heat-metrics';
import { type CellLook, drawCell, type HeatPalette } from './heat-painter';
import { useHeatWords } from './heat-words';

interface LegendProps {
  metric: HeatMetric;
  range: readonly [from: number, to: number];
  palette: HeatPalette;
}

/** What the colours stand for, with its unit and thresholds, and what the marks mean. */
export function HeatLegend({ metric, range, palette }: LegendProps) {
  const { t } = useWords();
  const words = useHeatWords();
  const [from, to] = range;
  const { thresholds } = metric;
  const limits = (['warn', 'critical'] as const).flatMap((tone) => {
    const limit = thresholds?.[tone];
    if (limit === null || limit === undefined) return [];
    const share = to === from ? -1 : (limit - from) / (to - from);
    return [{ tone, limit, share, label: t(`heatMap.threshold.${tone}`, { limit: words.value(metric, limit) }) }];
  });
  return (
    <div className={classes.legend}>
      <span>{words.value(metric, from)}</span>
      <div
        className={classes.scale}
        role="img"
        aria-label={[
          t('heatMap.scale', { from: words.value(metric, from), to: words.value(metric, to) }),
          ...limits.map(({ label }) => label),
        ].join(' ')}
        style={{ background: `linear-gradient(to right, ${palette.scale.colors.join(', ')})` }}
      >
        {limits
          .filter(({ share }) => share >= 0 && share <= 1)
          .map(({ tone, share, label }) => (
            <span
              key={tone}
              className={classes.threshold}
              data-tone={tone}
              title={label}
              style={{ left: `${share * 100}%` }}
            />
          ))}
      </div>
      <span>{words.value(metric, to)}</span>
      <Marks palette={palette} />
    </div>
  );
}

const plain = { isThrottled: false, text: null, isDim: false };
const marks: ReadonlyArray<readonly [kind: CellKind | 'throttled', look: CellLook]> = [
  ['warn', { ...plain, kind: 'warn', step: 44 }],
  ['critical', { ...plain, kind: 'critical', step: 56 }],
  ['throttled', { ...plain, kind: 'ok', step: 44, isThrottled: true }],
  ['gone', { ...plain, kind: 'gone', step: null }],
  ['stale', { ...plain, kind: 'stale', step: 44 }],
  ['offline', { ...plain, kind: 'offline', step: 44 }],
  ['unknown', { ...plain, kind: 'unknown', step: null }],
  ['waiting', { ...plain, kind: 'waiting', step: null }],
  ['absent', { ...plain, kind: 'absent', step: null }],
];

function Marks({ palette }: { palette: HeatPalette }) {
  const { t } = useWords();
  return (
    <Popover position="bottom-end" shadow="md" withRoles>
      <Popover.Target>
        <Button variant="default" size="compact-xs" leftSection={<IconHelp size={14} aria-hidden />}>
          {t('heatMap.marks')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('heatMap.marks')}>
        <dl className={classes.marks}>
          {marks.map(([kind, look]) => (
            <Mark key={kind} look={look} palette={palette} words={t(`heatMap.state.${kind}`)} />
          ))}
        </dl>
      </Popover.Dropdown>
    </Popover>
  );
}

function Mark({ look, palette, words }: { look: CellLook; palette: HeatPalette; words: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = 20 * ratio;
    element.height = 20 * ratio;
    context.scale(ratio, ratio);
    drawCell(context, 1, 1, 18, look, palette);
  }, [look, palette]);
  return (
    <>
      <dt>
        <canvas ref={canvas} style={{ width: 20, height: 20 }} aria-hidden />
      </dt>
      <dd>{words}</dd>
    </>
  );
}
