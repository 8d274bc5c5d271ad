import { Anchor } from '@mantine/core';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { useEngine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useHostName } from '../../../stores/fleet-store';
import classes from './timeline.module.css';

/** A diagnosis on record: what was diagnosed where, and the branches it took with their reasons. */
export function DiagnosisEntry({ run }: { run: DiagnosisRun }) {
  const { t, localized } = useWords();
  const engine = useEngine();
  const tree = useQuery(`trees.get:${run.treeId}`, (signal) => engine.trees.get({ treeId: run.treeId }, { signal }));
  const hostName = useHostName(run.hostId);
  const titles = new Map(tree.data?.steps.map((step) => [step.id, localized(step.title)]));
  return (
    <div className={classes.box}>
      <div className={classes.boxHead}>
        <strong>
          {tree.data ? localized(tree.data.title) : run.treeId} · {hostName}
        </strong>
        <Anchor
          component="button"
          type="button"
          size="sm"
          underline="always"
          onClick={() => navigate({ screen: 'diagnose', runId: run.id })}
        >
          {t('incidentScreen.openDiagnosis')}
        </Anchor>
      </div>
      <ol className={classes.path}>
        {run.path.map((visit) => {
          const taken = visit.evaluations.find(({ branchId }) => branchId === visit.chosenBranchId);
          return (
            <li key={visit.stepId}>
              {titles.get(visit.stepId) ?? visit.stepId}
              {taken && <span className={`dim ${classes.text}`}> → {localized(taken.reason ?? taken.label)}</span>}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
