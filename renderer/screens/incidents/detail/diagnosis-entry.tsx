import { Anchor } from '@mantine/core';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { treesOfRun, walkedSteps } from '#shared/domain/run-trees';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { FormValues } from '../../../forms/form-values';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useHostName } from '../../../stores/fleet-store';
import classes from './timeline.module.css';

/** A diagnosis on record: what was diagnosed where, and the branches it took with their reasons and answers. */
export function DiagnosisEntry({ run }: { run: DiagnosisRun }) {
  const { t, localized } = useWords();
  const treeIds = treesOfRun(run);
  // A tree that is gone since leaves its steps with their ids.
  const { data: trees = [] } = useQuery(`trees.walked:${treeIds.join(' ')}`, async (signal) => {
    const loaded = await Promise.allSettled(treeIds.map((treeId) => engine.trees.get({ treeId }, { signal })));
    return loaded.flatMap((tree) => (tree.status === 'fulfilled' ? [tree.value] : []));
  });
  const hostName = useHostName(run.hostId);
  const steps = walkedSteps(trees, run);
  const title = trees.find(({ id }) => id === run.treeId)?.title;
  return (
    <div className={classes.box}>
      <div className={classes.boxHead}>
        <strong>
          {title ? localized(title) : run.treeId} · {hostName}
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
      {run.logLine && (
        <p>
          <span className="dim">{t('kernelLog.startedFor')}:</span> <code>{run.logLine.line}</code>
        </p>
      )}
      <ol className={classes.path}>
        {run.path.map((visit) => {
          const taken = visit.evaluations.find(({ branchId }) => branchId === visit.chosenBranchId);
          const step = steps.get(visit.stepId);
          return (
            <li key={visit.stepId}>
              {step ? localized(step.title) : visit.stepId}
              {taken && <span className={`dim ${classes.text}`}> → {localized(taken.reason ?? taken.label)}</span>}
              {visit.answers && <FormValues fields={step?.fields ?? []} values={visit.answers} />}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
