import type { TreeGraph } from '#shared/domain/diagnosis';
import type { LocalizedText } from '#shared/domain/text';
import {
  type GraphLayout,
  labelSize,
  layoutGraph,
  type Point,
  roundedPath,
  stepSize,
} from '#shared/domain/tree-layout';

type Step = TreeGraph['steps'][number];
type ToWords = (text: LocalizedText) => string;

export const drawingFormats = ['svg', 'mermaid', 'dot', 'json'] as const;
export type DrawingFormat = (typeof drawingFormats)[number];

/** A tree as a picture or as a text that other programs draw; laid out as the app does it. */
export async function drawTree(graph: TreeGraph, format: DrawingFormat, words: ToWords): Promise<string> {
  switch (format) {
    case 'svg':
      return svg(graph, words);
    case 'mermaid':
      return mermaid(graph, words);
    case 'dot':
      return dot(graph, words);
    case 'json':
      return JSON.stringify(graph, null, 2);
  }
}

export function mermaid(graph: TreeGraph, words: ToWords): string {
  const name = (id: string) => id.replace(/[^A-Za-z0-9]/g, '_');
  const quoted = (text: string) => `"${text.replace(/"/g, '#quot;').replace(/\s+/g, ' ')}"`;
  return [
    'flowchart TD',
    ...graph.steps.map((step) => `  ${name(step.id)}[${quoted(`${step.id}: ${words(step.title)}`)}]`),
    ...graph.steps.flatMap((step) =>
      step.branches.map((branch) => `  ${name(step.id)} -->|${quoted(words(branch.label))}| ${name(branch.to)}`),
    ),
  ].join('\n');
}

/** Graphviz; shapes tell the kinds apart. */
function dot(graph: TreeGraph, words: ToWords): string {
  const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&').replace(/\s+/g, ' ')}"`;
  const shapes = { probe: 'box', ask: 'hexagon', branch: 'diamond', finding: 'note', goto: 'cds' } as const;
  return [
    `digraph ${quoted(graph.id)} {`,
    '  node [fontname="sans-serif"]; edge [fontname="sans-serif", fontsize=10];',
    ...graph.steps.map(
      ({ id, kind, title }) => `  ${quoted(id)} [shape=${shapes[kind]}, label=${quoted(words(title))}];`,
    ),
    ...graph.steps.flatMap(({ id, branches }) =>
      branches.map(({ to, label }) => `  ${quoted(id)} -> ${quoted(to)} [label=${quoted(words(label))}];`),
    ),
    '}',
  ].join('\n');
}

const colours = { page: '#ffffff', pane: '#f6f7f9', line: '#8b93a1', text: '#171c24', dim: '#5a6372' };
const severityColours: Readonly<Record<string, string>> = {
  info: '#1858a8',
  warn: '#8a5300',
  critical: '#b3261e',
  fatal: '#8a1559',
};

async function svg(graph: TreeGraph, words: ToWords): Promise<string> {
  const known = new Set(graph.steps.map(({ id }) => id));
  const branches = graph.steps.flatMap(({ id, branches: ways }) =>
    ways.filter(({ to }) => known.has(to)).map((way) => ({ ...way, id: `${id}/${way.id}`, from: id })),
  );
  const { default: Elk } = await import('elkjs/lib/elk.bundled');
  const layout = await layoutGraph({ steps: graph.steps, branches }, new Elk());
  const { width, height } = layout;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, 'Noto Sans CJK SC', sans-serif">`,
    `<title>${xml(words(graph.title))}</title>`,
    `<rect width="100%" height="100%" fill="${colours.page}"/>`,
    ...branches.map(({ id }) => line(layout.branches[id]?.points ?? [])),
    ...branches.map(({ id, label }) => labelOf(layout.branches[id]?.label ?? null, words(label))),
    ...graph.steps.map((step) => box(step, layout, words)),
    '</svg>',
  ].join('\n');
}

function line(points: readonly Point[]): string {
  const end = points.at(-1);
  if (!end) return '';
  const arrow = `M ${end.x - 4} ${end.y - 7} L ${end.x} ${end.y} L ${end.x + 4} ${end.y - 7} Z`;
  return `<path d="${roundedPath(points)}" fill="none" stroke="${colours.line}"/><path d="${arrow}" fill="${colours.line}"/>`;
}

function labelOf(at: Point | null, text: string): string {
  if (at === null || text === '') return '';
  const lines = wrapped(text, labelSize.width - 8, 11, 2);
  const width = Math.max(...lines.map((one) => widthOf(one, 11))) + 8;
  const height = lines.length * 14 + 2;
  return [
    `<g><title>${xml(text)}</title>`,
    `<rect x="${at.x - width / 2}" y="${at.y - height / 2}" width="${width}" height="${height}" rx="3" fill="${colours.page}"/>`,
    ...lines.map(
      (one, index) =>
        `<text x="${at.x}" y="${at.y - height / 2 + 12 + index * 14}" font-size="11" text-anchor="middle" fill="${colours.dim}">${xml(one)}</text>`,
    ),
    '</g>',
  ].join('');
}

function box(step: Step, layout: GraphLayout, words: ToWords): string {
  const corner = layout.steps[step.id];
  if (!corner) return '';
  const { x, y } = corner;
  const title = words(step.title);
  const colour = severityColours[step.severity ?? ''];
  const below = step.kind === 'finding' ? (step.severity ?? step.kind) : step.kind;
  return [
    `<g><title>${xml(`${step.id}: ${title}`)}</title>`,
    `<rect x="${x}" y="${y}" width="${stepSize.width}" height="${stepSize.height}" rx="6" fill="${step.kind === 'finding' ? colours.pane : colours.page}" stroke="${colour ?? colours.line}"/>`,
    ...wrapped(title, stepSize.width - 20, 12, 2).map(
      (one, index) =>
        `<text x="${x + 10}" y="${y + 19 + index * 15}" font-size="12" font-weight="500" fill="${colours.text}">${xml(one)}</text>`,
    ),
    `<text x="${x + 10}" y="${y + stepSize.height - 8}" font-size="11" fill="${colour ?? colours.dim}">${xml(below)}</text>`,
    '</g>',
  ].join('');
}

/** Nobody measures text here: wide characters are as wide as high, others are taken for a wide half of that. */
function widthOf(text: string, size: number): number {
  return [...text].reduce((sum, one) => sum + (/[\u2E80-\uFFEF]/u.test(one) ? 1 : 0.56) * size, 0);
}

function wrapped(text: string, width: number, size: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  // Words, and wide characters one by one.
  for (const piece of text.replace(/\s+/g, ' ').match(/[\u2E80-\uFFEF]|[^\s\u2E80-\uFFEF]+\s?/gu) ?? []) {
    if (line !== '' && widthOf((line + piece).trimEnd(), size) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  lines.push(line.trimEnd());
  const shown = lines.slice(0, most);
  const last = shown.at(-1) ?? '';
  const isCut = lines.length > most || widthOf(last, size) > width;
  return isCut ? [...shown.slice(0, -1), `${cut(last, width - size, size)}…`] : shown;
}

function cut(text: string, width: number, size: number): string {
  const letters = [...text];
  while (letters.length > 0 && widthOf(letters.join(''), size) > width) letters.pop();
  return letters.join('').trimEnd();
}

/** Without the characters that XML 1.0 can't have. */
function xml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (one) => entities[one] ?? one);
}
