import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { bandOpacity, type ChartBand, type ChartLine, lineLook, type PlotBox, xOf, yOf } from './chart-lines';
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

/** The lines of a chart as one picture, broken where nothing is known. */
export function ChartCanvas({ lines, bands, window, domain, width, height }: ChartCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme();
  const boxWidth = width - plotMargin.left - plotMargin.right;
  const boxHeight = height - plotMargin.top - plotMargin.bottom;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme is what the colours are read from
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const scale = globalThis.devicePixelRatio || 1;
    const box = { width: boxWidth, height: boxHeight };
    context.canvas.width = Math.round(boxWidth * scale);
    context.canvas.height = Math.round(boxHeight * scale);
    context.scale(scale, scale);
    const style = getComputedStyle(document.documentElement);
    const colour = (variable: string) => style.getPropertyValue(variable.slice(4, -1));
    context.fillStyle = colour('var(--text-dim)');
    for (const { kind, series } of bands) {
      context.globalAlpha = bandOpacity[kind];
      fillBand(context, series, window, domain, box);
    }
    context.globalAlpha = 1;
    context.lineWidth = 1.25;
    context.lineJoin = 'round';
    context.lineCap = 'round';
    for (const { look, series } of lines) {
      const { stroke, dash } = lineLook(look);
      context.strokeStyle = colour(stroke);
      context.setLineDash(dash?.split(' ').map(Number) ?? []);
      strokeLine(context, series, window, domain, box);
    }
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

type Drawing = Pick<CanvasRenderingContext2D, 'beginPath' | 'moveTo' | 'lineTo' | 'stroke'>;
type Place = [window: TimeWindow, domain: readonly [number, number], box: PlotBox];

function strokeLine(context: Drawing, { times, mean }: ChartLine['series'], ...[window, domain, box]: Place): void {
  context.beginPath();
  let isOn = false;
  for (const [index, time] of times.entries()) {
    const value = mean[index];
    if (typeof value !== 'number') {
      isOn = false;
      continue;
    }
    const [x, y] = [xOf(time, window, box), yOf(value, domain, box)];
    if (!isOn) context.moveTo(x, y);
    // A value between two unknown ones is a dot.
    context.lineTo(x, y);
    isOn = true;
  }
  context.stroke();
}

function fillBand(
  context: CanvasRenderingContext2D,
  { times, least, greatest }: ChartBand['series'],
  ...[window, domain, box]: Place
): void {
  const close = (from: number, to: number) => {
    if (to - from < 2) return;
    context.beginPath();
    for (let at = from; at < to; at += 1)
      context.lineTo(xOf(times[at] as number, window, box), yOf(greatest[at] as number, domain, box));
    for (let at = to - 1; at >= from; at -= 1)
      context.lineTo(xOf(times[at] as number, window, box), yOf(least[at] as number, domain, box));
    context.fill();
  };
  let from = 0;
  for (let at = 0; at <= times.length; at += 1) {
    if (at < times.length && typeof least[at] === 'number' && typeof greatest[at] === 'number') continue;
    close(from, at);
    from = at + 1;
  }
}
