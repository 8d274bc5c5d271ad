import { type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { labelSize, type Point, roundedPath } from '../graph/graph-layout';
import graphClasses from '../graph/tree-graph.module.css';
import { besides, lineOf, ownLines } from './strand-model';
import classes from './strands.module.css';

export type StrandEdgeType = Edge<
  {
    label: string;
    points: readonly Point[];
    at: Point | null;
    /** Places of the lines that go along it. */
    lines: readonly number[];
    /** Place of the group that is pointed out; negative: none. */
    pointedOut: number;
  },
  'strand'
>;

const gap = 4;

/** A branch as drawn: a line for each group that went along it, side by side. */
export function StrandEdge({ data }: EdgeProps<StrandEdgeType>) {
  if (!data) return null;
  const { label, points, at, lines, pointedOut } = data;
  const end = points.at(-1);
  const isAside = (line: number) => pointedOut >= 0 && line !== lineOf(pointedOut);
  return (
    <>
      {lines.length === 0 && <path className={graphClasses.line} d={roundedPath(points)} />}
      {lines.map((line, index) => (
        <path
          key={line}
          className={classes.strand}
          data-line={line === ownLines ? 'rest' : line}
          data-is-aside={isAside(line)}
          d={roundedPath(besides(points, gap * (index - (lines.length - 1) / 2)))}
        />
      ))}
      {end && lines.length === 0 && (
        <path
          className={graphClasses.arrow}
          d={`M ${end.x - 4} ${end.y - 7} L ${end.x} ${end.y} L ${end.x + 4} ${end.y - 7} Z`}
        />
      )}
      {at && label !== '' && (
        <EdgeLabelRenderer>
          <div
            className={graphClasses.label}
            data-standing={lines.length > 0 ? 'taken' : undefined}
            title={label}
            style={{
              maxWidth: labelSize.width,
              transform: `translate(-50%, -50%) translate(${at.x}px, ${at.y}px)`,
            }}
          >
            <span>{label}</span>
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
