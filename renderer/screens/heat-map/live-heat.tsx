import { Button } from '@mantine/core';
import { IconCpuOff } from '@tabler/icons-react';
import { type ReactNode, useCallback, useId, useMemo, useRef, useState } from 'react';
import type { NodeGroup } from '#shared/domain/fleet/arrange';
import { fieldText } from '#shared/domain/fleet/field-text';
import { type FleetFieldId, fieldOf } from '#shared/domain/fleet/fields';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import type { NodeGpus } from '#shared/domain/telemetry/node-gpus';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { shownNowMs } from '../../charts/shown-clock';
import { useFormat } from '../../components/format';
import { StateBadge } from '../../components/state-badge';
import { StatePanel } from '../../components/state-panel';
import { openInMetrics } from '../../stores/metrics-view-store';
import { useIsReplaying } from '../../stores/replay-store';
import { HeatCanvas } from './heat-canvas';
import { cellsOf, countCells, type HeatCell, type JudgedCell, judgeCells } from './heat-cells';
import { HeatCountBadges, type Sought } from './heat-counts';
import type { LaidGroup } from './heat-layout';
import { HeatLegend } from './heat-legend';
import classes from './heat-map.module.css';
import { type HeatMetric, roundAbove } from './heat-metrics';
import { arrangeCells, scoresOf } from './heat-order';
import type { CellLook } from './heat-painter';
import { HeatReadout } from './heat-readout';
import { stepOf } from './heat-scale';
import { HeatTable } from './heat-table';
import { useHeatView } from './heat-view-store';
import { useHeatWords } from './heat-words';
import { useHeatData } from './use-heat-data';
import { useHeatPalette } from './use-heat-palette';

interface LiveHeatProps {
  shown: readonly FleetNode[];
  groups: readonly NodeGroup[] | null;
  group: FleetFieldId | null;
  gpus: ReadonlyMap<string, NodeGpus>;
  metric: HeatMetric;
}

/** The worst first, but not in another place each second. */
const reorderMs = 10_000;

/** What changes every second: the cells, what they come to, and the one that is read. */
export function LiveHeat({ shown, groups, group, gpus, metric }: LiveHeatProps) {
  const { t } = useWords();
  const words = useHeatWords();
  const format = useFormat();
  const palette = useHeatPalette();
  const order = useHeatView((state) => state.order);
  const form = useHeatView((state) => state.form);
  const [sought, setSought] = useState<Sought | null>(null);
  const [active, setActive] = useState<{ key: string; by: 'pointer' | 'keyboard' } | null>(null);
  const keysId = useId();
  const { samples, sampled, watches, sinceMs, replayedMs, tick, stream } = useHeatData(metric);
  const isReplayed = useIsReplaying();

  const judge = (cells: readonly HeatCell[]) =>
    judgeCells(cells, { samples, watches, metric, sinceMs, isReplayed, nowMs: replayedMs ?? shownNowMs() });
  const latestJudge = useRef(judge);
  latestJudge.current = judge;

  const listed = useMemo(() => (isReplayed ? withoutLost(gpus) : gpus), [isReplayed, gpus]);
  const all = useMemo(() => cellsOf(shown, listed, sampled), [shown, listed, sampled]);
  const held = useRef<ReadonlyMap<string, number> | null>(null);
  const period = order === 'worst' ? `${metric.id} ${Math.floor(Date.now() / reorderMs)}` : null;
  // Nothing moves away from under the pointer or the keyboard.
  const isHeld = active !== null && held.current !== null;
  const scores = useMemo(() => {
    if (period === null) return null;
    if (isHeld) return held.current;
    return scoresOf(all, latestJudge.current(all), metric.range ?? [0, 1]);
  }, [period, isHeld, all, metric]);
  held.current = scores;

  const arranged = useMemo(
    () => arrangeCells({ cells: all, nodes: shown, groups, order, scores, isFlat: form === 'table' }),
    [all, shown, groups, order, scores, form],
  );
  const { cells } = arranged;
  // biome-ignore lint/correctness/useExhaustiveDependencies: tick stands for the samples, which change in place
  const judged = useMemo(() => latestJudge.current(cells), [cells, watches, metric, tick]);
  const range = useRange(metric, judged);
  const textOf = useMemo(
    () => remembering((value) => format.number(value, metric.digits), metric.digits),
    [format, metric],
  );
  const counts = useMemo(() => countCells(judged), [judged]);
  const looks = useMemo(
    (): CellLook[] =>
      judged.map(({ kind, value, isThrottled }) => ({
        kind,
        step: value === null ? null : stepOf(value, range),
        isThrottled,
        text: value === null ? null : textOf(value),
        isDim: sought !== null && !(sought === 'throttled' ? isThrottled : kind === sought),
      })),
    [judged, range, sought, textOf],
  );
  const titled = useMemo((): LaidGroup[] => {
    const valueFormat = {
      number: (value: number) => format.number(value),
      bytes: format.bytes,
      time: (atMs: number) => format.dateTime(atMs).slice(0, 10),
      word: (word: 'yes' | 'no' | 'unknown' | 'none') => t(`fleet.${word}`),
    };
    return arranged.groups.map(({ value, nodes }) => ({
      title: group === null ? null : fieldText(fieldOf(group), value, valueFormat),
      nodes,
    }));
  }, [arranged, group, format, t]);

  const at = active === null ? -1 : cells.findIndex(({ key }) => key === active.key);
  const cell = cells[at];
  const state = judged[at];
  const open = useCallback(
    (one: HeatCell | undefined, isCompared: boolean) => {
      if (!one) return;
      const { id, host } = one.node;
      if (isCompared && one.subject !== null) {
        openInMetrics({
          hosts: [{ id, name: host.spec.name }],
          subjects: [one.subject],
          metrics: metric.needs.slice(0, 1),
        });
      } else navigate({ screen: 'node', hostId: id, section: 'live' });
    },
    [metric],
  );
  const readout = cell && state && (
    <HeatReadout
      cell={cell}
      judged={state}
      metric={metric}
      intervalMs={isReplayed ? null : (watches.get(cell.node.id)?.intervalMs ?? null)}
    />
  );
  if (all.length === 0) {
    return (
      <StatePanel icon={IconCpuOff} title={t('heatMap.noGpu')} detail={t('heatMap.noGpuDetail')}>
        <Button variant="default" onClick={() => navigate({ screen: 'fleet' })}>
          {t('shell.toFleet')}
        </Button>
      </StatePanel>
    );
  }
  return (
    <>
      <div className={classes.bar}>
        <span className="dim">
          {t('heatMap.info', {
            gpus: t('fleet.gpus', { count: cells.length }),
            nodes: t('fleet.nodes', { count: new Set(cells.map(({ node }) => node.id)).size }),
          })}
        </span>
        <HeatCountBadges counts={counts} sought={sought} onSeek={setSought} />
        {stream.state === 'retrying' && <StateBadge tone="warn">{t('heatMap.streamBroken')}</StateBadge>}
        <HeatLegend metric={metric} range={range} palette={palette} />
      </div>
      {form === 'table' ? (
        <HeatTable cells={cells} judged={judged} metric={metric} onOpen={open} />
      ) : (
        <HeatCanvas
          label={t('heatMap.label', { metric: words.name(metric), gpus: t('fleet.gpus', { count: cells.length }) })}
          describedBy={keysId}
          groups={titled}
          looks={looks}
          palette={palette}
          active={at < 0 ? null : at}
          onActive={(next, by) => {
            const key = next === null ? undefined : cells[next]?.key;
            setActive((before) => (before?.key === key ? before : key === undefined ? null : { key, by }));
          }}
          onOpen={(index, isCompared) => open(cells[index], isCompared)}
        >
          {readout}
        </HeatCanvas>
      )}
      <span id={keysId} className="visually-hidden">
        {t('heatMap.keys')}
      </span>
      <div className="visually-hidden" role="status">
        {active?.by === 'keyboard' && <Said key={active.key}>{readout}</Said>}
      </div>
    </>
  );
}

/** As it was when the keyboard came to it: who listens would hear the value of every second else. */
function Said({ children }: { children: ReactNode }) {
  const [said] = useState(children);
  return said;
}

/** Which GPU a driver can't open now says nothing of then. */
function withoutLost(gpus: ReadonlyMap<string, NodeGpus>): ReadonlyMap<string, NodeGpus> {
  return new Map([...gpus].map(([hostId, node]) => [hostId, { ...node, lost: [] }]));
}

/** Thousands of values are written with the same few hundred figures. */
function remembering(write: (value: number) => string, digits: number): (value: number) => string {
  const known = new Map<number, string>();
  return (value) => {
    const rounded = Math.round(value * 10 ** digits);
    const text = known.get(rounded) ?? write(value);
    if (known.size < 5000) known.set(rounded, text);
    return text;
  };
}

/** The ends of the scale. A range that follows the values moves up with them at once, and down when they are far below. */
function useRange({ id, range }: HeatMetric, judged: readonly JudgedCell[]): readonly [number, number] {
  const held = useRef<{ id: string; range: readonly [number, number] } | null>(null);
  return useMemo(() => {
    if (range) return range;
    const most = judged.reduce((max, { value }) => Math.max(max, value ?? 0), 0);
    const top = roundAbove(most);
    const before = held.current?.id === id ? held.current.range : null;
    if (before && most <= before[1] && top > before[1] / 3) return before;
    held.current = { id, range: [0, top] };
    return held.current.range;
  }, [id, range, judged]);
}
