import { useReducedMotion } from '@mantine/hooks';
import { useReactFlow } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import type { DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';
import { currentStepId } from './graph-model';

export interface GraphView {
  zoomIn: () => void;
  zoomOut: () => void;
  fitAll: () => void;
  /** Brings the current step and its surroundings into view. */
  showCurrent: () => void;
  /** Brings one step into view without changing the zoom. */
  reveal: (stepId: string) => void;
  onInit: () => void;
}

/** Moves the view over the drawn tree; it follows the walk by itself. */
export function useGraphView(tree: TreeGraph, run: DiagnosisRun | null): GraphView {
  const flow = useReactFlow();
  const isReady = useRef(false);
  const duration = useReducedMotion() ? 0 : 200;
  const currentId = currentStepId(run);
  const isConcluded = run?.state === 'concluded';

  function show(stepIds: readonly string[], ms: number): void {
    void flow.fitView({ nodes: stepIds.map((id) => ({ id })), padding: 0.12, minZoom: 0.5, maxZoom: 1, duration: ms });
  }
  function focus(ms: number): void {
    if (!currentId) show([tree.start, ...targetsOf(tree, tree.start)], ms);
    else if (isConcluded)
      show(
        run.path.map((visit) => visit.stepId),
        ms,
      );
    else show([run?.path.at(-2)?.stepId ?? currentId, currentId, ...targetsOf(tree, currentId)], ms);
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the walk, not each sample of the run
  useEffect(() => {
    if (isReady.current) focus(duration);
  }, [currentId, isConcluded]);

  return {
    zoomIn: () => void flow.zoomIn({ duration }),
    zoomOut: () => void flow.zoomOut({ duration }),
    fitAll: () => void flow.fitView({ padding: 0.05, maxZoom: 1, duration }),
    showCurrent: () => focus(duration),
    reveal: (stepId) => {
      const node = flow.getNode(stepId);
      if (!node) return;
      const { width = 0, height = 0 } = node;
      void flow.setCenter(node.position.x + width / 2, node.position.y + height / 2, {
        zoom: flow.getZoom(),
        duration,
      });
    },
    onInit: () => {
      isReady.current = true;
      focus(0);
    },
  };
}

function targetsOf(tree: TreeGraph, stepId: string): string[] {
  return tree.steps.find((step) => step.id === stepId)?.branches.map((branch) => branch.to) ?? [];
}
