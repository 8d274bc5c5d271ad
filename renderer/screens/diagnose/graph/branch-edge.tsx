import { IconCheck, IconQuestionMark, IconX } from '@tabler/icons-react';
import { type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { useWords } from '../../../app/i18n';
import { labelSize, type Point, roundedPath } from './graph-layout';
import type { GraphBranch } from './graph-model';
import classes from './tree-graph.module.css';

export type BranchEdgeType = Edge<{ branch: GraphBranch; points: readonly Point[]; label: Point | null }, 'branch'>;

const resultIcons = { true: IconCheck, false: IconX, unknown: IconQuestionMark };

/** A branch as drawn: the line that ELK routed, its label, and how its condition came out. */
export function BranchEdge({ data }: EdgeProps<BranchEdgeType>) {
  const { t, localized } = useWords();
  if (!data) return null;
  const { branch, points, label } = data;
  const end = points.at(-1);
  const text = localized(branch.label);
  const result =
    branch.standing === 'true' || branch.standing === 'false' || branch.standing === 'unknown' ? branch.standing : null;
  const ResultIcon = result && resultIcons[result];
  return (
    <>
      <path className={classes.line} data-standing={branch.standing} d={roundedPath(points)} />
      {end && (
        <path
          className={classes.arrow}
          data-standing={branch.standing}
          d={`M ${end.x - 4} ${end.y - 7} L ${end.x} ${end.y} L ${end.x + 4} ${end.y - 7} Z`}
        />
      )}
      {label && text !== '' && (
        <EdgeLabelRenderer>
          <div
            className={classes.label}
            data-standing={branch.standing}
            title={text}
            style={{
              maxWidth: labelSize.width,
              transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)`,
            }}
          >
            {ResultIcon && <ResultIcon size={11} stroke={2.5} aria-label={t(`diagnoseScreen.result.${result}`)} />}
            <span>{text}</span>
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
