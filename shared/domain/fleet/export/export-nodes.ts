import { csvText } from '../../csv-text';
import { printable } from '../../text';
import type { FieldValue } from '../field';
import { fieldText, type ValueFormat } from '../field-text';
import { type FleetFieldId, fieldLabel, fieldOf } from '../fields';
import type { FieldContext, FleetNode } from '../fleet-node';
import type { ExportFormat } from './export-formats';

export interface FleetExport {
  readonly nodes: readonly FleetNode[];
  readonly fields: readonly FleetFieldId[];
  readonly context: FieldContext;
  /** What the nodes were chosen by; empty: all. */
  readonly filter: string;
  readonly atMs: number;
  readonly format: ValueFormat;
}

export function exportNodes(as: ExportFormat, table: FleetExport): string {
  switch (as) {
    case 'csv':
      return toCsv(table);
    case 'json':
      return toJson(table);
    case 'markdown':
      return toMarkdown(table);
  }
}

/** What a number counts, for programs. */
function unitName(id: FleetFieldId): string | null {
  const { kind, unit } = fieldOf(id);
  return kind === 'bytes' ? 'bytes' : unit;
}

function exportedValue(id: FleetFieldId, node: FleetNode, context: FieldContext): FieldValue {
  const { kind, read } = fieldOf(id);
  const value = read(node, context);
  return kind === 'time' && typeof value === 'number' ? new Date(value).toISOString() : value;
}

/**
 * RFC 4180. The head has the names of fields with their units; numbers stay numbers, times are ISO 8601, what is not known is
 * an empty cell, and lists have `; ` between entries.
 */
function toCsv({ nodes, fields, context }: FleetExport): string {
  const head = fields.map((id) => (unitName(id) ? `${id} (${unitName(id)})` : id));
  const rows = nodes.map((node) => fields.map((id) => csvCell(exportedValue(id, node, context))));
  return [head.map(csvText), ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function csvCell(value: FieldValue): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return csvText(value);
  const [only] = value;
  return value.length === 1 && typeof only === 'number' ? String(only) : csvText(value.join('; '));
}

/** Values as they are, null where they are not known; `fields` says what they are counted in. */
function toJson({ nodes, fields, context, filter, atMs }: FleetExport): string {
  const document = {
    exportedAt: new Date(atMs).toISOString(),
    filter: filter === '' ? null : filter,
    fields: fields.map((id) => {
      const { kind, isList } = fieldOf(id);
      return { id, label: context.say(fieldLabel(id)), kind, isList, unit: unitName(id) };
    }),
    nodes: nodes.map((node) => ({
      id: node.id,
      ...Object.fromEntries(fields.map((id) => [id, exportedValue(id, node, context)])),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A table of GitHub's Markdown, to be read by people. What a node printed can't end a cell or become a link or HTML. */
function toMarkdown({ nodes, fields, context, format }: FleetExport): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const isNumber = (id: FleetFieldId) => ['number', 'bytes'].includes(fieldOf(id).kind) && !fieldOf(id).isList;
  return [
    row(fields.map((id) => markdownText(context.say(fieldLabel(id))))),
    row(fields.map((id) => (isNumber(id) ? '---:' : '---'))),
    ...nodes.map((node) =>
      row(fields.map((id) => markdownText(fieldText(fieldOf(id), fieldOf(id).read(node, context), format)))),
    ),
  ].join('');
}

function markdownText(text: string): string {
  return printable(text)
    .trim()
    .replace(/[\\`*_{}[\]<>#!|~&]/g, '\\$&')
    .replace(/\s*\n\s*/g, '<br>');
}
