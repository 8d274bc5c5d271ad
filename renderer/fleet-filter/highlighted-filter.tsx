import type { FilterError, Mark } from '#shared/domain/fleet/filter/ast';
import classes from './filter.module.css';

interface HighlightedFilterProps {
  text: string;
  marks: readonly Mark[];
  error: FilterError | null;
}

/** What the text of a filter is, piece by piece; it stands behind the line that is typed in. */
export function HighlightedFilter({ text, marks, error }: HighlightedFilterProps) {
  const cuts = new Set([0, text.length, ...marks.flatMap(({ from, to }) => [from, to])]);
  if (error) for (const at of [error.from, error.to]) cuts.add(at);
  const places = [...cuts].filter((at) => at <= text.length).sort((one, other) => one - other);
  return (
    <>
      {places.slice(0, -1).map((from, index) => {
        const to = places[index + 1] ?? from;
        const mark = marks.find((one) => one.from <= from && to <= one.to);
        const isWrong = error !== null && error.from <= from && to <= error.to;
        return (
          <span key={from} data-mark={mark?.kind} className={isWrong ? classes.wrong : undefined}>
            {text.slice(from, to)}
          </span>
        );
      })}
      {/* Something is missing at the end. */}
      {error && error.from === text.length && <span className={classes.wrong}>{'\u00a0'}</span>}
    </>
  );
}
