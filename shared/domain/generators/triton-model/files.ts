import type { GeneratedFile, GeneratorProblem, Values } from '../generator';
import { both, problem } from '../values';
import { lostComments } from '../yaml-file';
import { modelConfig } from './model-config';
import { ReadMessage, withOther } from './parts';
import { readTextFormat } from './read-text-format';
import { textFormat } from './text-format';

export function files(form: Values): GeneratedFile[] {
  const message = withOther(modelConfig.write(form), form);
  return [{ fileName: 'config.pbtxt', language: 'pbtxt', text: textFormat(message) }];
}

/** Null: no text format, or nothing that Triton calls by its names. */
export function read(text: string): { values: Record<string, unknown>; notes: GeneratorProblem[] } | null {
  const fields = readTextFormat(text);
  if (fields === null) return null;
  const message = new ReadMessage(fields);
  const taken = modelConfig.read(message);
  if (Object.keys(taken).every((name) => name === 'scheduler')) return null;
  const values = { ...message.withOthers(taken) };
  const kept = namesIn(values, '');
  const shown = kept.length > 8 ? [...kept.slice(0, 8), '…'] : kept;
  const note = both(
    `Kept as it is, among the other settings: ${shown.join(', ')}.`,
    `原样保留在“其他设置”中：${shown.join('、')}。`,
  );
  return {
    values,
    notes: [
      ...(kept.length > 0 ? [problem('info', [], note)] : []),
      // Quotes may hold what begins a comment elsewhere.
      ...lostComments(text.replace(/"(?:[^"\\\n]|\\.)*"/g, '""')),
    ],
  };
}

/** What was kept where: `instance_group.0.count`. */
function namesIn(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inside]) =>
    name === 'other' && typeof inside === 'string'
      ? (readTextFormat(inside) ?? []).map((field) => path + field.name)
      : namesIn(inside, `${path}${name}.`),
  );
}
