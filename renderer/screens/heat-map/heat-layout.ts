/** A node as it is laid out: how many cells it has, and where they begin in the list of all cells. */
export interface LaidNode {
  readonly hostId: string;
  readonly name: string;
  readonly firstCell: number;
  readonly cells: number;
}

export interface LaidGroup {
  /** Null: the nodes are not grouped. */
  readonly title: string | null;
  readonly nodes: readonly LaidNode[];
}

interface Block extends LaidNode {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
}

export interface HeatLayout {
  readonly cellPx: number;
  readonly heightPx: number;
  readonly perRow: number;
  readonly blocks: readonly Block[];
  readonly titles: ReadonlyArray<{ readonly text: string; readonly y: number }>;
}

/** From cells that hold their value as text to ones that 2,048 of are at once on a screen. */
const cellSizes = [36, 24, 18, 14, 11] as const;
/** Cells of this size have their value written in them. */
export const valueFromPx = 36;
const gapPx = 2;
export const labelPx = 16;
const blockGapPx = 12;
const titlePx = 30;
const cellsInRow = 8;
const leastBlockPx = 96;
/** As everything else on the screen begins; room for the outline of a cell that has the focus. */
export const marginPx = 16;
const topPx = 6;

/** The largest cells with which everything fits; the smallest where nothing does, and the map scrolls. */
export function layOut(groups: readonly LaidGroup[], widthPx: number, heightPx: number): HeatLayout {
  let layout = layOutAt(groups, widthPx, cellSizes[0]);
  for (const size of cellSizes.slice(1)) {
    if (layout.heightPx <= heightPx) break;
    layout = layOutAt(groups, widthPx, size);
  }
  return layout;
}

function layOutAt(groups: readonly LaidGroup[], widthPx: number, cellPx: number): HeatLayout {
  const pitch = cellPx + gapPx;
  const most = groups.reduce((all, { nodes }) => nodes.reduce((max, { cells }) => Math.max(max, cells), all), 1);
  const perRow = Math.min(cellsInRow, most);
  const endPx = widthPx - marginPx;
  const blocks: Block[] = [];
  const titles: Array<{ text: string; y: number }> = [];
  let y = topPx;
  for (const { title, nodes } of groups) {
    if (title !== null) {
      titles.push({ text: title, y });
      y += titlePx;
    }
    let x = marginPx;
    let rows = 0;
    for (const node of nodes) {
      const blockPx = Math.max(leastBlockPx, Math.min(perRow, node.cells) * pitch - gapPx);
      if (x > marginPx && x + blockPx > endPx) {
        y += labelPx + rows * pitch + blockGapPx;
        x = marginPx;
        rows = 0;
      }
      blocks.push({ ...node, x, y, widthPx: blockPx });
      x += blockPx + blockGapPx;
      rows = Math.max(rows, Math.ceil(node.cells / perRow));
    }
    if (rows > 0) y += labelPx + rows * pitch + blockGapPx;
  }
  return { cellPx, heightPx: y, perRow, blocks, titles };
}

/** The left upper corner of a cell of a block, which counts from the block's first one. */
export function cellCorner(
  { cellPx, perRow }: HeatLayout,
  block: { x: number; y: number },
  index: number,
): { x: number; y: number } {
  const pitch = cellPx + gapPx;
  return {
    x: block.x + (index % perRow) * pitch,
    y: block.y + labelPx + Math.floor(index / perRow) * pitch,
  };
}

/** The cell at a point, the small gaps around it included; null: there is none. */
export function cellAt(layout: HeatLayout, x: number, y: number): number | null {
  const pitch = layout.cellPx + gapPx;
  for (const block of layout.blocks) {
    const column = Math.floor((x - block.x) / pitch);
    const row = Math.floor((y - block.y - labelPx) / pitch);
    const index = row * layout.perRow + column;
    if (column >= 0 && column < layout.perRow && row >= 0 && index < block.cells) return block.firstCell + index;
  }
  return null;
}

export type Move = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

/** Where an arrow key leads: along the cells, or to the nearest one above or below. */
export function moveFrom(layout: HeatLayout, cell: number, move: Move): number {
  const total = layout.blocks.reduce((all, { cells }) => all + cells, 0);
  if (move === 'first') return 0;
  if (move === 'last') return total - 1;
  if (move === 'left') return Math.max(0, cell - 1);
  if (move === 'right') return Math.min(total - 1, cell + 1);
  const from = cornerOf(layout, cell);
  if (!from) return cell;
  let best = cell;
  let least = Number.POSITIVE_INFINITY;
  for (const block of layout.blocks) {
    for (let index = 0; index < block.cells; index += 1) {
      const corner = cellCorner(layout, block, index);
      const down = move === 'down' ? corner.y - from.y : from.y - corner.y;
      // The nearest line counts first, then the nearest column.
      const distance = down * 10_000 + Math.abs(corner.x - from.x);
      if (down <= 0 || distance >= least) continue;
      least = distance;
      best = block.firstCell + index;
    }
  }
  return best;
}

export function cornerOf(layout: HeatLayout, cell: number): { x: number; y: number } | null {
  const block = layout.blocks.find(({ firstCell, cells }) => cell >= firstCell && cell < firstCell + cells);
  return block ? cellCorner(layout, block, cell - block.firstCell) : null;
}
