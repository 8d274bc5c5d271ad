import { memo } from 'react';
import { severities } from '#shared/domain/finding';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import { useWords } from '../app/i18n';
import { type LaneItem, lanesOf, toneOfItem } from '../charts/annotation-lanes';
import { annotationId } from '../charts/annotation-words';
import { useFormat } from '../components/format';
import { type Replay, seek } from '../stores/replay-clock';
import { changeReplay } from '../stores/replay-store';
import classes from './replay.module.css';

interface MarksProps {
  window: Replay['window'];
  happened: readonly Annotation[];
  wordsOf: (annotation: Annotation) => string;
}

/** The window as a line, where in it the clock stands, and what happened when. */
export function Scrubber({ replay, ...marks }: Omit<MarksProps, 'window'> & { replay: Replay }) {
  const { t } = useWords();
  const format = useFormat();
  const { window, atMs } = replay;
  return (
    <div className={classes.scrubber}>
      <span>{format.time(window.fromMs)}</span>
      <div className={classes.track}>
        <Marks window={window} {...marks} />
        <input
          type="range"
          aria-label={t('replay.scrubber')}
          aria-valuetext={format.dateTime(atMs)}
          min={window.fromMs}
          max={window.toMs}
          step={1000}
          value={atMs}
          onChange={(event) => {
            const next = Number(event.currentTarget.value);
            changeReplay((known) => seek(known, next));
          }}
        />
      </div>
      <span>{format.time(window.toMs)}</span>
    </div>
  );
}

const LISTED = 6;

const toneRank = (item: LaneItem) => severities.indexOf(toneOfItem(item) ?? 'info');
const byTone = (one: LaneItem, other: LaneItem) => toneRank(one) - toneRank(other);

const Marks = memo(function Marks({ window, happened, wordsOf }: MarksProps) {
  const format = useFormat();
  const wordsOfItem = ({ annotations }: LaneItem) =>
    annotations
      .slice(0, LISTED)
      .map((one) => `${format.time(one.atMs)} ${wordsOf(one)}`)
      .join('\n');
  return (
    <div className={classes.marks} aria-hidden>
      {lanesOf(happened, window).map(({ kind, items }) =>
        // There is one line for all of a kind: the worst is seen.
        items.toSorted(byTone).map((item) => {
          const [first] = item.annotations;
          return (
            <span
              key={first ? annotationId(first) : ''}
              className={classes.mark}
              data-kind={kind}
              data-tone={toneOfItem(item)}
              title={wordsOfItem(item)}
              style={{ left: `${item.from * 100}%`, width: `${(item.to - item.from) * 100}%` }}
            />
          );
        }),
      )}
    </div>
  );
});
