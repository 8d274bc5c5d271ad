import type { PictureColours } from '../components/save-picture';
import { bandOpacity, bandPathOf, lineLook, pathOf, xOf, yOf } from './chart-lines';
import type { ChartMark } from './chart-overlay';
import type { ShownChart } from './metric-chart';
import { statsOf } from './series-stats';
import { timeTicks, timeTickWords } from './time-axis';

interface PictureOptions {
  /** Of the whole picture, and under it what it shows. */
  readonly title: string;
  readonly about: string;
  readonly marks: readonly ChartMark[];
  /** Of the columns of a legend. */
  readonly words: { readonly newest: string; readonly least: string; readonly mean: string; readonly greatest: string };
  readonly more: (count: number) => string;
  readonly colours: PictureColours;
}

const WIDTH = 1200;
const LEFT = 90;
const RIGHT = 24;
const HEAD = 56;
const TITLE = 26;
const PLOT = 200;
const AXIS = 26;
const ROW = 16;
/** Lines with a row of their own in the legend. */
const LISTED = 16;
const box = { width: WIDTH - LEFT - RIGHT, height: PLOT };

/** Charts as a file of their own: vectors and real words, nothing fetched. Everything that a node has said is escaped. */
export function chartPicture(charts: readonly ShownChart[], options: PictureOptions): string {
  const { title, about, colours } = options;
  let y = HEAD;
  const drawn = charts.map((chart) => {
    const at = y;
    y += TITLE + PLOT + AXIS + (Math.min(chart.lines.length, LISTED + 1) + 1) * ROW + 14;
    return one(chart, at, options);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img"`,
    ` font-family="'Noto Sans CJK SC','Noto Sans SC',system-ui,'Segoe UI',Roboto,sans-serif" font-size="12">`,
    `<title>${xml(title)}</title>`,
    `<rect width="${WIDTH}" height="${y}" fill="${colours.page}"/>`,
    text(16, 24, title, colours.text, 'font-size="16" font-weight="600"'),
    text(16, 42, about, colours.textDim),
    ...drawn,
    '</svg>',
  ].join('');
}

function one(chart: ShownChart, top: number, { marks, words, more, colours }: PictureOptions): string {
  const { title, lines, bands, window, axis, levels, formatValue } = chart;
  const { domain } = axis;
  const strokes = { warn: colours.warn, bad: colours.bad, limit: colours.textDim };
  const colourOf = (variable: string) => (variable === 'var(--text)' ? colours.text : colours.textDim);
  const plotTop = top + TITLE;
  const ticks = timeTicks(window, 12);
  const rows = lines.slice(0, LISTED);
  const columns = [WIDTH - RIGHT - 330, WIDTH - RIGHT - 220, WIDTH - RIGHT - 110, WIDTH - RIGHT];
  const legendTop = plotTop + PLOT + AXIS + ROW;
  const end = 'text-anchor="end"';
  return [
    text(16, top + 16, title, colours.text, 'font-weight="600"'),
    `<g transform="translate(${LEFT} ${plotTop})"><svg width="${box.width}" height="${PLOT}" overflow="hidden">`,
    ...axis.ticks.map((value) => line(0, yOf(value, domain, box), box.width, colours.line)),
    ...bands.map(
      ({ kind, series }) =>
        `<path d="${bandPathOf(series, window, domain, box)}" fill="${colours.textDim}" fill-opacity="${bandOpacity[kind]}"/>`,
    ),
    ...lines.map(({ look, series }) => {
      const { stroke, dash } = lineLook(look);
      const dashes = dash ? ` stroke-dasharray="${dash}"` : '';
      return `<path d="${pathOf(series, window, domain, box)}" fill="none" stroke="${colourOf(stroke)}" stroke-width="1.25"${dashes}/>`;
    }),
    ...levels.map(
      ({ value, label, tone }) =>
        line(0, yOf(value, domain, box), box.width, strokes[tone], 'stroke-dasharray="4 3"') +
        (tone === 'limit'
          ? text(box.width - 4, yOf(value, domain, box) - 4, label, strokes[tone], `${end} font-size="10"`)
          : text(4, yOf(value, domain, box) + (tone === 'bad' ? -4 : 11), label, strokes[tone], 'font-size="10"')),
    ),
    ...marks
      .filter(({ atMs }) => atMs >= window.fromMs && atMs <= window.toMs)
      .map(({ atMs, words: told }) => {
        const x = xOf(atMs, window, box).toFixed(1);
        return `<path d="M${x} 0V${PLOT}" stroke="${colours.textDim}" stroke-dasharray="2 2"><title>${xml(told)}</title></path>`;
      }),
    '</svg></g>',
    ...axis.ticks.map((value) =>
      text(
        LEFT - 8,
        plotTop + yOf(value, domain, box) + 4,
        formatValue(value),
        colours.textDim,
        `${end} font-size="11"`,
      ),
    ),
    ...ticks.map((at) =>
      text(
        LEFT + xOf(at, window, box),
        plotTop + PLOT + 16,
        timeTickWords(at, window, 12),
        colours.textDim,
        'text-anchor="middle" font-size="11"',
      ),
    ),
    ...[words.newest, words.least, words.mean, words.greatest].map((word, index) =>
      text(columns[index] ?? 0, legendTop, word, colours.textDim, `${end} font-size="11"`),
    ),
    ...rows.map(({ label, look, series }, index) => {
      const y = legendTop + (index + 1) * ROW;
      const { stroke, dash } = lineLook(look);
      const stats = statsOf(series);
      const values = [stats.now, stats.least, stats.mean, stats.greatest];
      return [
        line(LEFT, y - 4, 24, colourOf(stroke), dash ? `stroke-dasharray="${dash}"` : ''),
        text(LEFT + 32, y, label, colours.text),
        ...values.map((value, column) =>
          text(columns[column] ?? 0, y, value === null ? '—' : formatValue(value), colours.text, end),
        ),
      ].join('');
    }),
    lines.length > LISTED
      ? text(LEFT + 32, legendTop + (LISTED + 1) * ROW, more(lines.length - LISTED), colours.textDim)
      : '',
  ].join('');
}

function text(x: number, y: number, words: string, fill: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${fill}" ${attributes}>${xml(words)}</text>`;
}

function line(x: number, y: number, length: number, stroke: string, attributes = ''): string {
  return `<path d="M${x} ${y.toFixed(1)}h${length}" fill="none" stroke="${stroke}" ${attributes}/>`;
}

function xml(words: string): string {
  return words
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
