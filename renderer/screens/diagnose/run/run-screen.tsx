import { useState } from 'react';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { asWalked, treeOfStep } from '#shared/domain/run-trees';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { StateView } from '../../../components/state-view';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { currentStepId } from '../graph/graph-model';
import { TreeGraph } from '../graph/tree-graph';
import { RunNotice } from './run-notice';
import classes from './run-screen.module.css';
import { RunToolbar } from './run-toolbar';
import { SidePanel } from './side-panel';
import { answersOf, type DiagnosisRunView, useDiagnosisRun } from './use-diagnosis-run';

/** One walk: the tree with the path on it, and beside it the step that is looked at. */
export function RunScreen({ runId }: { runId: string }) {
  const view = useDiagnosisRun(runId);
  return <StateView query={view.query}>{(run) => <Walk run={run} view={view} />}</StateView>;
}

function Walk({ run, view }: { run: DiagnosisRun; view: DiagnosisRunView }) {
  const [picked, setPicked] = useState<{ at: string; stepId: string } | null>(null);
  // A pick holds until the walk moves on; then the step it moved to is the one to look at.
  const at = `${run.id} ${run.path.length} ${currentStepId(run)}`;
  const selectedId = picked?.at === at ? picked.stepId : currentStepId(run);
  const treeId = selectedId ? treeOfStep(run, selectedId) : run.treeId;
  const tree = useQuery(`trees.get:${treeId}`, (signal) => engine.trees.get({ treeId }, { signal }));
  const isBusy = view.command.isRunning || view.whatIf.isRunning || view.again.isRunning;
  const error = view.command.error ?? view.whatIf.error ?? view.again.error;

  async function open(next: Promise<DiagnosisRun | undefined>): Promise<void> {
    const opened = await next;
    if (opened) navigate({ screen: 'diagnose', runId: opened.id });
  }

  return (
    <div className={classes.screen}>
      <RunToolbar run={run} isBusy={isBusy} onAgain={(answers) => void open(view.again.run(answers))} />
      <RunNotice
        run={run}
        onAgain={() => void open(view.again.run({}))}
        onCancel={() => void view.command.run({ kind: 'cancel' })}
      />
      {Boolean(error) && (
        <div className={classes.error}>
          <ErrorView error={error} variant="inline" />
        </div>
      )}
      <div className={classes.panes}>
        <div className={classes.tree}>
          <StateView query={tree}>
            {(graph) => (
              <TreeGraph
                tree={asWalked(graph, run)}
                run={run}
                selectedId={selectedId}
                onSelect={(stepId) => setPicked({ at, stepId })}
              />
            )}
          </StateView>
        </div>
        <SidePanel
          key={run.id}
          run={run}
          tree={tree.data ? asWalked(tree.data, run) : null}
          selectedId={selectedId}
          isPicked={picked?.at === at}
          isBusy={isBusy}
          onSelect={(stepId) => setPicked({ at, stepId })}
          onAnswer={(stepId, answers) => void view.command.run({ kind: 'answer', stepId, answers })}
          onBack={(stepId) => void view.command.run({ kind: 'back', stepId })}
          onWhatIf={(stepId, branchId) => void open(view.whatIf.run(stepId, branchId))}
          onAgain={() => void open(view.again.run(answersOf(run)))}
        />
      </div>
    </div>
  );
}
