import { Button, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import type { StepVisit } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { Time } from '../../../components/time';
import type { RunPanelProps } from './run-panel';
import classes from './side-panel.module.css';

/** The walk as a list: each step with the branch it took and why, and the way back to it. */
export function PathPanel({ run, tree, isBusy, onSelect, onBack }: RunPanelProps) {
  const { t, localized } = useWords();
  const titles = new Map(tree?.steps.map((step) => [step.id, localized(step.title)]));
  if (run.path.length === 0) return <Text c="dimmed">{t('diagnoseScreen.noPath')}</Text>;
  return (
    <ol className={classes.path}>
      {run.path.map((visit, index) => {
        const isLast = index === run.path.length - 1;
        const title = titles.get(visit.stepId) ?? visit.stepId;
        return (
          <li key={visit.stepId} aria-current={isLast ? 'step' : undefined}>
            <div className={classes.pathTitle}>
              <button type="button" className={classes.pathStep} onClick={() => onSelect(visit.stepId)}>
                {title}
              </button>
              <span className="dim small">
                <Time atMs={visit.atMs} />
              </span>
            </div>
            <Taken visit={visit} />
            {!isLast && (
              <Button
                variant="subtle"
                color="gray"
                size="compact-xs"
                ml={-8}
                leftSection={<IconArrowBackUp size={12} aria-hidden />}
                disabled={isBusy}
                title={t('diagnoseScreen.backHereHelp')}
                onClick={() => onBack(visit.stepId)}
              >
                {t('diagnoseScreen.backHere')}
              </Button>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Taken({ visit }: { visit: StepVisit }) {
  const { t, localized } = useWords();
  const taken = visit.evaluations.find((evaluation) => evaluation.branchId === visit.chosenBranchId);
  if (!taken) return null;
  return (
    <div className={classes.taken}>
      {visit.isForced && <StateBadge tone="unknown">{t('diagnoseScreen.result.forced')}</StateBadge>}
      <span>{localized(taken.label)}</span>
      {taken.reason && <span className={`dim ${classes.words}`}>{localized(taken.reason)}</span>}
    </div>
  );
}
