import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { bandOpacity, type ChartBand, type ChartLine, lineLook, traceBand, traceLine } from './chart-lines';
import classes from './charts.module.css';
import { plotMargin } from './plot-area';
import type { TimeWindow } from './time-axis';

/** More lines than this are drawn on a canvas: as elements of a page each of them would cost in every frame. */
export const SVG_LINES = 16;

interface ChartCanvasProps {
  readonly lines: readonly ChartLine[];
  readonly bands: readonly ChartBand[];
  readonly window: TimeWindow;
  readonly domain: readonly [number, number];
  readonly width: number;
  readonly height: number;
}

const waiting = new Set<() => void>();

/** One picture a frame: those of a whole screen at once would hold up what is pointed at. Returns what takes it back. */
function drawInTurn(draw: () => void): () => void {
  waiting.add(draw);
  if (waiting.size === 1) requestAnimationFrame(drawNext);
  return () => waiting.delete(draw);
}

function drawNext(): void {
  const [draw] = waiting;
  if (!draw) return;
  waiting.delete(draw);
  draw();
  if (waiting.size > 0) requestAnimationFrame(drawNext);
}

/** The lines of a chart as one picture, broken where nothing is known. */
export function ChartCanvas({ lines, bands, window, domain, width, height }: ChartCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme();
  const boxWidth = width - plotMargin.left - plotMargin.right;
  const boxHeight = height - plotMargin.top - plotMargin.bottom;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme is what the colours are read from
  useEffect(() => {
    return drawInTurn(() => {
      const context = canvas.current?.getContext('2d');
      if (!context) return;
      const scale = globalThis.devicePixelRatio || 1;
      const plot = { window, domain, box: { width: boxWidth, height: boxHeight } };
      context.canvas.width = Math.round(boxWidth * scale);
      context.canvas.height = Math.round(boxHeight * scale);
      context.scale(scale, scale);
      const style = getComputedStyle(document.documentElement);
      const colour = (variable: string) => style.getPropertyValue(variable.slice(4, -1));
      context.fillStyle = colour('var(--text-dim)');
      for (const { kind, series } of bands) {
        context.globalAlpha = bandOpacity[kind];
        context.beginPath();
        traceBand(context, series, plot);
        context.fill();
      }
      context.globalAlpha = 1;
      context.lineWidth = 1.25;
      context.lineJoin = 'round';
      context.lineCap = 'round';
      for (const { look, series } of lines) {
        const { stroke, dash } = lineLook(look);
        context.strokeStyle = colour(stroke);
        context.setLineDash(dash?.split(' ').map(Number) ?? []);
        context.beginPath();
        traceLine(context, series, plot);
        context.stroke();
      }
    });
  }, [lines, bands, window, domain, boxWidth, boxHeight, scheme]);
  return (
    <canvas
      ref={canvas}
      className={classes.canvas}
      style={{ left: plotMargin.left, top: plotMargin.top, width: boxWidth, height: boxHeight }}
      data-lines={lines.length}
      aria-hidden
    />
  );
}
