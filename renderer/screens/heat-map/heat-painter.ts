import type { CellKind } from './heat-cells';
import type { HeatScale } from './heat-scale';

export interface HeatPalette {
  readonly page: string;
  readonly pane: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly warn: string;
  readonly bad: string;
  readonly font: string;
  readonly scale: HeatScale;
}

export interface CellLook {
  readonly kind: CellKind;
  /** On the scale; null: there is no value. */
  readonly step: number | null;
  readonly isThrottled: boolean;
  /** Written into the cell where it is large enough. */
  readonly text: string | null;
  /** Stands back while another state is looked for. */
  readonly isDim: boolean;
}

/** The same text: the same picture. */
export function lookKey({ kind, step, isThrottled, text, isDim }: CellLook): string {
  return `${kind} ${step} ${isThrottled} ${text} ${isDim}`;
}

type Context = CanvasRenderingContext2D;

/** Draws one cell. Each state has a shape of its own: the colour says how much, never alone how bad. */
export function drawCell(context: Context, x: number, y: number, size: number, look: CellLook, palette: HeatPalette) {
  const { kind, step } = look;
  context.clearRect(x - 1, y - 1, size + 2, size + 2);
  context.globalAlpha = look.isDim ? 0.18 : 1;
  const fill = step === null ? null : (palette.scale.colors[step] ?? null);
  context.fillStyle = fill ?? palette.pane;
  context.fillRect(x, y, size, size);
  if (fill === null) frame(context, x, y, size, palette.line, 1, kind === 'waiting' || kind === 'absent' ? [2, 2] : []);
  if (kind === 'offline' || kind === 'off') hatch(context, x, y, size, palette);
  if (kind === 'stale') stripes(context, x, y, size, palette);
  if (kind === 'unknown') bar(context, x, y, size, palette.dim);
  if (kind === 'gone') cross(context, x, y, size, palette);
  if (look.text !== null && fill !== null && kind !== 'gone') write(context, x, y, size, look, palette);
  if (kind === 'critical') frame(context, x, y, size, palette.bad, Math.max(2, size / 9), []);
  if (kind === 'warn' || kind === 'critical')
    corner(context, x, y, size, kind === 'warn' ? palette.warn : palette.bad, palette);
  if (look.isThrottled) arrow(context, x, y, size, palette);
  context.globalAlpha = 1;
}

function frame(context: Context, x: number, y: number, size: number, color: string, width: number, dash: number[]) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.strokeRect(x + width / 2, y + width / 2, size - width, size - width);
  context.setLineDash([]);
}

function within(context: Context, x: number, y: number, size: number, draw: () => void) {
  context.save();
  context.beginPath();
  context.rect(x, y, size, size);
  context.clip();
  context.beginPath();
  draw();
  context.stroke();
  context.restore();
}

/** Last known, of a node that is not there: slanting lines. */
function hatch(context: Context, x: number, y: number, size: number, { page, dim }: HeatPalette) {
  for (const [color, width] of [
    [page, 3],
    [dim, 1],
  ] as const) {
    within(context, x, y, size, () => {
      context.strokeStyle = color;
      context.lineWidth = width;
      for (let at = -size; at < size; at += 6) {
        context.moveTo(x + at, y + size);
        context.lineTo(x + at + size, y);
      }
    });
  }
}

/** Samples stopped: level lines. */
function stripes(context: Context, x: number, y: number, size: number, { page }: HeatPalette) {
  within(context, x, y, size, () => {
    context.strokeStyle = page;
    context.lineWidth = 2;
    for (let at = 2; at < size; at += 4) {
      context.moveTo(x, y + at);
      context.lineTo(x + size, y + at);
    }
  });
}

function bar(context: Context, x: number, y: number, size: number, color: string) {
  context.fillStyle = color;
  context.fillRect(x + size * 0.3, y + size / 2 - 1, size * 0.4, 2);
}

function cross(context: Context, x: number, y: number, size: number, { bad, page }: HeatPalette) {
  context.fillStyle = page;
  context.fillRect(x, y, size, size);
  frame(context, x, y, size, bad, 1, []);
  const inset = Math.max(2, size * 0.25);
  context.strokeStyle = bad;
  context.lineWidth = Math.max(1.5, size / 10);
  context.beginPath();
  context.moveTo(x + inset, y + inset);
  context.lineTo(x + size - inset, y + size - inset);
  context.moveTo(x + size - inset, y + inset);
  context.lineTo(x + inset, y + size - inset);
  context.stroke();
}

/** Past its threshold: the upper right corner. */
function corner(context: Context, x: number, y: number, size: number, color: string, { page }: HeatPalette) {
  const leg = Math.max(6, size * 0.36);
  context.beginPath();
  context.moveTo(x + size - leg, y);
  context.lineTo(x + size, y);
  context.lineTo(x + size, y + leg);
  context.closePath();
  context.fillStyle = color;
  context.fill();
  context.strokeStyle = page;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x + size - leg, y);
  context.lineTo(x + size, y + leg);
  context.stroke();
}

/** Held back: points down, at the lower left. */
function arrow(context: Context, x: number, y: number, size: number, { page, text }: HeatPalette) {
  const wide = Math.max(6, size * 0.32);
  const left = x + 1.5;
  const top = y + size - wide * 0.8 - 1.5;
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(left + wide, top);
  context.lineTo(left + wide / 2, top + wide * 0.8);
  context.closePath();
  context.fillStyle = text;
  context.strokeStyle = page;
  context.lineWidth = 1.5;
  context.stroke();
  context.fill();
}

function write(
  context: Context,
  x: number,
  y: number,
  size: number,
  { text, step, kind }: CellLook,
  { font, scale, text: ink, page }: HeatPalette,
) {
  if (text === null || step === null) return;
  context.font = `500 12px ${font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const isCrossed = kind === 'offline' || kind === 'off' || kind === 'stale';
  if (isCrossed) {
    // On lines, figures need a ground of their own.
    context.fillStyle = page;
    const width = context.measureText(text).width + 4;
    context.fillRect(x + (size - width) / 2, y + size / 2 - 8, width, 16);
  }
  context.fillStyle = isCrossed ? ink : (scale.inks[step] ?? ink);
  context.fillText(text, x + size / 2, y + size / 2 + 1, size - 4);
}
