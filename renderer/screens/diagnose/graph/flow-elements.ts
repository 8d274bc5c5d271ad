import { Position } from '@xyflow/react';
import type { BranchEdgeType } from './branch-edge';
import { type GraphLayout, stepSize } from './graph-layout';
import type { GraphBranch, GraphModel } from './graph-model';
import type { StepNodeType } from './step-node';

interface FlowOptions {
  readonly selectedId: string | null;
  readonly tabStopId: string;
  readonly onSelect: (stepId: string) => void;
}

const handles: StepNodeType['handles'] = [
  { type: 'target', position: Position.Top, x: stepSize.width / 2, y: 0, width: 1, height: 1 },
  { type: 'source', position: Position.Bottom, x: stepSize.width / 2, y: stepSize.height, width: 1, height: 1 },
];

/** What React Flow draws: steps at the places ELK gave them, branches as it routed them, the path on top. */
export function flowElements(
  model: GraphModel,
  layout: GraphLayout,
  { selectedId, tabStopId, onSelect }: FlowOptions,
): { nodes: StepNodeType[]; edges: BranchEdgeType[] } {
  const nodes = model.steps.map(
    (step): StepNodeType => ({
      id: step.id,
      type: 'step',
      position: layout.steps[step.id] ?? { x: 0, y: 0 },
      ...stepSize,
      measured: stepSize,
      handles,
      data: { step, isSelected: step.id === selectedId, isTabStop: step.id === tabStopId, onSelect },
    }),
  );
  const pathLast = [...model.branches].sort((a, b) => Number(isOnPath(a)) - Number(isOnPath(b)));
  const edges = pathLast.map((branch): BranchEdgeType => {
    const route = layout.branches[branch.id];
    return {
      id: branch.id,
      type: 'branch',
      source: branch.from,
      target: branch.to,
      data: { branch, points: route?.points ?? [], label: route?.label ?? null },
    };
  });
  return { nodes, edges };
}

function isOnPath({ standing }: GraphBranch): boolean {
  return standing === 'taken' || standing === 'hypothetical';
}
