import { CompletionContext } from '@codemirror/autocomplete';
import { insertNewlineAndIndent } from '@codemirror/commands';
import { ensureSyntaxTree, forceParsing } from '@codemirror/language';
import { EditorState, Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { describe, expect, it } from 'vitest';
import { asDiagnostic } from './code-marks';
import { completionSource } from './completions';
import { yamlCode } from './yaml-code';

const extensions = yamlCode({}, {});
/** The parser stops after some milliseconds and goes on later; a test waits for it. */
const parseMs = 60_000;

describe('what may be written', () => {
  const known = {
    probes: ['gpu', 'gpu-processes', 'memory'],
    actions: ['gpu-reset'],
    functions: [{ name: 'gpuMemory', parameters: ['gpu'] }],
    facts: ['gpu', 'gpu.gpus', 'gpu.gpus[]', 'gpu.gpus[].uuid', 'memory', 'memory.availableBytes', 'memory.totalBytes'],
    treeIds: ['vram-shortage'],
  };
  const offered = async (text: string) => {
    const found = await completionSource(() => known)(
      new CompletionContext(EditorState.create({ doc: text }), text.length, false),
    );
    if (!found) return { from: '', options: [] };
    return { from: text.slice(found.from), options: found.options.map(({ label, apply }) => apply ?? label) };
  };
  const steps = 'steps:\n  read-it:\n    kind: probe\n  judge:\n    next: { to: ';

  it.each([
    [`${steps}re`, 're', ['read-it', 'judge']],
    ['    probes: [memory, gp', 'gp', ['gpu', 'gpu-processes', 'memory']],
    ['    probes:\n      - mem', 'mem', ['gpu', 'gpu-processes', 'memory']],
    ['    kind: ', '', ['probe', 'ask', 'branch', 'finding', 'goto']],
    ['    tree: vr', 'vr', ['vram-shortage']],
    ['    when: memory.av', 'memory.av', ['memory.availableBytes', 'memory.totalBytes']],
    ['    when: gpu.gpus[].u', 'gpu.gpus[].u', ['gpu.gpus[].uuid']],
    ['let:\n  - { name: lost, value: 1 }\nx:\n  when: lo', 'lo', ['lost', 'gpu', 'memory', 'gpuMemory(']],
    ["  en: 'so {{ gpuM", 'gpuM', ['gpu', 'memory', 'gpuMemory(']],
    ['    when: >-\n      memory.tot', 'memory.tot', ['memory.availableBytes', 'memory.totalBytes']],
    ['    # to: re', '', []],
    // Written to its end: Enter must end the line.
    ['    tree: vram-shortage', '', []],
  ])('after %j, in place of %j, is %j', async (text, from, options) => {
    expect(await offered(text)).toEqual({ from, options });
  });

  it('offers the keys of the format at the beginning of a line', async () => {
    expect((await offered('    sympt')).options).toContain('symptoms: ');
  });
});

it.each([
  ['steps:\n  read:|', 'steps:\n  read:\n    |'],
  ['steps:\n  read:\n    when: >-|', 'steps:\n  read:\n    when: >-\n      |'],
  ['steps:\n  read:\n    title: x|', 'steps:\n  read:\n    title: x\n    |'],
  ['branches:\n  - id: low|', 'branches:\n  - id: low\n    |'],
  ['branches:\n  - label:|', 'branches:\n  - label:\n      |'],
  ['# see:|', '# see:\n|'],
])('Enter turns %j into %j', (before, wanted) => {
  const caret = before.indexOf('|');
  let state = EditorState.create({ doc: before.replace('|', ''), selection: { anchor: caret }, extensions });
  ensureSyntaxTree(state, state.doc.length, parseMs);
  state = state.update({}).state;
  insertNewlineAndIndent({
    state,
    dispatch: (transaction) => {
      state = transaction.state;
    },
  });
  const { head } = state.selection.main;
  expect(`${state.sliceDoc(0, head)}|${state.sliceDoc(head)}`).toBe(wanted);
});

it('colours keys, texts, expressions and comments apart', () => {
  const view = new EditorView({
    parent: document.body,
    doc: `- title: { en: 'a {{ b }} #c' } # why`,
    extensions,
  });
  forceParsing(view, view.state.doc.length, parseMs);
  const kinds = (name: string) =>
    [...view.contentDOM.querySelectorAll(`.cm-token-${name}`)].map(({ textContent }) => textContent);
  expect([kinds('key'), kinds('text'), kinds('expression'), kinds('comment')]).toEqual([
    ['title', 'en'],
    ["'a ", '{{ b }}', " #c'"],
    ['{{ b }}'],
    ['# why'],
  ]);
  view.destroy();
});

it.each([
  [{ line: 2, column: 5 }, 'kind'],
  [{ line: 2 }, 'kind: prob'],
  [{ line: 2, column: 1 }, 'kind'],
  [{ line: 2, column: 99 }, ''],
  // The text became shorter since it was checked.
  [{ line: 9, column: 3 }, 'd'],
])('marks what is wrong at %j', (place, marked) => {
  const text = Text.of(['steps:', '    kind: prob  ', 'end']);
  const { from, to } = asDiagnostic(text, place, 'wrong');
  expect(text.sliceString(from, to)).toBe(marked);
});
