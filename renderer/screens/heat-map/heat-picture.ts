import { cellCorner, type HeatLayout, labelPx, marginPx, valueFromPx } from './heat-layout';
import { type CellLook, drawCell, type HeatPalette, lookKey } from './heat-painter';

interface View {
  readonly layout: HeatLayout;
  readonly looks: readonly CellLook[];
  readonly palette: HeatPalette;
  readonly width: number;
  readonly height: number;
  /** How far it is scrolled. */
  readonly top: number;
}

export interface Picture {
  /** Draws what changed since it was last drawn; everything in view where that is of another place or size. */
  draw: (view: View) => void;
}

/** What is on a canvas. */
export function createPicture(canvas: HTMLCanvasElement): Picture {
  const context = canvas.getContext('2d');
  let before: Omit<View, 'looks'> | null = null;
  /** How each cell was drawn, by its place; none where it is out of view. */
  let drawn: Array<string | undefined> = [];
  const names = new Map<string, string>();

  const clear = (view: View) => {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.round(view.width * ratio);
    const height = Math.round(view.height * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = `${view.width}px`;
      canvas.style.height = `${view.height}px`;
    }
    context?.setTransform(ratio, 0, 0, ratio, 0, 0);
    context?.clearRect(0, 0, view.width, view.height);
    drawn = [];
  };

  return {
    draw(view) {
      if (!context) return;
      const { layout, looks, palette, top, height } = view;
      const isMoved =
        before === null ||
        before.layout !== layout ||
        before.palette !== palette ||
        before.top !== top ||
        before.width !== view.width ||
        before.height !== height;
      before = view;
      if (isMoved) {
        clear(view);
        drawWords(context, view, names);
      }
      for (const block of layout.blocks) {
        const rows = Math.ceil(block.cells / layout.perRow);
        const bottom = block.y + labelPx + rows * (layout.cellPx + 2);
        if (bottom < top || block.y > top + height) continue;
        for (let index = 0; index < block.cells; index += 1) {
          const at = block.firstCell + index;
          const whole = looks[at];
          if (!whole) continue;
          const look = layout.cellPx < valueFromPx ? { ...whole, text: null } : whole;
          const key = lookKey(look);
          if (drawn[at] === key) continue;
          drawn[at] = key;
          const { x, y } = cellCorner(layout, block, index);
          drawCell(context, x, y - top, layout.cellPx, look, palette);
        }
      }
    },
  };
}

function drawWords(
  context: CanvasRenderingContext2D,
  { layout, palette, top, height }: View,
  names: Map<string, string>,
) {
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.fillStyle = palette.text;
  context.font = `600 12px ${palette.font}`;
  for (const { text, y } of layout.titles) {
    if (y + 30 < top || y > top + height) continue;
    context.fillText(text, marginPx, y + 20 - top);
  }
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.dim;
  for (const { name, x, y, widthPx: room } of layout.blocks) {
    if (y + labelPx < top || y > top + height) continue;
    const key = `${room} ${name}`;
    const fitting = names.get(key) ?? cut(context, name, room);
    names.set(key, fitting);
    context.fillText(fitting, x, y + labelPx - 5 - top);
  }
}

/** As much of a name as there is room for; its end tells nodes of one rack apart, so the middle goes. */
function cut(context: CanvasRenderingContext2D, name: string, roomPx: number): string {
  if (context.measureText(name).width <= roomPx) return name;
  for (let kept = Math.min(name.length - 1, 60); kept > 2; kept -= 1) {
    const start = Math.ceil(kept / 2);
    const text = `${name.slice(0, start)}…${name.slice(name.length - (kept - start))}`;
    if (context.measureText(text).width <= roomPx) return text;
  }
  return '…';
}
