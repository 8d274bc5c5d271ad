import { Tooltip } from '@mantine/core';
import { memo } from 'react';
import { useStore } from 'zustand';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import { useWords } from '../app/i18n';
import { useFormat } from '../components/format';
import { endOf, type Lane, type LaneItem, lanesOf, toneOfItem } from './annotation-lanes';
import { annotationId } from './annotation-words';
import type { ChartCursorStore } from './chart-cursor';
import classes from './charts.module.css';
import { plotMargin } from './plot-area';
import type { TimeWindow } from './time-axis';

interface AnnotationRowsProps {
  readonly annotations: readonly Annotation[];
  readonly window: TimeWindow;
  readonly cursor: ChartCursorStore;
  readonly wordsOf: (annotation: Annotation) => string;
  readonly onOpen: (annotations: readonly Annotation[]) => void;
}

/** What happened, on the time axis of the charts below: a row for each kind. */
export const AnnotationRows = memo(function AnnotationRows(props: AnnotationRowsProps) {
  const { annotations, window, cursor, wordsOf, onOpen } = props;
  const { t } = useWords();
  const lanes = lanesOf(annotations, window);
  if (lanes.length === 0) return null;
  return (
    <section className={classes.lanes} aria-label={t('charts.annotations')}>
      {lanes.map((lane) => (
        <Row key={lane.kind} lane={lane} wordsOf={wordsOf} onOpen={onOpen} />
      ))}
      <LaneCursor cursor={cursor} window={window} />
    </section>
  );
});

function Row({ lane, wordsOf, onOpen }: { lane: Lane } & Pick<AnnotationRowsProps, 'wordsOf' | 'onOpen'>) {
  const { t } = useWords();
  return (
    <div className={classes.lane}>
      <span className={classes.laneName} style={{ width: plotMargin.left }}>
        {t(`charts.annotationKind.${lane.kind}`)}
      </span>
      <div className={classes.laneItems} style={{ height: lane.rows * ROW_PX - 1, marginRight: plotMargin.right }}>
        {lane.items.map((item) => (
          <Item key={annotationId(item.annotations[0] as Annotation)} item={item} wordsOf={wordsOf} onOpen={onOpen} />
        ))}
      </div>
    </div>
  );
}

/** Of one row of a lane, with the line below it. */
const ROW_PX = 15;
const LISTED = 6;

function Item({ item, wordsOf, onOpen }: { item: LaneItem } & Pick<AnnotationRowsProps, 'wordsOf' | 'onOpen'>) {
  const { t } = useWords();
  const format = useFormat();
  const { annotations, from, to, isSpan, row } = item;
  const timeOf = (annotation: Annotation) => {
    const endMs = endOf(annotation);
    const at = format.time(annotation.atMs);
    return endMs === annotation.atMs ? at : `${at} – ${endMs === null ? t('charts.stillGoesOn') : format.time(endMs)}`;
  };
  const lines = annotations.slice(0, LISTED).map((one) => `${timeOf(one)} ${wordsOf(one)}`);
  if (annotations.length > LISTED) lines.push(t('charts.moreAnnotations', { count: annotations.length - LISTED }));
  return (
    <Tooltip
      multiline
      maw={460}
      label={lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text
        <div key={index}>{line}</div>
      ))}
      events={{ hover: true, focus: true, touch: true }}
    >
      <button
        type="button"
        className={classes.laneItem}
        data-tone={toneOfItem(item)}
        data-span={isSpan || undefined}
        style={{
          top: row * ROW_PX,
          left: `${from * 100}%`,
          ...(isSpan ? { width: `${(to - from) * 100}%` } : {}),
        }}
        aria-label={lines.join('\n')}
        onClick={() => onOpen(annotations)}
      >
        {annotations.length > 1 ? annotations.length : null}
      </button>
    </Tooltip>
  );
}

function LaneCursor({ cursor, window }: { cursor: ChartCursorStore; window: TimeWindow }) {
  const atMs = useStore(cursor, (state) => state.atMs);
  if (atMs === null || atMs < window.fromMs || atMs > window.toMs) return null;
  const share = (atMs - window.fromMs) / (window.toMs - window.fromMs);
  return (
    <div className={classes.laneCursor} style={{ left: plotMargin.left, right: plotMargin.right }} aria-hidden>
      <span className={classes.laneLine} style={{ left: `${share * 100}%` }} />
    </div>
  );
}
