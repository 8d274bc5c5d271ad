import { type Course, coursePath } from '#shared/domain/telemetry/frozen-samples';
import { printable } from '#shared/domain/text';
import type { ReportBlock, ReportModel } from './report-model';

/** Colour means severity and nothing else, and each colour comes with its word. Chinese needs a face of its own. */
const style = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 28px 40px; max-width: 960px; color: #1b1f24; background: #fff;
  font: 13px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans CJK SC", "Noto Sans SC",
  "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif; }
h1 { font-size: 22px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 28px 0 10px; padding-bottom: 4px; border-bottom: 1px solid #d0d7de; }
h3 { font-size: 14px; margin: 20px 0 6px; padding-left: 9px; border-left: 3px solid #d0d7de; overflow-wrap: anywhere; }
h3.info { border-color: #0969da; } h3.warn { border-color: #bf8700; }
h3.critical { border-color: #cf222e; } h3.fatal { border-color: #82071e; }
p { margin: 6px 0; white-space: pre-line; overflow-wrap: anywhere; }
.quiet, .subtitle, .note { color: #57606a; }
.note { margin: 12px 0 0; padding: 8px 12px; border: 1px solid #d0d7de; border-radius: 4px; background: #f6f8fa; }
.label { margin: 10px 0 2px; font-weight: 600; }
ul { margin: 4px 0; padding-left: 20px; } li { overflow-wrap: anywhere; white-space: pre-line; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 6px 0; }
dt { color: #57606a; } dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: 6px 0; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 4px 8px; border: 1px solid #d0d7de; overflow-wrap: anywhere;
  white-space: pre-line; }
th { background: #f6f8fa; font-weight: 600; min-width: 4.5em; overflow-wrap: normal; word-break: keep-all; } th:first-child, td:first-child { overflow-wrap: break-word; } .short td:first-child { white-space: nowrap; }
code, pre { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, "Noto Sans Mono CJK SC",
  "Noto Sans CJK SC", monospace; font-size: 11.5px; }
.course { display: block; } .course path { fill: none; stroke: #1b1f24; stroke-width: 1.2; stroke-linecap: round; stroke-linejoin: round; }
pre { margin: 6px 0; padding: 8px 10px; background: #f6f8fa; border: 1px solid #d0d7de; border-radius: 4px;
  white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.4; }
nav ol { margin: 4px 0; padding-left: 22px; } nav a { color: inherit; }
figure { margin: 12px 0; break-inside: avoid; } figure img { display: block; max-width: 100%; max-height: 150mm; }
figcaption { color: #57606a; font-size: 12px; overflow-wrap: anywhere; }
@page { size: A4; margin: 18mm 15mm 20mm; }
@media print {
  body { max-width: none; padding: 0 1px; font-size: 10.5pt; }
  h1 { font-size: 17pt; } h2 { font-size: 13pt; } h3 { font-size: 11pt; }
  .page-break { break-after: page; }
  h2, h3, .label { break-after: avoid; }
  .quiet { break-before: avoid; }
  tr, li, dl { break-inside: avoid; } thead { display: table-header-group; }
  pre, code { font-size: 8.5pt; } p, li { orphans: 3; widows: 3; }
}
`;

/** One file that needs nothing else: no script, no link to load, every text escaped. What PDF is printed from. */
export function renderHtml(report: ReportModel): string {
  return [
    '<!doctype html>',
    `<html lang="${report.language}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(report.documentTitle)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<header>',
    `<h1>${escapeHtml(report.title)}</h1>`,
    `<p class="subtitle">${escapeHtml(report.subtitle)}</p>`,
    `<p class="note">${escapeHtml(report.note)}</p>`,
    '</header>',
    '<main>',
    ...rendered(report.blocks),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** Sections are numbered in the order of the contents, which link to them. */
function rendered(blocks: readonly ReportBlock[]): string[] {
  const contents = blocks.findIndex(({ kind }) => kind === 'contents');
  let section = 0;
  return blocks.map((block, at) => {
    const isSection = block.kind === 'heading' && block.level === 2 && at > contents;
    if (isSection) section += 1;
    return renderBlock(block, isSection ? ` id="s${section}"` : '');
  });
}

function renderBlock(block: ReportBlock, id = ''): string {
  switch (block.kind) {
    case 'heading': {
      const attribute = block.severity ? ` class="${block.severity}"` : '';
      return `<h${block.level}${id}${attribute}>${escapeHtml(block.text)}</h${block.level}>`;
    }
    case 'contents': {
      const items = block.items.map((item, at) => `<li><a href="#s${at + 1}">${escapeHtml(item)}</a></li>`);
      return `<nav><h2>${escapeHtml(block.title)}</h2><ol>${items.join('')}</ol></nav>`;
    }
    case 'page-break':
      return '<div class="page-break"></div>';
    case 'paragraph':
      return `<p${block.isQuiet ? ' class="quiet"' : ''}>${escapeHtml(block.text)}</p>`;
    case 'label':
      return `<p class="label">${escapeHtml(block.text)}</p>`;
    case 'facts': {
      const rows = block.rows.map(([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`);
      return `<dl>${rows.join('')}</dl>`;
    }
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
    case 'table': {
      const head = block.head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('');
      const rows = block.rows.map((row) => {
        const cells = row.map((cell, column) => {
          if (typeof cell !== 'string') return `<td>${drawn(cell)}</td>`;
          const text = escapeHtml(cell);
          return `<td>${block.codeColumns?.includes(column) ? `<code>${text}</code>` : text}</td>`;
        });
        return `<tr>${cells.join('')}</tr>`;
      });
      const isShort = block.rows.every(([first]) => typeof first !== 'string' || first.length <= longestWhole);
      return `<table${isShort && !block.codeColumns?.includes(0) ? ' class="short"' : ''}><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
    }
    case 'photo': {
      const data = block.bytes && Buffer.from(block.bytes).toString('base64');
      const image = data ? `<img alt="" src="data:${block.type};base64,${data}">` : '';
      const caption = `${escapeHtml(block.caption)}<br><code>SHA-256 ${escapeHtml(block.sha256)}</code>`;
      return `<figure>${image}<figcaption>${caption}</figcaption></figure>`;
    }
    case 'code':
      // The line end after <pre> is not part of its text, so that one at the start of the output is kept.
      return `<pre>\n${escapeHtml(block.text)}</pre>`;
  }
}

/** A time, or a word: what a table begins with is kept on one line, as long as it leaves room for the rest. */
const longestWhole = 28;

/** The line of what was measured, from the least to the greatest of it. */
function drawn(course: Course): string {
  const [width, height] = [150, 22];
  const path = `<path d="${coursePath(course, width, height)}"/>`;
  return `<svg class="course" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">${path}</svg>`;
}

function escapeHtml(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
