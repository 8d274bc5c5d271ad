import { findingNatures, healthStates, severities } from '#shared/domain/finding';

export interface Vocabulary {
  readonly probes: readonly string[];
  readonly actions: readonly string[];
  readonly functions: readonly { readonly name: string; readonly parameters: readonly string[] }[];
  readonly facts: readonly string[];
}

export interface Completion {
  readonly text: string;
  /** What is written in its place. */
  readonly insert: string;
  readonly hint: string;
}

export interface Completions {
  /** From here to the caret stands what is being completed. */
  readonly from: number;
  readonly options: readonly Completion[];
}

const most = 60;
const stepKinds = ['probe', 'ask', 'branch', 'finding', 'goto'];
/** Keys of the format (`tree.schema.generated.json`). */
const keys =
  'id title symptoms introduction sources let name value note start steps kind probes optional again times everySeconds next unknown otherwise to label branches when because prompt fields help unit required minimum maximum choices choicesFrom initial initialFrom finding code state severity explanation advice text each as in subjects evidence actions action parameters why cautions nature since explains trees tree'.split(
    ' ',
  );
const expressionKeys = /\b(?:when|value|in|since|subjects|initialFrom):\s*[^#]*$|\{\{[^}]*$/;

/** What may stand at the caret, best first; null where nothing is known. */
export function completionsAt(
  text: string,
  caret: number,
  known: Vocabulary,
  treeIds: readonly string[],
): Completions | null {
  const lineStart = text.lastIndexOf('\n', caret - 1) + 1;
  const line = text.slice(lineStart, caret);
  if (/(^|\s)#/.test(line)) return null;
  const choose = (word: string, names: readonly string[], hint = ''): Completions | null => {
    const options = matching(word, names).map((name) => ({ text: name, insert: name, hint }));
    return options.length === 0 ? null : { from: caret - word.length, options };
  };
  const after = (pattern: RegExp) => pattern.exec(line)?.[1];

  const step = after(/\b(?:to|start):\s*["']?([\w-]*)$/);
  if (step !== undefined) return choose(step, stepIds(text));
  const probe =
    after(/\b(?:probes|optional):\s*\[(?:[^\]]*[\s,])?([\w-]*)$/) ??
    listItem(text, lineStart, line, /^\s*(?:probes|optional):\s*$/);
  if (probe !== undefined) return choose(probe, known.probes);
  const tree = after(/\btree:\s*([\w-]*)$/) ?? after(/\btrees:\s*\[(?:[^\]]*[\s,])?([\w-]*)$/);
  if (tree !== undefined) return choose(tree, treeIds);
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
  if (expressionKeys.test(line) || isBlockExpression(text, lineStart, line))
    return inExpression(text, caret, line, known);
  const key = after(/(?:^\s*(?:- )?|[{,]\s*)([A-Za-z]+)$/);
  if (key === undefined) return null;
  const options = matching(key, keys).map((name) => ({ text: name, insert: `${name}: `, hint: '' }));
  return options.length === 0 ? null : { from: caret - key.length, options };
}

/** Steps by the shape of the file, which is there while its parts are broken. */
export function stepIds(text: string): string[] {
  const at = text.search(/^steps:\s*$/m);
  return at < 0 ? [] : [...text.slice(at).matchAll(/^ {2}([a-z][a-z0-9-]*):/gm)].map(([, id = '']) => id);
}

function inExpression(text: string, caret: number, line: string, known: Vocabulary): Completions | null {
  const word = /[A-Za-z][\w.[\]]*$/.exec(line)?.[0] ?? '';
  if (word === '') return null;
  const names = [...text.matchAll(/\bname:\s*([a-z]\w*)\s*,\s*value:|^\s*- name:\s*([a-z]\w*)\s*$/gm)].map(
    ([, flow, block]) => flow ?? block ?? '',
  );
  const options: Completion[] = [
    ...matching(word, [...new Set(names)]).map((name) => ({ text: name, insert: name, hint: 'let' })),
    ...matching(word, nextParts(word, known.facts)).map((path) => ({ text: path, insert: path, hint: '' })),
    ...(word.includes('.')
      ? []
      : known.functions
          .filter(({ name }) => name.toLowerCase().startsWith(word.toLowerCase()))
          .map(({ name, parameters }) => ({ text: name, insert: `${name}(`, hint: parameters.join(', ') }))),
  ];
  return options.length === 0 ? null : { from: caret - word.length, options: options.slice(0, most) };
}

/** Paths that go one part further than what is written. */
function nextParts(word: string, facts: readonly string[]): string[] {
  const depth = word.split('.').length;
  return [
    ...new Set(
      facts
        .filter((path) => path.startsWith(word.split('.').slice(0, -1).join('.')))
        .map((path) => path.split('.').slice(0, depth).join('.')),
    ),
  ];
}

/** Those that begin with the word, then those that have it in them. */
function matching(word: string, names: readonly string[]): string[] {
  const wanted = word.toLowerCase();
  const begin = names.filter((name) => name.toLowerCase().startsWith(wanted));
  const hold =
    wanted.length < 2 ? [] : names.filter((name) => !begin.includes(name) && name.toLowerCase().includes(wanted));
  return [...begin, ...hold].filter((name) => name !== word).slice(0, most);
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
