import {
  IconArrowsSplit,
  IconEye,
  IconFlag3,
  IconMessageQuestion,
  IconSitemap,
  type TablerIcon,
} from '@tabler/icons-react';
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { severities } from '#shared/domain/finding';
import { useWords } from '../../../app/i18n';
import { SeverityBadge } from '../../../components/state-badge';
import type { GraphStep, StepKind } from './graph-model';
import classes from './tree-graph.module.css';

export const stepIcons: Record<StepKind, TablerIcon> = {
  probe: IconEye,
  ask: IconMessageQuestion,
  branch: IconArrowsSplit,
  finding: IconFlag3,
  goto: IconSitemap,
};

export type StepNodeType = Node<
  {
    step: GraphStep;
    isSelected: boolean;
    /** The one step that the tab key stops at; arrow keys move on from it. */
    isTabStop: boolean;
    onSelect: (stepId: string) => void;
  },
  'step'
>;

/** A step as drawn in the tree: a button that shows it in the panel beside. */
export function StepNode({ data }: NodeProps<StepNodeType>) {
  const { t, localized } = useWords();
  const { step, isSelected, isTabStop, onSelect } = data;
  const Icon = stepIcons[step.kind];
  const kind = t(`diagnoseScreen.stepKind.${step.kind}`);
  const severity = severities.find((candidate) => candidate === step.severity);
  const title = localized(step.title);
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} className={classes.handle} />
      <button
        type="button"
        className={classes.step}
        data-step-id={step.id}
        data-standing={step.standing}
        data-is-hypothetical={step.isHypothetical}
        aria-pressed={isSelected}
        aria-current={step.standing === 'current' ? 'step' : undefined}
        title={title}
        tabIndex={isTabStop ? 0 : -1}
        onClick={() => onSelect(step.id)}
      >
        <Icon className={classes.stepIcon} size={16} stroke={1.75} aria-hidden />
        <span className={classes.stepWords}>
          <span className={classes.stepTitle}>{title}</span>{' '}
          <span className={classes.stepKind}>
            {step.kind === 'finding' && severity ? <SeverityBadge severity={severity} variant="plain" /> : kind}
          </span>{' '}
          <span className="visually-hidden">{t(`diagnoseScreen.standing.${step.standing}`)}</span>
        </span>
      </button>
      <Handle type="source" position={Position.Bottom} isConnectable={false} className={classes.handle} />
    </>
  );
}
