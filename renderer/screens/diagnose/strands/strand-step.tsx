import { IconArrowsSplit2 } from '@tabler/icons-react';
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { severities } from '#shared/domain/finding';
import type { StrandGroup } from '#shared/domain/strands/strands';
import { useWords } from '../../../app/i18n';
import { SeverityBadge } from '../../../components/state-badge';
import type { GraphStep } from '../graph/graph-model';
import { stepIcons } from '../graph/step-node';
import graphClasses from '../graph/tree-graph.module.css';
import { GroupMark } from './group-mark';
import classes from './strands.module.css';

export type StrandStepType = Node<
  {
    step: GraphStep;
    groups: readonly StrandGroup[];
    /** Places of the groups that came here. */
    passing: readonly number[];
    /** Places of those whose walk stands here. */
    ends: readonly number[];
    isParting: boolean;
    isAside: boolean;
    isSelected: boolean;
    isTabStop: boolean;
    onSelect: (stepId: string) => void;
  },
  'step'
>;

const shownMarks = 5;

/** A step as drawn: which groups stand here, and whether walks part. */
export function StrandStep({ data }: NodeProps<StrandStepType>) {
  const { t, localized } = useWords();
  const { step, groups, passing, ends, isParting, isAside, isSelected, isTabStop, onSelect } = data;
  const Icon = isParting ? IconArrowsSplit2 : stepIcons[step.kind];
  const severity = severities.find((candidate) => candidate === step.severity);
  const title = localized(step.title);
  const nodeCount = passing.reduce((sum, place) => sum + (groups[place]?.hostIds.length ?? 0), 0);
  const marked = ends.length > 0 ? ends : isParting ? passing : [];
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} className={graphClasses.handle} />
      <button
        type="button"
        className={graphClasses.step}
        data-step-id={step.id}
        data-standing={passing.length === 0 ? 'ruled-out' : ends.length > 0 ? 'current' : 'visited'}
        data-is-parting={isParting || undefined}
        data-is-aside={isAside || undefined}
        aria-pressed={isSelected}
        title={title}
        tabIndex={isTabStop ? 0 : -1}
        onClick={() => onSelect(step.id)}
      >
        <Icon className={graphClasses.stepIcon} size={16} stroke={1.75} aria-hidden />
        <span className={graphClasses.stepWords}>
          <span className={graphClasses.stepTitle}>{title}</span>{' '}
          <span className={classes.stepFoot}>
            {passing.length === 0
              ? step.kind === 'finding' && severity && <SeverityBadge severity={severity} variant="plain" />
              : t('strands.nodes', { count: nodeCount })}
            {isParting && <span>{t('strands.partsHere')}</span>}
          </span>
        </span>
        {marked.length > 0 && (
          <span className={classes.marks}>
            {marked.slice(0, shownMarks).map((place) => (
              <GroupMark key={place} place={place} id={groups[place]?.id ?? ''} />
            ))}
            {marked.length > shownMarks && <span className={classes.moreMarks}>+{marked.length - shownMarks}</span>}
          </span>
        )}
      </button>
      <Handle type="source" position={Position.Bottom} isConnectable={false} className={graphClasses.handle} />
    </>
  );
}
