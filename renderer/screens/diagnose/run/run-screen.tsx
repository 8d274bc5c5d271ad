import { useRef, useState } from 'react';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { asWalked, treeOfStep } from '#shared/domain/run-trees';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { StateView } from '../../../components/state-view';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { currentStepId } from '../graph/graph-model';
import { TreeGraph } from '../graph/tree-graph';
import { leaveWhatIf } from './leave-what-if';
import { LogLineNotice } from './log-line-notice';
import { RunNotice } from './run-notice';
import { isOpenToChange } from './run-panel';
import classes from './run-screen.module.css';
import { RunToolbar } from './run-toolbar';
import { ShortcutHelp } from './shortcut-help';
import { type PanelTab, SidePanel } from './side-panel';
import { answersOf, type DiagnosisRunView, useDiagnosisRun } from './use-diagnosis-run';
import { useRunKeys } from './use-run-keys';

/** One walk: the tree with the path on it, and beside it the step that is looked at. */
export function RunScreen({ runId }: { runId: string }) {
  const view = useDiagnosisRun(runId);
  return <StateView query={view.query}>{(run) => <Walk run={run} view={view} />}</StateView>;
}

function Walk({ run, view }: { run: DiagnosisRun; view: DiagnosisRunView }) {
  const [picked, setPicked] = useState<{ at: string; stepId: string } | null>(null);
  const [chosenTab, setChosenTab] = useState<{ at: string; tab: PanelTab } | null>(null);
  const [isFolded, setFolded] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const [isHelpOpen, setHelpOpen] = useState(false);
  // A pick holds until the walk moves on; then the step it moved to is the one to look at.
  const at = `${run.id} ${run.state} ${run.path.length} ${currentStepId(run)}`;
  const isPicked = picked?.at === at;
  const selectedId = isPicked ? picked.stepId : currentStepId(run);
  const treeId = selectedId ? treeOfStep(run, selectedId) : run.treeId;
  const tree = useQuery(`trees.get:${treeId}`, (signal) => engine.trees.get({ treeId }, { signal }));
  const isBusy = view.command.isRunning || view.whatIf.isRunning || view.again.isRunning;
  const error = view.command.error ?? view.whatIf.error ?? view.again.error;

  const pick = (stepId: string) => {
    setPicked({ at, stepId });
    setChosenTab(null);
  };
  const showTab = (tab: PanelTab) => setChosenTab({ at: `${at} ${selectedId}`, tab });
  async function open(next: Promise<DiagnosisRun | undefined>): Promise<void> {
    const opened = await next;
    if (opened) navigate({ screen: 'diagnose', runId: opened.id });
  }
  const read = (stepId: string | null) => void view.command.run({ kind: 'read', stepId });
  const back = (stepId: string) => void view.command.run({ kind: 'back', stepId });

  const index = run.path.findLastIndex((visit) => visit.stepId === selectedId);
  const canChange = isOpenToChange(run.state) && !isBusy;
  const along = (by: number) => {
    const stepId = run.path[index < 0 ? run.path.length - 1 : index + by]?.stepId;
    return stepId === undefined ? null : () => pick(stepId);
  };
  useRunKeys({
    '?': () => setHelpOpen(true),
    '[': along(-1),
    ']': along(1),
    '.': () => {
      setPicked(null);
      // Once it is shown: its question is what the key was pressed for.
      requestAnimationFrame(() => focusQuestion(panel.current));
    },
    '1': () => showTab('step'),
    '2': () => showTab('findings'),
    '3': () => showTab('path'),
    p: run.path.length > 0 ? () => setFolded(!isFolded) : null,
    b: canChange && selectedId && index >= 0 && index < run.path.length - 1 ? () => back(selectedId) : null,
    r: canChange && selectedId && index >= 0 && !run.isWhatIf ? () => read(selectedId) : null,
    Escape: run.isWhatIf ? () => leaveWhatIf(run) : null,
  });

  return (
    <div className={classes.screen}>
      <RunToolbar
        run={run}
        isBusy={isBusy}
        onAgain={(answers) => void open(view.again.run(answers))}
        onReadAll={() => read(null)}
        onHelp={() => setHelpOpen(true)}
      />
      <LogLineNotice run={run} />
      <RunNotice
        run={run}
        tree={tree.data ? asWalked(tree.data, run) : null}
        onAgain={() => void open(view.again.run({}))}
        onCancel={() => void view.command.run({ kind: 'cancel' })}
        onResume={() => void view.command.run({ kind: 'resume' })}
        onReadAll={() => read(null)}
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
                isFolded={isFolded}
                onFold={setFolded}
                onSelect={pick}
                onOpen={() => panel.current?.focus()}
              />
            )}
          </StateView>
        </div>
        <SidePanel
          key={run.id}
          run={run}
          tree={tree.data ? asWalked(tree.data, run) : null}
          selectedId={selectedId}
          isPicked={isPicked}
          isBusy={isBusy}
          tab={chosenTab?.at === `${at} ${selectedId}` ? chosenTab.tab : null}
          onTab={showTab}
          panel={panel}
          onSelect={pick}
          onAnswer={(stepId, answers) => void view.command.run({ kind: 'answer', stepId, answers })}
          onBack={back}
          onRead={read}
          onWhatIf={(assumption) => void open(view.whatIf.run(assumption))}
          onAgain={() => void open(view.again.run(answersOf(run)))}
        />
      </div>
      <ShortcutHelp isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}

/** The first field of the question that is asked; nothing where none is. */
function focusQuestion(panel: HTMLElement | null): void {
  panel?.querySelector<HTMLElement>('form :is(input, textarea, select):not(:disabled)')?.focus();
}
