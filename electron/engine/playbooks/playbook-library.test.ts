import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { platformOf } from '#shared/domain/playbook/platform';
import { NotFoundError } from '../errors';
import { createPlaybookFiles } from './playbook-files';
import { PlaybookLibrary } from './playbook-library';
import { actionInfos, playbook } from './testing/playbook-files';

const problemsOf = (...files: { file: string; text: string }[]) =>
  new PlaybookLibrary(files, actionInfos).problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);

it('those that come with Gantry are whole, in both languages, with a source', () => {
  const playbooks = createPlaybookFiles(
    () => actionInfos,
    () => null,
  )
    .library()
    .list();
  expect(playbooks.length).toBeGreaterThan(2);
  for (const { title, steps } of playbooks) {
    expect(title['zh-CN']).not.toBe(title.en);
    expect(steps.length).toBeGreaterThan(0);
  }
});

it('names the steps of playbooks that are used, with what they stand on', () => {
  const library = new PlaybookLibrary(
    [
      playbook('inner', '  - { id: one, action: clock-step }\n  - { id: two, action: memlock-limit, needs: [one] }'),
      playbook(
        'outer',
        '  - { id: first, action: memlock-limit }\n  - { id: in, use: inner, needs: [first] }',
        'goal: true',
      ),
    ],
    actionInfos,
  );
  expect(library.problems).toEqual([]);
  const [goal] = library.list();
  expect(goal?.id).toBe('outer');
  expect(goal?.steps.map(({ id, needs }) => [id, needs])).toEqual([
    ['first', []],
    ['in.one', ['first']],
    ['in.two', ['first', 'in.one']],
  ]);
});

it('refuses with file and line what can not work', () => {
  expect(problemsOf(playbook('bad', '  - { id: a, action: no-such-action }'))).toEqual([
    'bad.yaml:9: there is no action no-such-action',
  ]);
  expect(
    problemsOf(
      playbook('bad', '  - { id: a, action: hugepages, with: { page: "1" } }\n  - { id: a, action: clock-step }'),
    ),
  ).toEqual(['bad.yaml:9: hugepages has no parameter page', 'bad.yaml:10: the id a is taken']);
  expect(
    problemsOf(playbook('bad', '  - { id: a, action: clock-step, needs: [b] }\n  - { id: b, action: clock-step }')),
  ).toEqual(['bad.yaml:9: no step before this one is b']);
  expect(problemsOf(playbook('bad', '  - { id: a, action: clock-step, when: "1 + 1" }'))[0]).toMatch(
    /^bad\.yaml:9: .*bool/,
  );
  expect(problemsOf(playbook('bad', '  - { id: a, action: clock-step, when: size(gpuList.gpus) > 0 }'))[0]).toContain(
    'gpu-list',
  );
  expect(problemsOf(playbook('bad', '  - { id: a, use: gone }'))).toEqual([
    'bad.yaml:1: there is no playbook gone, or it has a mistake',
  ]);
  expect(problemsOf(playbook('one', '  - { id: a, use: two }'), playbook('two', '  - { id: a, use: one }'))[0]).toBe(
    'one.yaml:1: it leads back to itself: one → two → one',
  );
  const twice = problemsOf(playbook('same', '  - { id: a, action: clock-step }'), {
    ...playbook('same', '  - { id: a, action: clock-step }'),
    file: 'other.yaml',
  });
  expect(twice).toEqual(['other.yaml:1: the id same is taken']);
  expect(() => new PlaybookLibrary([playbook('bad', '  - { id: a, use: gone }')], actionInfos).get('bad')).toThrow(
    NotFoundError,
  );
});

it('takes Rocky and AlmaLinux for what they are, and a release it does not know for none', () => {
  expect(platformOf({ id: 'rocky', versionId: '9.4' })).toBe('rhel-9');
  expect(platformOf({ id: 'ubuntu', versionId: '24.04' })).toBe('ubuntu-24.04');
  expect(platformOf({ id: 'ubuntu', versionId: '24.10' })).toBeNull();
  expect(platformOf({ id: null, versionId: null })).toBeNull();
});

it('takes the files of the user’s folder as they are now, in one language, and says which are not in use', () => {
  const folder = mkdtempSync(join(tmpdir(), 'playbooks-'));
  const files = createPlaybookFiles(
    () => actionInfos,
    () => folder,
  );
  const own = (id: string, step: string) => playbook(id, step).text.replaceAll(', zh-CN: 词', '');
  const good = own('our-box', '  - { id: a, action: clock-step }\n  - { id: tuned, use: host-tuning, needs: [a] }');
  expect(files.check('new.yaml', good)).toEqual([]);
  writeFileSync(join(folder, 'box.yaml'), good);
  writeFileSync(join(folder, 'bad.yaml'), own('host-tuning', '  - { id: a, action: clock-step }'));
  const listed = files.library().list();
  expect(listed.find(({ id }) => id === 'our-box')?.ownFile).toBe(join(folder, 'box.yaml'));
  expect(listed.find(({ id }) => id === 'host-tuning')?.ownFile).toBeUndefined();
  expect(files.problems().map(({ message }) => message)).toEqual(['the id host-tuning is taken']);
  expect(files.check(join(folder, 'box.yaml'), good)).toEqual([]);
  expect(files.check('new.yaml', own('x', '  - { id: a, action: gone }'))[0]).toMatchObject({ line: 9 });
  expect(files.source('our-box')).toBe(good);
  expect(() => files.source('.*')).toThrow(NotFoundError);
  rmSync(join(folder, 'box.yaml'));
  expect(files.library().list()).not.toContainEqual(expect.objectContaining({ id: 'our-box' }));
  rmSync(folder, { recursive: true });
});
