import type { Topology, TopologyEdge } from '#shared/domain/topology/topology';
import type { Words } from '../../../app/i18n';
import type { Point, TopologyDrawing } from './topology-drawing';
import { boxTitle, linkText, partDetail, partTitle } from './topology-words';

/** Colours by what they are for, of the scheme that is on. */
export interface PictureColours {
  readonly page: string;
  readonly pane: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly text: string;
  readonly textDim: string;
  readonly bad: string;
}

interface SvgOptions {
  readonly title: string;
  readonly t: Words['t'];
  readonly colours: PictureColours;
}

const font = "font-family=\"'Noto Sans CJK SC','Noto Sans SC',system-ui,'Segoe UI',Roboto,sans-serif\"";

/**
 * The picture as a file of its own: vectors and real words, a title for whoever can't see it, nothing fetched. Everything that a
 * node has said is escaped.
 */
export function topologySvg(drawing: TopologyDrawing, topology: Topology, { title, t, colours }: SvgOptions): string {
  const head = 34;
  const width = Math.ceil(drawing.width);
  const height = Math.ceil(drawing.height) + head;
  const text = (x: number, y: number, words: string, options: TextOptions = {}): string => {
    const { size = 12, weight = 400, fill = colours.text, anchor = 'start', room } = options;
    return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escaped(room ? fitted(words, room, size) : words)}</text>`;
  };
  const boxes = drawing.boxes.flatMap(({ node, x, y, width: w, height: h }) => [
    `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="8" fill="${node.kind === 'socket' ? colours.pane : colours.page}" stroke="${colours.line}"/>`,
    text(x + 12, y + 20, boxTitle(node, t), { weight: 600, fill: colours.textDim, room: w - 24 }),
  ]);
  const lines = [...drawing.lines].sort(degradedLast).map(({ edge, points }) => {
    const { stroke, width: thick, dash } = strokeOf(edge, colours);
    return `<path d="${path(points)}" fill="none" stroke="${stroke}" stroke-width="${thick}"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`;
  });
  const parts = drawing.parts.flatMap((part) => {
    const { x, y, width: w, height: h } = part;
    const detail = partDetail(part, t);
    const middle = y + h / 2;
    return [
      `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${part.kind === 'hub' || part.kind === 'root-port' ? 12 : 6}" fill="${colours.page}" stroke="${colours.lineStrong}"/>`,
      text(x + 10, detail === null ? middle + 4 : middle - 3, partTitle(part, t), { weight: 600, room: w - 20 }),
      ...(detail === null
        ? []
        : [text(x + 10, middle + 12, detail, { size: 11, fill: colours.textDim, room: w - 20 })]),
    ];
  });
  const labels = drawing.lines.flatMap(({ edge, label }) => {
    if (!label) return [];
    const isBad = edge.state === 'degraded';
    const words = `${isBad ? '⚠ ' : ''}${linkText(edge, topology, t)}`;
    const room = measure(words, 11) + 8;
    return [
      `<rect x="${label.x - room / 2}" y="${label.y - 9}" width="${room}" height="18" rx="3" fill="${colours.page}"${isBad ? ` stroke="${colours.bad}"` : ''}/>`,
      text(label.x, label.y + 4, words, {
        size: 11,
        anchor: 'middle',
        weight: isBad ? 700 : 400,
        fill: isBad ? colours.bad : edge.state === 'ok' ? colours.text : colours.textDim,
      }),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title" ${font}>`,
    `<title id="title">${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${colours.page}"/>`,
    text(16, 24, title, { size: 15, weight: 600, room: width - 32 }),
    `<g transform="translate(0 ${head})">`,
    ...boxes,
    ...lines,
    ...parts,
    ...labels,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

interface TextOptions {
  readonly size?: number;
  readonly weight?: number;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle';
  /** Pixels that there are for it; longer words are cut. */
  readonly room?: number;
}

function degradedLast(one: { edge: TopologyEdge }, other: { edge: TopologyEdge }): number {
  return Number(one.edge.state === 'degraded') - Number(other.edge.state === 'degraded');
}

/** Thick and dashed is degraded, also where colours are not seen; thin dots is what nobody judged. */
export function strokeOf({ state, kind }: TopologyEdge, colours: PictureColours) {
  if (state === 'degraded') return { stroke: colours.bad, width: 3, dash: '7 4' };
  if (state === 'idle') return { stroke: colours.textDim, width: 1.5, dash: '2 3' };
  if (state === 'unknown') return { stroke: colours.lineStrong, width: 1.25, dash: '1 4' };
  return kind === 'nvlink' || kind === 'xgmi'
    ? { stroke: colours.textDim, width: 2.5, dash: null }
    : { stroke: colours.textDim, width: 1.5, dash: null };
}

export function path(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'} ${x} ${y}`).join(' ');
}

/** About as wide as the words will be: Chinese characters take a whole square. */
function measure(words: string, size: number): number {
  let units = 0;
  for (const character of words) units += (character.codePointAt(0) ?? 0) > 0x2e7f ? 1 : 0.58;
  return units * size;
}

function fitted(words: string, room: number, size: number): string {
  if (measure(words, size) <= room) return words;
  let shown = words;
  while (shown.length > 1 && measure(`${shown}…`, size) > room) shown = shown.slice(0, -1);
  return `${shown}…`;
}

function escaped(words: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return words
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (one) => entities[one] ?? one);
}
