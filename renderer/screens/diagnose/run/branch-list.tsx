import { Button, Text } from '@mantine/core';
import { IconArrowRight, IconCircleMinus, IconSubtask, IconX, type TablerIcon } from '@tabler/icons-react';
import type { BranchEvaluation, DiagnosisRun, StepVisit, TreeGraph } from '#shared/domain/diagnosis';
import { printable } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { EvidenceLink } from '../../../findings/evidence-link';
import { resultTones } from './run-tones';
import classes from './side-panel.module.css';

type Step = TreeGraph['steps'][number];

const resultIcons: Partial<Record<BranchEvaluation['result'], TablerIcon>> = {
  false: IconX,
  'not-judged': IconCircleMinus,
};

interface BranchListProps {
  run: DiagnosisRun;
  tree: TreeGraph | null;
  step: Step;
  visit: StepVisit | null;
  isBusy: boolean;
  onSelect: (stepId: string) => void;
  onWhatIf: (stepId: string, branchId: string) => void;
}

/** The ways on from a step in the order they are judged, each with its condition, result, reason and values. */
export function BranchList({ run, tree, step, visit, isBusy, onSelect, onWhatIf }: BranchListProps) {
  const { t, localized } = useWords();
  const titles = new Map(tree?.steps.map((candidate) => [candidate.id, localized(candidate.title)]));
  const canAssume = visit !== null && run.state !== 'collecting' && run.state !== 'failed';
  return (
    <section>
      <h3 className={classes.label}>{t('diagnoseScreen.ways')}</h3>
      <ul className={classes.branches}>
        {step.branches.map((branch) => {
          const evaluation = visit?.evaluations.find((candidate) => candidate.branchId === branch.id) ?? null;
          const isTaken = visit?.chosenBranchId === branch.id;
          const label = localized(branch.label);
          return (
            <li key={branch.id} data-is-taken={isTaken}>
              <div className={classes.branchHead}>
                <span className={classes.branchLabel}>{label}</span>
                {visit && (
                  <BranchResult evaluation={evaluation} isTaken={isTaken} isForced={isTaken && visit.isForced} />
                )}
              </div>
              {branch.condition && <code className={classes.condition}>{branch.condition}</code>}
              {evaluation?.reason && <Text className={classes.words}>{localized(evaluation.reason)}</Text>}
              {evaluation && <Values evaluation={evaluation} />}
              <div className={classes.branchFoot}>
                <Button
                  variant="transparent"
                  color="gray"
                  size="compact-xs"
                  px={0}
                  leftSection={<IconArrowRight size={12} aria-hidden />}
                  onClick={() => onSelect(branch.to)}
                >
                  <span className={`ellipsis ${classes.branchTarget}`}>{titles.get(branch.to) ?? branch.to}</span>
                </Button>
                {canAssume && !isTaken && (
                  <Button
                    variant="subtle"
                    color="gray"
                    size="compact-xs"
                    leftSection={<IconSubtask size={12} aria-hidden />}
                    aria-label={t('diagnoseScreen.whatIfLabel', { branch: label })}
                    disabled={isBusy}
                    onClick={() => onWhatIf(step.id, branch.id)}
                  >
                    {t('diagnoseScreen.whatIfBranch')}
                  </Button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface BranchResultProps {
  evaluation: BranchEvaluation | null;
  isTaken: boolean;
  isForced: boolean;
}

function BranchResult({ evaluation, isTaken, isForced }: BranchResultProps) {
  const { t } = useWords();
  if (isForced) return <StateBadge tone="unknown">{t('diagnoseScreen.result.forced')}</StateBadge>;
  if (isTaken) return <StateBadge tone="ok">{t('diagnoseScreen.result.taken')}</StateBadge>;
  const result = evaluation?.result ?? 'not-judged';
  return (
    <StateBadge tone={resultTones[result]} icon={resultIcons[result]} variant="plain">
      {t(`diagnoseScreen.result.${result}`)}
    </StateBadge>
  );
}

/** The values that a condition looked at, each with where it came from. */
function Values({ evaluation }: { evaluation: BranchEvaluation }) {
  const { t } = useWords();
  if (evaluation.values.length === 0) return null;
  return (
    <ul className={classes.values} aria-label={t('diagnoseScreen.values')}>
      {evaluation.values.map(({ expression, value, evidence }) => (
        <li key={expression}>
          <code>
            <span className="dim">{expression} = </span>
            <strong>{printable(value)}</strong>
          </code>
          {evidence && <EvidenceLink evidence={evidence} isShort />}
        </li>
      ))}
    </ul>
  );
}
