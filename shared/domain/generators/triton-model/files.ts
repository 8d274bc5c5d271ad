import type { GeneratedFile, GeneratorProblem, Values } from '../generator';
import { both, problem } from '../values';
import { lostComments } from '../yaml-file';
import { modelConfig } from './model-config';
import { type LostField, ReadMessage, readWhole } from './parts';
import { readTextFormat } from './read-text-format';
import { textFormat } from './text-format';

export function files(form: Values): GeneratedFile[] {
  return [{ fileName: 'config.pbtxt', language: 'pbtxt', text: textFormat(modelConfig.write(form)) }];
}

/** Null: no text format, or nothing that Triton calls by its names. */
export function read(text: string): { values: Record<string, unknown>; notes: GeneratorProblem[] } | null {
  const fields = readTextFormat(text);
  if (fields === null) return null;
  const lost: LostField[] = [];
  const values = { ...readWhole(modelConfig, new ReadMessage(fields, '', lost)) };
  if (Object.keys(values).every((name) => name === 'scheduler')) return null;
  const notes = lost
    .sort((one, other) => one.line - other.line)
    .map(({ name, line }) =>
      problem(
        'warn',
        [],
        both(
          `Line ${line}: ${name} is not kept: there is no field for it, or none for this value.`,
          `第 ${line} 行：未保留 ${name}：没有对应的字段，或字段不支持该值。`,
        ),
      ),
    );
  // Quotes may hold what begins a comment elsewhere.
  return { values, notes: [...notes, ...lostComments(text.replace(/"(?:[^"\\\n]|\\.)*"/g, '""'))] };
}
