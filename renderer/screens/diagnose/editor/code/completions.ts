import type { Completion, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import { findingNatures, healthStates, severities } from '#shared/domain/finding';

/** What trees may name: the engine's vocabulary, and the trees there are. */
export interface Known {
  readonly probes: readonly string[];
  readonly actions: readonly string[];
  readonly functions: readonly { readonly name: string; readonly parameters: readonly string[] }[];
  /** Paths of facts, lists as `[]`. */
  readonly facts: readonly string[];
  readonly treeIds: readonly string[];
}

const stepKinds = ['probe', 'ask', 'branch', 'finding', 'goto'];
/** Keys of the format (`tree.schema.generated.json`). */
const keys =
  'id title symptoms introduction sources let name value note start steps kind probes optional again times everySeconds next unknown otherwise to label branches when because prompt fields help unit required minimum maximum choices choicesFrom initial initialFrom finding code state severity explanation advice text each as in subjects evidence actions action parameters why cautions nature since explains trees tree'.split(
    ' ',
  );
const expressionKeys = /\b(?:when|value|in|since|subjects|initialFrom):\s*[^#]*$|\{\{[^}]*$/;

/** What may be written, for CodeMirror, which finds and sorts those that fit what is written already. */
export function completionSource(known: () => Known | null): CompletionSource {
  return ({ state, pos }) => {
    const words = known();
    const found = words && completionsAt(state.doc.toString(), pos, words);
    if (!found) return null;
    // Enter after a word that is whole ends the line.
    const word = state.sliceDoc(found.from, pos);
    const begun = found.options.filter(({ label }) => label.startsWith(word));
    return begun.length === 1 && begun[0]?.label === word ? null : found;
  };
}

/** What may stand at the caret, whatever of it is written; null where nothing is known. */
function completionsAt(text: string, caret: number, known: Known): CompletionResult | null {
  const lineStart = text.lastIndexOf('\n', caret - 1) + 1;
  const line = text.slice(lineStart, caret);
  if (/(^|\s)#/.test(line)) return null;
  const offer = (word: string, options: readonly Completion[]): CompletionResult | null =>
    options.length === 0 ? null : { from: caret - word.length, options };
  const choose = (word: string, names: readonly string[]) =>
    offer(
      word,
      names.map((label) => ({ label })),
    );
  const after = (pattern: RegExp) => pattern.exec(line)?.[1];

  const step = after(/\b(?:to|start):\s*["']?([\w-]*)$/);
  if (step !== undefined) return choose(step, stepIds(text));
  const probe =
    after(/\b(?:probes|optional):\s*\[(?:[^\]]*[\s,])?([\w-]*)$/) ??
    listItem(text, lineStart, line, /^\s*(?:probes|optional):\s*$/);
  if (probe !== undefined) return choose(probe, known.probes);
  const tree = after(/\btree:\s*([\w-]*)$/) ?? after(/\btrees:\s*\[(?:[^\]]*[\s,])?([\w-]*)$/);
  if (tree !== undefined) return choose(tree, known.treeIds);
  for (const [key, names] of Object.entries({
    kind: stepKinds,
    severity: severities,
    state: healthStates,
    nature: findingNatures,
    action: known.actions,
  })) {
    const word = after(new RegExp(`\\b${key}:\\s*([\\w-]*)$`));
    if (word !== undefined) return choose(word, names);
  }
  if (expressionKeys.test(line) || isBlockExpression(text, lineStart, line)) {
    const word = /[A-Za-z][\w.[\]]*$/.exec(line)?.[0];
    return word === undefined ? null : offer(word, inExpression(text, word, known));
  }
  const key = after(/(?:^\s*(?:- )?|[{,]\s*)([A-Za-z]+)$/);
  if (key === undefined) return null;
  return offer(
    key,
    keys.map((label) => ({ label, apply: `${label}: ` })),
  );
}

/** Steps by the shape of the file, which is there while its parts are broken. */
function stepIds(text: string): string[] {
  const at = text.search(/^steps:\s*$/m);
  return at < 0 ? [] : [...text.slice(at).matchAll(/^ {2}([a-z][a-z0-9-]*):/gm)].map(([, id = '']) => id);
}

function inExpression(text: string, word: string, known: Known): Completion[] {
  const names = [...text.matchAll(/\bname:\s*([a-z]\w*)\s*,\s*value:|^\s*- name:\s*([a-z]\w*)\s*$/gm)].map(
    ([, flow, block]) => flow ?? block ?? '',
  );
  return [
    ...[...new Set(names)].map((label) => ({ label, detail: 'let', boost: 1 })),
    ...nextParts(word, known.facts).map((label) => ({ label })),
    ...(word.includes('.')
      ? []
      : known.functions.map(({ name, parameters }) => ({
          label: name,
          apply: `${name}(`,
          detail: parameters.join(', '),
        }))),
  ];
}

/** Paths that go one part further than what is written before the last dot. */
function nextParts(word: string, facts: readonly string[]): string[] {
  const parent = word.slice(0, word.lastIndexOf('.') + 1);
  const depth = word.split('.').length;
  const below = facts.filter((path) => path.startsWith(parent));
  return [...new Set(below.map((path) => path.split('.').slice(0, depth).join('.')))];
}

/** The word of a `- item` whose list stands under a key like this. */
function listItem(text: string, lineStart: number, line: string, key: RegExp): string | undefined {
  const item = /^(\s*)- ([\w-]*)$/.exec(line);
  if (!item) return undefined;
  const above = text.slice(0, lineStart).split('\n').slice(0, -1).reverse();
  const owner = above.find((one) => !/^\s*- /.test(one) && one.trim() !== '');
  return owner !== undefined && key.test(owner) ? (item[2] ?? '') : undefined;
}

/** Within a block text (`when: >-`), lines further in than its key. */
function isBlockExpression(text: string, lineStart: number, line: string): boolean {
  const margin = /^\s*/.exec(line)?.[0].length ?? 0;
  const above = text.slice(0, lineStart).split('\n').slice(0, -1).reverse();
  const owner = above.find((one) => one.trim() !== '' && (/^\s*/.exec(one)?.[0].length ?? 0) < margin);
  return owner !== undefined && /\b(?:when|value|in|since|subjects|initialFrom):\s*[|>][-+]?\s*$/.test(owner);
}
