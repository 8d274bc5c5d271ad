import { Button, Text } from '@mantine/core';
import { IconArrowRight, IconCircleMinus, IconSubtask, IconX, type TablerIcon } from '@tabler/icons-react';
import type { Assumption, BranchEvaluation, DiagnosisRun, StepVisit, TreeGraph } from '#shared/domain/diagnosis';
import { severities } from '#shared/domain/finding';
import { printable } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { StateBadge, severityTones, type Tone } from '../../../components/state-badge';
import { EvidenceLink } from '../../../findings/evidence-link';
import { waysOf } from '../graph/graph-model';
import { AssumeValue, type FactAssumption } from './assume-value';
import { ComparisonList } from './comparison-list';
import { isOpenToChange } from './run-panel';
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
  onWhatIf: (assumption: Assumption) => void;
}

/** The ways on from a step in the order they are judged, each with its condition, result, reason and values. */
export function BranchList({ run, tree, step, visit, isBusy, onSelect, onWhatIf }: BranchListProps) {
  const { t, localized } = useWords();
  const titles = new Map(tree?.steps.map((candidate) => [candidate.id, localized(candidate.title)]));
  const toneOf = (stepId: string): Tone => {
    const target = tree?.steps.find((candidate) => candidate.id === stepId);
    const severity = severities.find((candidate) => candidate === target?.severity);
    return severity ? severityTones[severity] : 'info';
  };
  const canAssume = visit !== null && isOpenToChange(run.state);
  const ways = waysOf(step, visit);
  return (
    <section>
      <h3 className={classes.label}>{t('diagnoseScreen.ways')}</h3>
      <ul className={classes.branches}>
        {ways.map((branch) => {
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
              {evaluation?.comparisons && (
                <ComparisonList comparisons={evaluation.comparisons} tone={toneOf(branch.to)} />
              )}
              {evaluation && (
                <Values
                  evaluation={evaluation}
                  isBusy={isBusy}
                  onAssume={canAssume ? (fact) => onWhatIf({ kind: 'fact', ...fact }) : null}
                />
              )}
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
                    onClick={() => onWhatIf({ kind: 'branch', stepId: step.id, branchId: branch.id })}
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

interface ValuesProps {
  evaluation: BranchEvaluation;
  isBusy: boolean;
  /** Null where nothing can be assumed. */
  onAssume: ((fact: FactAssumption) => void) | null;
}

/** The values that a condition looked at, each with where it came from. */
function Values({ evaluation, isBusy, onAssume }: ValuesProps) {
  const { t } = useWords();
  // What stands beside its limit already is not said twice.
  const compared = new Set(evaluation.comparisons?.map(({ expression }) => expression));
  const values = evaluation.values.filter(
    ({ expression }) => !compared.has(/\.map\(\w+, ([^()]+)\)$/.exec(expression)?.[1] ?? ''),
  );
  if (values.length === 0) return null;
  return (
    <ul className={classes.values} aria-label={t('diagnoseScreen.values')}>
      {values.map(({ expression, value, evidence }) => (
        <li key={expression}>
          <code>
            <span className="dim">{expression} = </span>
            <strong>{printable(value)}</strong>
          </code>
          <span className={classes.valueLinks}>
            {onAssume && <AssumeValue value={value} evidence={evidence} isBusy={isBusy} onAssume={onAssume} />}
            {evidence && <EvidenceLink evidence={evidence} isShort />}
          </span>
        </li>
      ))}
    </ul>
  );
}
