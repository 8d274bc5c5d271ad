import '@xyflow/react/dist/base.css';
import { Switch } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { IconArrowsSplit2, IconMaximize, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { type Edge, Position, ReactFlow, useReactFlow, useStore } from '@xyflow/react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { shallow } from 'zustand/shallow';
import type { TreeGraph } from '#shared/domain/diagnosis';
import type { Strands } from '#shared/domain/strands/strands';
import { useWords } from '../../../app/i18n';
import { IconControl } from '../../../components/icon-control';
import { type ArrowKey, type GraphLayout, neighbour, stepSize } from '../graph/graph-layout';
import { graphModel } from '../graph/graph-model';
import { LaidOut } from '../graph/laid-out';
import graphClasses from '../graph/tree-graph.module.css';
import { useGraphLayout } from '../graph/use-graph-layout';
import { StrandEdge, type StrandEdgeType } from './strand-edge';
import { strandsOnTree, walkedPart } from './strand-model';
import { StrandStep, type StrandStepType } from './strand-step';
import classes from './strands.module.css';

interface StrandGraphProps {
  /** Its steps as the walks name them. */
  tree: TreeGraph;
  strands: Strands;
  /** The group that is pointed out; null: all alike. */
  groupId: string | null;
  selectedId: string | null;
  onSelect: (stepId: string) => void;
}

const nodeTypes = { step: StrandStep };
const edgeTypes = { strand: StrandEdge };
const arrowKeys: readonly string[] = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'];
const handles: StrandStepType['handles'] = [
  { type: 'target', position: Position.Top, x: stepSize.width / 2, y: 0, width: 1, height: 1 },
  { type: 'source', position: Position.Bottom, x: stepSize.width / 2, y: stepSize.height, width: 1, height: 1 },
];

/** The decision tree with a line for each group of nodes: what they came through, or all of it. */
export function StrandGraph(props: StrandGraphProps) {
  const { t } = useWords();
  const [isWhole, setWhole] = useState(false);
  const tree = isWhole ? props.tree : walkedPart(props.tree, strandsOnTree(props.strands.groups));
  const now = useGraphLayout(tree);
  // While nodes are read the walked part grows: what was drawn stays until its next layout is there.
  const drawn = useRef<{ tree: TreeGraph; layout: GraphLayout; isWhole: boolean } | null>(null);
  if (now.kind === 'drawn') drawn.current = { tree, layout: now.layout, isWhole };
  if (drawn.current?.isWhole !== isWhole || drawn.current.tree.id !== tree.id) drawn.current = null;
  const drawing = now.kind === 'drawing' && drawn.current ? { kind: 'drawn' as const, ...drawn.current } : now;
  return (
    <LaidOut drawing={drawing} failed={t('strands.drawFailed')}>
      {(layout) => (
        <Drawn
          key={String(isWhole)}
          {...props}
          tree={drawn.current?.tree ?? tree}
          layout={layout}
          isWhole={isWhole}
          onWhole={setWhole}
        />
      )}
    </LaidOut>
  );
}

interface DrawnProps extends StrandGraphProps {
  layout: GraphLayout;
  isWhole: boolean;
  onWhole: (isWhole: boolean) => void;
}

/** Smaller than this, the words in a step can't be read. */
const readableZoom = 0.75;

function Drawn({ tree, strands, groupId, selectedId, onSelect, layout, isWhole, onWhole }: DrawnProps) {
  const { t, localized } = useWords();
  const flow = useReactFlow();
  const pane = useStore(({ width, height }) => ({ width, height }), shallow);
  const duration = useReducedMotion() ? 0 : 200;
  const model = graphModel(tree, null);
  const { branches, steps } = strandsOnTree(strands.groups);
  const pointedOut = strands.groups.findIndex(({ id }) => id === groupId);
  const partings = new Set(strands.partings.map(({ stepId }) => stepId));
  const walkedIds = model.steps.flatMap(({ id }) => (steps.has(id) ? [id] : []));
  const firstParting = strands.partings.find(({ stepId }) => layout.steps[stepId])?.stepId ?? null;
  const tabStopId = selectedId ?? firstParting ?? tree.start;

  const nodes = model.steps.map((step): StrandStepType => {
    const passing = steps.get(step.id);
    return {
      id: step.id,
      type: 'step',
      position: layout.steps[step.id] ?? { x: 0, y: 0 },
      ...stepSize,
      measured: stepSize,
      handles,
      data: {
        step,
        groups: strands.groups,
        passing: passing?.groups ?? [],
        ends: passing?.ends ?? [],
        isParting: partings.has(step.id),
        isAside: passing === undefined || (pointedOut >= 0 && !passing.groups.includes(pointedOut)),
        isSelected: step.id === selectedId,
        isTabStop: step.id === tabStopId,
        onSelect,
      },
    };
  });
  const edges = model.branches
    .map((branch): StrandEdgeType => {
      const route = layout.branches[branch.id];
      const data = {
        label: localized(branch.label),
        points: route?.points ?? [],
        at: route?.label ?? null,
        lines: branches.get(branch.id) ?? [],
        pointedOut,
      };
      return { id: branch.id, type: 'strand', source: branch.from, target: branch.to, data };
    })
    .sort((one, other) => linesOf(one) - linesOf(other));

  const show = (ids: readonly string[], minZoom: number, ms: number) =>
    void flow.fitView({ nodes: ids.map((id) => ({ id })), padding: 0.06, minZoom, maxZoom: 1, duration: ms });
  const showAll = (ms: number) => show(Object.keys(layout.steps), 0.15, ms);
  /** All of it where it can be read so, else where walks part first, with what lies around; from the start down where they don't. */
  function showStart(ms: number): void {
    const fits = layout.width * readableZoom <= pane.width && layout.height * readableZoom <= pane.height;
    if (fits) show(Object.keys(layout.steps), readableZoom, ms);
    else if (firstParting !== null) show([firstParting, ...nextOf(firstParting)], readableZoom, ms);
    else {
      const { x, y } = layout.steps[tree.start] ?? { x: 0, y: 0 };
      void flow.setViewport({ x: pane.width / 2 - x - stepSize.width / 2, y: 24 - y, zoom: 1 }, { duration: ms });
    }
  }
  function nextOf(stepId: string): string[] {
    const tos = model.branches.flatMap(({ from, to }) => (from === stepId && steps.has(to) ? [to] : []));
    const parents = model.branches.flatMap(({ from, to }) => (to === stepId && steps.has(from) ? [from] : []));
    return [...parents, ...tos];
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the walks, their drawing and the room there is, not each probe
  useEffect(() => {
    if (pane.width > 0) showStart(duration);
  }, [walkedIds.length, pane.width, pane.height, layout]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen elsewhere comes into view
  useEffect(() => {
    const corner = selectedId === null ? undefined : layout.steps[selectedId];
    if (!corner || isVisible(corner)) return;
    void flow.setCenter(corner.x + stepSize.width / 2, corner.y + stepSize.height / 2, {
      zoom: flow.getZoom(),
      duration,
    });
  }, [selectedId]);

  function isVisible({ x, y }: { x: number; y: number }): boolean {
    const view = flow.getViewport();
    const [left, top] = [x * view.zoom + view.x, y * view.zoom + view.y];
    const [right, bottom] = [left + stepSize.width * view.zoom, top + stepSize.height * view.zoom];
    return left >= 0 && top >= 0 && right <= pane.width && bottom <= pane.height;
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const stepId = event.target instanceof HTMLElement ? event.target.dataset.stepId : undefined;
    if (stepId === undefined || !arrowKeys.includes(event.key)) return;
    const next = neighbour(layout, model.branches, stepId, event.key as ArrowKey);
    if (next === null) return;
    event.preventDefault();
    onSelect(next);
    event.currentTarget
      .querySelector<HTMLElement>(`[data-step-id="${CSS.escape(next)}"]`)
      ?.focus({ preventScroll: true });
  }

  return (
    <section
      className={graphClasses.graph}
      aria-label={t('diagnoseScreen.treeLabel', { title: localized(tree.title) })}
      onKeyDown={onKeyDown}
    >
      <div className={graphClasses.drawing}>
        <ReactFlow
          nodes={nodes}
          edges={edges as Edge[]}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onInit={() => showStart(0)}
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
      </div>
      <div className={graphClasses.foot}>
        <div className={graphClasses.controls}>
          <IconControl
            icon={IconZoomIn}
            label={t('diagnoseScreen.zoomIn')}
            onClick={() => void flow.zoomIn({ duration })}
          />
          <IconControl
            icon={IconZoomOut}
            label={t('diagnoseScreen.zoomOut')}
            onClick={() => void flow.zoomOut({ duration })}
          />
          <IconControl icon={IconMaximize} label={t('diagnoseScreen.fit')} onClick={() => showAll(duration)} />
          <IconControl icon={IconArrowsSplit2} label={t('strands.showParting')} onClick={() => showStart(duration)} />
          <Switch
            className={classes.whole}
            size="xs"
            label={t('strands.wholeTree')}
            checked={isWhole}
            onChange={({ currentTarget }) => onWhole(currentTarget.checked)}
          />
        </div>
        <span className={classes.key}>{t('strands.key')}</span>
      </div>
    </section>
  );
}

function linesOf({ data }: StrandEdgeType): number {
  return data?.lines.length ?? 0;
}
