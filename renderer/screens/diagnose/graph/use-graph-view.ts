import { useReducedMotion } from '@mantine/hooks';
import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { shallow } from 'zustand/shallow';
import type { DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';
import { type GraphLayout, stepSize } from './graph-layout';
import { currentStepId } from './graph-model';

export interface GraphView {
  zoomIn: () => void;
  zoomOut: () => void;
  fitAll: () => void;
  /** Brings the current step and its surroundings into view. */
  showCurrent: () => void;
  onInit: () => void;
}

/** Smaller than this, the words in a step can't be read. */
const readableZoom = 0.8;
/** Of a tree that nobody walks yet: from its start down, as far as there is room. */
const startZoom = 0.9;
/** Further away than this, the next step of a branch is not worth zooming out for. */
const nearby = { x: 640, y: 360 };

interface Looking {
  readonly tree: TreeGraph;
  readonly run: DiagnosisRun | null;
  readonly layout: GraphLayout;
  readonly selectedId: string | null;
}

/** Moves the view over the drawn tree; it follows the walk and what is chosen by itself. */
export function useGraphView({ tree, run, layout, selectedId }: Looking): GraphView {
  const flow = useReactFlow();
  const pane = useStore(({ width, height }) => ({ width, height }), shallow);
  const isReady = useRef(false);
  const duration = useReducedMotion() ? 0 : 200;
  const currentId = currentStepId(run);
  const isConcluded = run?.state === 'concluded';

  function show(stepIds: readonly string[], ms: number): void {
    void flow.fitView({
      nodes: stepIds.map((id) => ({ id })),
      padding: { x: '3%', y: '3%' },
      minZoom: readableZoom,
      maxZoom: 1,
      duration: ms,
    });
  }
  function canBeRead(stepIds: readonly string[]): boolean {
    const bounds = flow.getNodesBounds([...stepIds]);
    return bounds.width * readableZoom <= pane.width && bounds.height * readableZoom <= pane.height;
  }
  /** The step with what lies around it, or the whole path once it has ended. */
  function focus(ms: number): void {
    const path = (run?.path ?? []).map((visit) => visit.stepId).filter((id) => layout.steps[id]);
    if (isConcluded && path.length > 0) {
      const start = path.findIndex((_, index) => canBeRead(path.slice(index)));
      show(path.slice(start), ms);
      return;
    }
    if (!currentId) {
      const start = layout.steps[tree.start] ?? { x: 0, y: 0 };
      const x = pane.width / 2 - (start.x + stepSize.width / 2) * startZoom;
      void flow.setViewport({ x, y: 24 - start.y * startZoom, zoom: startZoom }, { duration: ms });
      return;
    }
    const stepId = currentId;
    const around = [...path.slice(-2, -1), stepId, ...nearbyTargets(tree, layout, stepId)];
    show(canBeRead(around) ? around : [stepId], ms);
  }

  /** Brings a step that is out of sight to the middle, without changing the zoom. */
  function reveal(stepId: string): void {
    const corner = layout.steps[stepId];
    if (!corner) return;
    const { x, y, zoom } = flow.getViewport();
    const left = corner.x * zoom + x;
    const top = corner.y * zoom + y;
    const isInSight =
      left >= 0 &&
      top >= 0 &&
      left + stepSize.width * zoom <= pane.width &&
      top + stepSize.height * zoom <= pane.height;
    if (isInSight) return;
    void flow.setCenter(corner.x + stepSize.width / 2, corner.y + stepSize.height / 2, {
      zoom,
      duration,
    });
  }

  const followed = useRef(currentId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows what is chosen; where the walk itself has moved, the view does already
  useEffect(() => {
    const isMoved = followed.current !== currentId;
    followed.current = currentId;
    if (isReady.current && !isMoved && selectedId) reveal(selectedId);
  }, [selectedId, currentId]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the walk and the room there is, not each sample of the run
  useEffect(() => {
    if (isReady.current) focus(duration);
  }, [currentId, isConcluded, pane.width, pane.height]);

  return {
    zoomIn: () => void flow.zoomIn({ duration }),
    zoomOut: () => void flow.zoomOut({ duration }),
    fitAll: () => void flow.fitView({ padding: 0.05, maxZoom: 1, duration }),
    showCurrent: () => focus(duration),
    onInit: () => {
      isReady.current = true;
      focus(0);
    },
  };
}

function nearbyTargets(tree: TreeGraph, layout: GraphLayout, stepId: string): string[] {
  const from = layout.steps[stepId];
  const targets = tree.steps.find((step) => step.id === stepId)?.branches.map((branch) => branch.to) ?? [];
  return targets.filter((id) => {
    const to = layout.steps[id];
    return from && to && Math.abs(to.x - from.x) < nearby.x && Math.abs(to.y - from.y) < nearby.y;
  });
}
