import { EditorView } from '@codemirror/view';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { OwnFile, TreeProblem, TreesFolder } from '#shared/domain/own-trees';
import { navigate, resetRouter } from '../../../app/router';
import { setHosts } from '../../../stores/fleet-store';
import { createTopic } from '../../../testing/fake-engine';
import { renderWithEngine } from '../../../testing/render';
import { DiagnoseScreen } from '../diagnose-screen';
import { sampleTree } from '../testing/sample-run';
import { keepDraft, readDraft } from './drafts';

const file = 'mine.yaml';
const first = 'id: mine\nsteps:\n  read:\n    kind: prob\n';

/** An engine with one file in its folder, whose checker refuses `prob`. */
function openEditor(text = first) {
  setHosts([]);
  const onDisk = { current: { name: file, text, version: 'v1' } as OwnFile };
  const folderNow = (): TreesFolder => ({
    folder: '/trees',
    problem: null,
    files: [{ name: file, isCases: false, treeId: sampleTree.id, version: onDisk.current.version, problems: [] }],
  });
  const folder = createTopic([folderNow()]);
  const { id, symptoms, title, introduction, probes } = sampleTree;
  const trees = [{ id, title, symptoms, introduction, probes, isBuiltIn: false }];
  const view = renderWithEngine(<DiagnoseScreen />, {
    trees: { list: () => ({ trees, problems: [] }), get: () => sampleTree },
    diagnosis: { list: () => [] },
    ownTrees: {
      watch: folder.read,
      read: ({ name }) => {
        if (name === file) return onDisk.current;
        return { name, text: '', version: 'none' };
      },
      vocabulary: () => ({ probes: ['gpu'], actions: [], functions: [], facts: [] }),
      examine: ({ text: asked }) => ({
        problems: asked.split('\n').flatMap((line, index): TreeProblem[] => {
          const column = line.search(/prob\b/) + 1;
          return column === 0 ? [] : [{ file, line: index + 1, column, message: 'no such kind' }];
        }),
        graph: null,
        lines: {},
        cases: null,
        durationMs: 1,
      }),
      save: ({ text: given, version }) => {
        if (version !== onDisk.current.version) return { kind: 'conflict', onDisk: onDisk.current };
        onDisk.current = { name: file, text: given, version: `${version}+` };
        return { kind: 'saved', version: onDisk.current.version };
      },
    },
  });
  const changeOnDisk = (given: string) => {
    onDisk.current = { name: file, text: given, version: 'theirs' };
    folder.push(folderNow());
  };
  return { ...view, onDisk, changeOnDisk };
}

async function editor(): Promise<EditorView> {
  const view = EditorView.findFromDOM(await screen.findByRole('textbox', { name: file }));
  if (!view) throw new Error('no editor');
  return view;
}

/** As if it were typed at the beginning. */
function type(view: EditorView, insert: string) {
  act(() => view.dispatch({ changes: { from: 0, insert }, userEvent: 'input.type' }));
}

const toEditor = () => navigate({ screen: 'diagnose', section: 'edit', file });

it('lists what is wrong, goes there, and saves what was mended', async () => {
  toEditor();
  const { onDisk } = openEditor();
  const view = await editor();
  const problem = await within(await screen.findByRole('list', { name: 'Problems' })).findByRole('button');
  expect(problem.textContent).toBe('4:11no such kind');
  fireEvent.click(problem);
  const { head } = view.state.selection.main;
  expect(view.state.sliceDoc(head, head + 4)).toBe('prob');
  expect(view.hasFocus).toBe(true);

  act(() => view.dispatch({ changes: { from: head + 4, insert: 'e' }, userEvent: 'input.type' }));
  expect(await screen.findByText('No problems')).toBeTruthy();
  fireEvent.keyDown(window, { key: 's', ctrlKey: true });
  await waitFor(() => expect(screen.queryByText('Not saved')).toBeNull());
  expect(onDisk.current.text).toBe(first.replace('prob', 'probe'));
});

it('keeps the line breaks that a file has', async () => {
  toEditor();
  const { onDisk } = openEditor('id: mine\r\nsteps:\r\n');
  type(await editor(), '# a\n');
  fireEvent.click(await screen.findByRole('button', { name: 'Save' }));
  await waitFor(() => expect(onDisk.current.text).toBe('# a\r\nid: mine\r\nsteps:\r\n'));
});

it('shows what the folder has now when nothing was written, and asks when something was', async () => {
  toEditor();
  const { changeOnDisk, onDisk, engine } = openEditor();
  const view = await editor();
  act(() => changeOnDisk('id: theirs\n'));
  await waitFor(() => expect(view.state.doc.toString()).toBe('id: theirs\n'));

  type(view, '# mine\n');
  onDisk.current = { name: file, text: 'id: theirs\nnote: later\n', version: 'later' };
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Show both' }));
  const dialog = await screen.findByRole('dialog', { name: file });
  const mine = EditorView.findFromDOM(within(dialog).getByRole('textbox', { name: 'Yours' }));
  expect(mine?.state.doc.toString()).toBe('# mine\nid: theirs\n');
  act(() => mine?.dispatch({ changes: { from: mine.state.doc.length, insert: 'note: both\n' } }));
  fireEvent.click(within(dialog).getByRole('button', { name: 'Keep the right side' }));
  expect(view.state.doc.toString()).toBe('# mine\nid: theirs\nnote: both\n');
  expect(engine.inputsOf('ownTrees.save')).toHaveLength(1);
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(onDisk.current.text).toBe('# mine\nid: theirs\nnote: both\n'));
});

it('keeps what is not saved as a draft, named where trees are chosen, and goes on with it', async () => {
  toEditor();
  openEditor();
  type(await editor(), '# later\n');
  act(() => navigate({ screen: 'diagnose' }));
  expect(readDraft(file)).toEqual({ text: `# later\n${first}`, base: 'v1' });
  fireEvent.click(await screen.findByRole('button', { name: 'Draft' }));
  expect((await editor()).state.doc.toString()).toBe(`# later\n${first}`);
  expect(screen.getByText('Not saved')).toBeTruthy();
});

it('names drafts of trees that were never saved', async () => {
  resetRouter();
  navigate({ screen: 'diagnose' });
  keepDraft('new.yaml', { text: 'id: new\n', base: null });
  openEditor();
  expect(await screen.findByRole('button', { name: 'new.yaml' })).toBeTruthy();
});
