import { Document, isMap, parseDocument } from 'yaml';
import type { GeneratorProblem, Values } from './generator';
import { asValues, both, problem } from './values';

/** YAML that readers of both YAML 1.1 and 1.2 take the same: `yes`, `0644` and `22:22` are quoted where they are texts. */
export function yamlText(content: unknown): string {
  const document = new Document(content, { schema: 'yaml-1.1', aliasDuplicateObjects: false });
  return document.toString({ lineWidth: 0 });
}

/** Null: no YAML, or no mapping. */
export function readYamlFile(text: string): Values | null {
  const document = parseDocument(text, { merge: true });
  if (document.errors.length > 0 || !isMap(document.contents)) return null;
  try {
    return asValues(document.toJS({ maxAliasCount: 100 }));
  } catch {
    // An alias of nothing, or of too much.
    return null;
  }
}

/** Where the YAML breaks; null: it does not, or what it breaks on has no place. */
export function yamlFault(text: string): GeneratorProblem | null {
  const at = parseDocument(text, { merge: true }).errors[0]?.linePos?.[0];
  if (!at) return null;
  return problem(
    'error',
    [],
    both(
      `Line ${at.line}, column ${at.col}: the YAML breaks here or just before. Look for indentation, tabs, open brackets and quotes.`,
      `第 ${at.line} 行第 ${at.col} 列：此处或之前的 YAML 有误。请检查缩进、制表符、未闭合的括号和引号。`,
    ),
  );
}

export function lostComments(text: string): GeneratorProblem[] {
  return /(^|\s)#/.test(text) ? [problem('info', [], both('Comments are not kept.', '未保留注释。'))] : [];
}

/** Texts of a list; of a scalar one. Numbers become texts; none at all where something else is among them. */
export function textsIn(value: unknown): string[] {
  const all = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return all.every((one) => typeof one === 'string' || typeof one === 'number') ? all.map(String) : [];
}

/** Rows of names and values from a mapping. */
export function pairsIn(value: unknown): Array<{ name: string; value: string }> {
  return Object.entries(asValues(value) ?? {}).map(([name, one]) => ({
    name,
    value: one === null || typeof one === 'object' ? '' : String(one),
  }));
}

/** Seconds of a duration like `1m30s`, `15s`, `500ms`; null: none. */
export function secondsIn(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const factors: Readonly<Record<string, number>> = {
    ms: 0.001,
    s: 1,
    m: 60,
    h: 3600,
    d: 86_400,
    w: 604_800,
    y: 31_536_000,
  };
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(value)) return null;
  const sum = [...value.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (all, [, count, unit]) => all + Number(count) * (factors[unit ?? 's'] ?? 1),
    0,
  );
  return Math.round(sum * 1000) / 1000;
}

/** As Prometheus and Docker write it, to the millisecond. */
export function durationText(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}
