import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { ProbeResult } from '#shared/domain/probe';
import { checkProfile } from '#shared/domain/profile/check-profile';
import { createAuditLog } from '../audit/audit-log';
import { NotFoundError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import { dgxFacts } from '../inventory/testing/simulated-facts';
import { TestDirectory } from '../inventory/testing/test-directory';
import { ScriptedHost } from '../probes/testing/scripted-host';
import { openStore } from '../store/open-store';
import type { Store } from '../store/store';
import { builtInProfiles } from './built-in-profiles';
import { createProfiles, type Profiles } from './create-profiles';

let folder: string;
let store: Store;
let hosts: TestDirectory;
let facts: Map<string, NodeFacts>;
let collected: (hostId: string) => void;

/** One engine's profiles on the database of the test. */
function open(on: Store): Profiles {
  const resultsOf = (hostId: string) =>
    Object.entries(facts.get(hostId) ?? {}).map(
      ([probeId, value]): ProbeResult => ({
        hostId,
        probeId,
        state: 'ok',
        reason: null,
        facts: value,
        observedAtMs: 5000,
        durationMs: 1,
        commands: [],
      }),
    );
  return createProfiles({
    store: on,
    hosts: hosts as unknown as HostDirectory,
    inventory: {
      facts: (hostId) => facts.get(hostId) ?? {},
      results: resultsOf,
      onDidCollect: (listener) => {
        collected = listener;
      },
      announce: (hostId) => announced.push(hostId),
    },
    audit: createAuditLog({ store: on, nowMs: () => 0, actor: 'alice' }),
    probeInfo: [],
    nowMs: () => 0,
  });
}

const announced: string[] = [];
let profiles: Profiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-profiles-'));
  store = openStore(join(folder, 'gantry.db'));
  hosts = new TestDirectory();
  for (const id of ['a', 'b']) hosts.put(new ScriptedHost(id, {}));
  facts = new Map([
    ['a', dgxFacts()],
    ['b', dgxFacts(2, { vbiosVersion: '95.00' })],
  ]);
  profiles = open(store);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const yaml = `id: mine
name: { en: Mine }
parts:
  - kind: gpu
    count: 8
    attributes: { eccMode: Enabled }
`;

describe('profiles', () => {
  it('come built in, each with its sources, and their ids are theirs', () => {
    const ids = builtInProfiles().map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['dgx-h100', 'dgx-a100', 'hgx-h100-8', 'mi300x-8', 'generic-nvidia']));
    expect(builtInProfiles().filter(({ sources }) => sources.length === 0)).toEqual([]);
    expect(() => profiles.import('x.yaml', yaml.replace('mine', 'dgx-h100'), false)).toThrow('profiles.builtIn');
    expect(() => profiles.remove('dgx-h100')).toThrow('profiles.builtIn');
  });

  it('are read from YAML and JSON, and what is exported is the same again', () => {
    const { profile } = profiles.import('mine.yaml', yaml, false);
    for (const format of ['yaml', 'json'] as const) {
      const { fileName, text } = profiles.export('mine', format);
      expect([fileName, profiles.import(fileName, text, true)]).toEqual([`mine.${format}`, { profile, problems: [] }]);
    }
  });

  it('are refused with the line of each problem, and then nothing is kept', () => {
    const wrong = yaml.replace('eccMode: Enabled', 'eccMode: { atLeast: 3 }').replace('kind: gpu', 'kind: gpus');
    const { profile, problems } = profiles.import('mine.yaml', wrong, false);
    expect(profile).toBeNull();
    expect([...new Set(problems.map(({ line }) => line))]).toEqual([4, 6]);
    expect(problems.at(-1)?.message).toContain('parts.0.attributes.eccMode');
    expect(() => profiles.get('mine')).toThrow(NotFoundError);
  });

  it('are refused for attributes that no such part has, for limits that nothing meets, and for a file too large', () => {
    const problemsOf = (text: string) =>
      profiles.import('mine.yaml', text, false).problems.map(({ line, message }) => [line, message.slice(0, 59)]);
    expect(problemsOf(yaml.replace('eccMode', 'eccMod'))).toEqual([
      [6, 'gpu has no attribute "eccMod"; it has state, uuid, architec'],
    ]);
    expect(problemsOf(yaml.replace('eccMode: Enabled', 'pcieWidth: { sameAs: widest }'))).toEqual([
      [6, 'gpu has no attribute "widest"; it has state, uuid, architec'],
    ]);
    expect(problemsOf(yaml.replace('count: 8', 'count: { min: 9, max: 8 }'))).toEqual([
      [5, 'parts.0.count: min or max is needed, and min not above max'.slice(0, 59)],
    ]);
    expect(problemsOf(`version: 2\n${yaml}`)).toEqual([[1, 'version: there is no key version here']]);
    expect(problemsOf(`# ${'x'.repeat(500_000)}\n${yaml}`)).toEqual([
      [null, expect.stringContaining('a profile has 500000 at mos')],
    ]);
    const many = problemsOf(`${yaml}${'  - kind: nothing\n'.repeat(80)}`);
    expect([many.length, many.at(-1)]).toEqual([51, [null, 'and 30 more']]);
    expect(profiles.list().filter(({ isBuiltIn }) => !isBuiltIn)).toEqual([]);
  });

  it('can be made of a node that prints names of any length, or none', () => {
    const long = `NVIDIA ${'H'.repeat(5000)}`;
    facts.set('a', dgxFacts(2, { name: long }));
    facts.set('b', { ...dgxFacts(3, { name: '' }), os: { ...dgxFacts().os, vendor: '', product: long } as never });
    for (const hostId of ['a', 'b']) {
      const { id } = profiles.fromNode({ hostId, name: 'Golden' });
      expect(profiles.list().map((profile) => profile.id)).toContain(id);
      expect(profiles.check(hostId, id).findings).toEqual([]);
      expect(profiles.import('x.yaml', profiles.export(id, 'yaml').text, true).problems).toEqual([]);
    }
  });

  it('that the database has damaged leave the others in the list', () => {
    profiles.import('mine.yaml', yaml, false);
    store.transaction(() => store.database.prepare("INSERT INTO profile VALUES ('bad', 0, '{')").run());
    expect(
      open(store)
        .list()
        .some(({ id }) => id === 'mine'),
    ).toBe(true);
  });

  it('made from a node are met by it and tell another one apart', () => {
    const golden = profiles.fromNode({ hostId: 'a', name: 'Golden DGX' });
    expect([golden.id, profiles.fromNode({ hostId: 'a', name: 'Golden DGX' }).id]).toEqual([
      'golden-dgx',
      'golden-dgx-2',
    ]);
    expect(profiles.check('a', golden.id).findings).toEqual([]);
    expect(profiles.check('b', golden.id).findings).toMatchObject([
      {
        code: 'P-FIRMWARE',
        severity: 'warn',
        state: 'degraded',
        subjects: [expect.any(String)],
        origin: { profileId: 'golden-dgx' },
        evidence: [{ probeId: 'gpu', factPath: 'gpus.2.vbiosVersion' }],
        title: { en: expect.stringContaining('95.00') },
      },
    ]);
    expect(() => profiles.fromNode({ hostId: 'a', name: 'x', counted: {} })).toThrow('profiles.empty');
  });

  it('say in the fleet how many differences there are, as of each collection', () => {
    const golden = profiles.fromNode({ hostId: 'a', name: 'Golden' });
    profiles.assign('b', golden.id);
    expect(profiles.attention('b')).toEqual([{ key: 'inventory.attentionProfile', params: { count: 1 } }]);
    facts.set('b', dgxFacts());
    collected('b');
    expect([profiles.attention('a'), profiles.attention('b')]).toEqual([[], []]);
    expect([profiles.differences('a'), profiles.differences('b')]).toEqual([
      { hasProfile: false, count: null },
      { hasProfile: true, count: 0 },
    ]);
    expect(announced).toContain('b');
  });

  it('are not said to be met while a part of the node could not be read', () => {
    const golden = profiles.fromNode({ hostId: 'a', name: 'Golden' });
    const { gpu: _, ...rest } = dgxFacts();
    facts.set('b', rest);
    profiles.assign('b', golden.id);
    expect(profiles.differences('b')).toEqual({ hasProfile: true, count: null });
  });

  it('stay assigned over a restart, in another process, and not after the node or the profile is removed', async () => {
    const golden = profiles.fromNode({ hostId: 'a', name: 'Golden' });
    const otherStore = openStore(join(folder, 'gantry.db'));
    const other = open(otherStore);
    profiles.assign('b', golden.id);
    expect(other.attention('b')).toHaveLength(1);
    expect(other.list().find(({ id }) => id === golden.id)?.hostIds).toEqual(['b']);
    await hosts.remove('b');
    otherStore.close();
    expect(profiles.list().find(({ id }) => id === golden.id)?.hostIds).toEqual([]);
    profiles.assign('a', golden.id);
    profiles.remove(golden.id);
    expect(profiles.check('a')).toEqual({ profile: null, findings: [], observedAtMs: null });
    expect(() => profiles.assign('a', golden.id)).toThrow(NotFoundError);
  });

  it('that changed judge their nodes again', () => {
    profiles.import('mine.yaml', yaml, false);
    profiles.assign('a', 'mine');
    expect(profiles.attention('a')).toEqual([]);
    profiles.import('mine.yaml', yaml.replace('count: 8', 'count: 9'), false);
    expect(profiles.attention('a')).toHaveLength(1);
  });
});

it('words of a difference hold both values in both languages', () => {
  profiles.import('mine.yaml', yaml.replace('Enabled', '{ oneOf: [On, Always] }'), false);
  const [finding] = profiles.check('a', 'mine').findings;
  expect(finding?.title).toEqual({
    en: 'GPUs: ECC is Enabled on 8 of them, expected one of On, Always',
    'zh-CN': 'GPU：ECC为 Enabled（8 个），应为 On, Always 之一',
  });
  expect(checkProfile(profiles.get('mine'), { parts: [], knownKinds: [], sections: [] })).toHaveLength(1);
});
