import { Position } from '@xyflow/react';
import type { Topology } from '#shared/domain/topology/topology';
import type { LinkEdgeType } from './link-edge';
import type { BoxNodeType, PartNodeType } from './picture-nodes';
import type { TopologyDrawing } from './topology-drawing';

interface PictureOptions {
  readonly activeId: string | null;
  readonly onActive: (id: string) => void;
}

/** What React Flow draws: boxes at the bottom, then lines, then parts; degraded lines over the others. */
export function pictureElements(
  drawing: TopologyDrawing,
  topology: Topology,
  { activeId, onActive }: PictureOptions,
): { nodes: Array<BoxNodeType | PartNodeType>; edges: LinkEdgeType[] } {
  const tabStopId = activeId ?? drawing.parts[0]?.id ?? null;
  const boxes = drawing.boxes.map(
    (box): BoxNodeType => ({
      id: `box:${box.id}`,
      type: 'box',
      position: { x: box.x, y: box.y },
      width: box.width,
      height: box.height,
      measured: { width: box.width, height: box.height },
      handles: handlesOf(box),
      zIndex: box.node.kind === 'socket' ? -2 : -1,
      data: { box },
    }),
  );
  const parts = drawing.parts.map(
    (part): PartNodeType => ({
      id: part.id,
      type: 'part',
      position: { x: part.x, y: part.y },
      width: part.width,
      height: part.height,
      measured: { width: part.width, height: part.height },
      handles: handlesOf(part),
      zIndex: 2,
      data: { part, isActive: part.id === activeId, isTabStop: part.id === tabStopId, onActive },
    }),
  );
  const places = new Set([...boxes, ...parts].map(({ id }) => id));
  const edges = drawing.lines.flatMap((line): LinkEdgeType[] => {
    const [source, target] = [line.edge.from, line.edge.to].map((id) =>
      places.has(id) ? id : places.has(`${id}#hub`) ? `${id}#hub` : `box:${id}`,
    );
    if (!source || !target || !places.has(source) || !places.has(target)) return [];
    const data = { line, topology, isActive: line.id === activeId, isTabStop: line.id === tabStopId, onActive };
    return [{ id: line.id, type: 'link', source, target, zIndex: line.edge.state === 'degraded' ? 1 : 0, data }];
  });
  return { nodes: [...boxes, ...parts], edges };
}

function handlesOf({ width, height }: { width: number; height: number }): PartNodeType['handles'] {
  const y = height / 2;
  return [
    { type: 'target', position: Position.Left, x: 0, y, width: 1, height: 1 },
    { type: 'source', position: Position.Right, x: width, y, width: 1, height: 1 },
  ];
}
