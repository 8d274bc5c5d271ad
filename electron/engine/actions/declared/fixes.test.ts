import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codedActions } from '../all';
import { compileFixText, declaredActions, declaredFolders } from './fix-library';
import { runFixCases, untriedEnds } from './run-fix-cases';

const folders = declaredFolders.map((name) => join(import.meta.dirname, '../../../../shared/knowledge', name));
const folderOf = new Map(
  folders.flatMap((folder) =>
    readdirSync(folder).flatMap((name) => {
      const id = /^([a-z0-9-]+)\.yaml$/.exec(name)?.[1];
      return id === undefined ? [] : [[id, folder] as const];
    }),
  ),
);
const names = [...folderOf.keys()];
const textOf = (file: string) => readFileSync(join(folderOf.get(file.split('.')[0] ?? '') ?? '', file), 'utf8');
const fixes = new Map(names.map((id) => [id, compileFixText(`${id}.yaml`, textOf(`${id}.yaml`))]));

describe('declared actions', () => {
  it('are the files of the folders, each named after its id, with no second action of that id', () => {
    expect(declaredActions.map(({ id }) => id).sort()).toEqual([...names].sort());
    for (const [id, { definition }] of fixes) expect(definition.id).toBe(id);
    const ids = [...codedActions, ...declaredActions].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(names)('%s: plans, verifies and undoes as its cases say', (id) => {
    const file = `${id}.cases.yaml`;
    const text = textOf(file);
    const problems = [...runFixCases(file, text, fixes).problems, ...untriedEnds(file, text, fixes)];
    expect(problems.map(({ line, message }) => `${file}:${line}: ${message}`)).toEqual([]);
  });

  it('tells with the line where a case is not as written', () => {
    const text = textOf('clock-step.cases.yaml');
    const found = (changed: string) =>
      [...runFixCases('x', changed, fixes).problems, ...untriedEnds('x', changed, fixes)].map(({ message }) => message);
    expect(found(text)).toEqual([]);
    expect(found(text.replace('plan: ready', 'plan: done'))).toEqual([expect.stringMatching(/it is ready/)]);
    expect(found(text.replace('[chronyc makestep]', '[chronyc burst]'))).toEqual([
      expect.stringMatching(/chronyc makestep$/),
    ]);
    expect(found(text.replace('verify: pass', 'verify: fail'))).toContainEqual(expect.stringMatching(/verify: pass/));
    expect(found(text.replaceAll('plan: blocked', 'plan: ready'))).toContain('no case is blocked');
  });

  it.each(declaredActions.map((action) => [action.id, action] as const))(
    '%s: has a form',
    (id, { knowledge, undo }) => {
      expect(knowledge.id).toBe(id);
      expect(knowledge.canUndo).toBe(undo !== null);
    },
  );
});
