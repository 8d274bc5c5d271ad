import { Text } from '@mantine/core';
import { type DiagnosisRun, hypotheticalFrom } from '#shared/domain/diagnosis';
import { diagnosisOf, severities } from '#shared/domain/finding';
import { useWords } from '../../../app/i18n';
import { FindingCard } from '../../../findings/finding-card';
import classes from './side-panel.module.css';

/** What the walk found, worst first. */
export function FindingsPanel({ run, onAgain }: { run: DiagnosisRun; onAgain: () => void }) {
  const { t } = useWords();
  const assumed = new Set(run.path.slice(hypotheticalFrom(run)).map((visit) => visit.stepId));
  const worstFirst = [...run.findings].sort((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
  if (worstFirst.length === 0) {
    return (
      <Text c="dimmed">
        {t(run.state === 'concluded' ? 'diagnoseScreen.noFindingsConcluded' : 'diagnoseScreen.noFindings')}
      </Text>
    );
  }
  return (
    <div className={classes.list}>
      <h2 className="visually-hidden">{t('diagnoseScreen.tab.findings')}</h2>
      {worstFirst.map((finding) => {
        const isHypothetical = assumed.has(diagnosisOf(finding)?.stepId ?? '');
        // Nothing is done to a node because of something that was only assumed.
        return (
          <FindingCard
            key={finding.id}
            finding={finding}
            canAct={!isHypothetical}
            isHypothetical={isHypothetical}
            onAgain={onAgain}
          />
        );
      })}
    </div>
  );
}
