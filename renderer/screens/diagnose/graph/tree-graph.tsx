import '@xyflow/react/dist/base.css';
import { MiniMap, ReactFlow, useStore } from '@xyflow/react';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import type { DiagnosisRun, TreeGraph as Tree } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { BranchEdge } from './branch-edge';
import { flowElements } from './flow-elements';
import { foldTree } from './fold-tree';
import { GraphControls } from './graph-controls';
import { type GraphLayout, neighbour } from './graph-layout';
import { currentStepId, graphModel } from './graph-model';
import { LaidOut } from './laid-out';
import { StepNode, type StepNodeType } from './step-node';
import classes from './tree-graph.module.css';
import { useGraphLayout } from './use-graph-layout';
import { useGraphView } from './use-graph-view';

interface TreeGraphProps {
  tree: Tree;
  run: DiagnosisRun | null;
  selectedId: string | null;
  onSelect: (stepId: string) => void;
  /** Enter on a step: whoever shows it takes the keyboard. */
  onOpen?: (stepId: string) => void;
  /** Only what was walked is drawn. */
  isFolded?: boolean;
  /** Without it the drawing can't be folded. */
  onFold?: (isFolded: boolean) => void;
}

/** A tree of fewer steps is seen without an overview. */
const overviewFrom = 12;
const overviewWidth = 112;
const nodeTypes = { step: StepNode };
const edgeTypes = { branch: BranchEdge };

function standingClass({ data }: StepNodeType): string {
  const { standing } = data.step;
  const isAside = standing === 'ahead' || standing === 'ruled-out';
  return (
    (isAside ? classes.overviewAside : standing === 'current' ? classes.overviewCurrent : classes.overviewPath) ?? ''
  );
}

/** All of the tree beside what is seen of it, where there is room; it covers nothing. */
function Overview() {
  const { t } = useWords();
  const height = useStore((state) => state.height);
  // Not measured yet: scales to no height are no numbers.
  if (height === 0) return null;
  return (
    <MiniMap
      className={classes.overview}
      style={{ width: overviewWidth, height }}
      pannable
      ariaLabel={t('diagnoseScreen.overview')}
      nodeClassName={standingClass}
      nodeBorderRadius={12}
      nodeStrokeWidth={0}
    />
  );
}

/** The decision tree, drawn, with the walk on it. */
export function TreeGraph(props: TreeGraphProps) {
  const { t } = useWords();
  const { isFolded = false, run } = props;
  const tree = useMemo(() => (isFolded ? foldTree(props.tree, run) : props.tree), [isFolded, props.tree, run]);
  return (
    <LaidOut drawing={useGraphLayout(tree)} failed={t('diagnoseScreen.drawFailed')}>
      {(layout) => <DrawnTree {...props} tree={tree} layout={layout} />}
    </LaidOut>
  );
}

function DrawnTree(props: TreeGraphProps & { layout: GraphLayout }) {
  const { tree, run, selectedId, onSelect, onOpen, isFolded = false, onFold, layout } = props;
  const { t, localized } = useWords();
  const model = useMemo(() => graphModel(tree, run), [tree, run]);
  const currentId = currentStepId(run);
  const tabStopId = selectedId ?? currentId ?? tree.start;
  const latest = useRef(onSelect);
  latest.current = onSelect;
  const { nodes, edges } = useMemo(
    () => flowElements(model, layout, { selectedId, tabStopId, onSelect: (stepId) => latest.current(stepId) }),
    [model, layout, selectedId, tabStopId],
  );
  const section = useRef<HTMLElement>(null);
  const view = useGraphView({ tree, run, layout, selectedId });

  // The keyboard stays with the step that is chosen.
  useEffect(() => {
    const focused = document.activeElement;
    if (!selectedId || !(focused instanceof HTMLElement) || !section.current?.contains(focused)) return;
    if (focused.dataset.stepId === undefined || focused.dataset.stepId === selectedId) return;
    section.current
      .querySelector<HTMLElement>(`[data-step-id="${CSS.escape(selectedId)}"]`)
      ?.focus({ preventScroll: true });
  }, [selectedId]);

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const stepId = event.target instanceof HTMLElement ? event.target.dataset.stepId : undefined;
    switch (event.key) {
      case 'ArrowUp':
      case 'ArrowDown':
      case 'ArrowLeft':
      case 'ArrowRight': {
        const next = stepId ? neighbour(layout, model.branches, stepId, event.key) : null;
        if (!next) return;
        onSelect(next);
        break;
      }
      case 'Enter':
        if (!stepId || !onOpen) return;
        onSelect(stepId);
        onOpen(stepId);
        break;
      case '+':
      case '=':
        view.zoomIn();
        break;
      case '-':
        view.zoomOut();
        break;
      case '0':
        view.fitAll();
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  return (
    <section
      ref={section}
      className={classes.graph}
      aria-label={t('diagnoseScreen.treeLabel', { title: localized(tree.title) })}
      onKeyDown={onKeyDown}
    >
      <p className="visually-hidden">{t('diagnoseScreen.treeHelp')}</p>
      <div className={classes.drawing}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onInit={view.onInit}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          panOnScroll
          zoomOnDoubleClick={false}
          disableKeyboardA11y
          minZoom={0.15}
          maxZoom={1.5}
          proOptions={{ hideAttribution: true }}
        />
        {nodes.length > overviewFrom && <Overview />}
      </div>
      <GraphControls
        view={view}
        hasCurrent={currentId !== null}
        isWhatIf={run?.isWhatIf ?? false}
        isFolded={isFolded}
        onFold={currentId === null ? undefined : onFold}
      />
    </section>
  );
}
