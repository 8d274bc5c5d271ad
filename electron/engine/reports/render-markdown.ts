import { sparkline } from '#shared/domain/telemetry/frozen-samples';
import { printable } from '#shared/domain/text';
import type { Cell, ReportBlock, ReportModel } from './report-model';

/** The report as Markdown (CommonMark with tables). What a node printed can't become a heading, a link or HTML. */
export function renderMarkdown(report: ReportModel): string {
  const parts = [
    `# ${line(report.title)}`,
    line(report.subtitle),
    `> ${line(report.note)}`,
    ...report.blocks.map(renderBlock),
  ];
  return `${parts.join('\n\n')}\n`;
}

function renderBlock(block: ReportBlock): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${line(block.text)}`;
    case 'paragraph':
      return paragraph(block.text);
    case 'label':
      return `**${line(block.text)}**`;
    case 'facts':
      return block.rows.map(([label, value]) => `- **${line(label)}**: ${line(value)}`).join('\n');
    case 'list':
      return block.items.map((item) => `- ${line(item)}`).join('\n');
    case 'table': {
      const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
      return [
        row(block.head.map(line)),
        row(block.head.map(() => '---')),
        ...block.rows.map((cells) => row(cells.map(cell))),
      ].join('\n');
    }
    case 'contents':
      return [`## ${line(block.title)}`, '', ...block.items.map((item, at) => `${at + 1}. ${line(item)}`)].join('\n');
    case 'page-break':
      return '---';
    case 'photo':
      return `- ${line(block.caption)} (SHA-256 ${block.sha256})`;
    case 'code':
      return fenced(printable(block.text));
  }
}

/** A fence longer than any run of its character inside, so that nothing in the text can close it. */
function fenced(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}text\n${text.replace(/\n$/, '')}\n${fence}`;
}

function paragraph(text: string): string {
  return printable(text)
    .split('\n')
    .map((part) => escapeInline(part))
    .join('\\\n');
}

/** Everything that means something in Markdown or HTML is escaped; a line end would start a new block. */
function line(text: string): string {
  return escapeInline(printable(text).replace(/\s*\n\s*/g, ' '));
}

function cell(content: Cell): string {
  const text = typeof content === 'string' ? content : sparkline(content.values);
  return printable(text).trim().split('\n').map(escapeInline).join('<br>');
}

function escapeInline(text: string): string {
  return (
    text
      .trim()
      .replace(/[\\`*_{}[\]<>#!|~&]/g, '\\$&')
      // These mean something only where a line begins: lists, rules, underlines of headings, definitions.
      .replace(/^[-+=:]/, '\\$&')
      .replace(/^(\d+)([.)])/, '$1\\$2')
  );
}
