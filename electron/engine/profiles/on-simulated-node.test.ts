import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { attributeSource } from '#shared/domain/parts/attribute-source';
import { compareParts } from '#shared/domain/parts/compare-parts';
import { partsOf } from '#shared/domain/parts/index';
import { mergeLooks } from '#shared/domain/parts/merge-looks';
import { changesOf } from '#shared/domain/parts/parts-changes';
import { unreadKinds } from '#shared/domain/parts/unread-kinds';
import { checkProfile } from '#shared/domain/profile/check-profile';
import { attributesOf, makeProfile } from '#shared/domain/profile/make-profile';
import type { SimNode } from '../../sim/index';
import { amdMi300x, dgxH100 } from '../../sim/profiles';
import { type SimulatedNodes, startSimulatedNodes } from '../testing/simulated-nodes';

let nodes: SimulatedNodes;
let client: EngineClient;
let node: SimNode;
let hostId: string;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100, amdMi300x]);
  ({ client } = nodes);
  ({ node, hostId } = nodes.at(0));
});
afterAll(() => nodes.close());

const collect = () => client.inventory.refresh({ hostId });
const attention = async () => {
  const [summary] = await client.inventory.list();
  return summary?.attention.find(({ key }) => key === 'inventory.attentionProfile');
};

it('tells a GPU that is pulled as a version, a finding, and in the passport of the part', async () => {
  await collect();
  await collect();
  expect(await client.parts.versions({ hostId })).toHaveLength(1);
  const gpus = (await client.parts.get({ hostId })).parts.filter(({ part }) => part.kind === 'gpu');
  expect(gpus).toHaveLength(8);
  const [pulled] = gpus;

  const golden = await client.profiles.fromNode({ hostId, name: 'Golden DGX' });
  await client.profiles.assign({ hostId, profileId: golden.id });
  expect((await client.profiles.check({ hostId })).findings).toEqual([]);
  expect(await attention()).toBeUndefined();

  node.inject('part-pulled', { kind: 'gpu', which: 0 });
  await collect();
  const [latest] = await client.parts.versions({ hostId });
  expect(latest?.changes).toContainEqual(
    expect.objectContaining({ kind: 'gpu', change: 'removed', slots: [pulled?.part.slot] }),
  );
  const { findings } = await client.profiles.check({ hostId });
  const [missing] = findings;
  expect(missing).toMatchObject({ code: 'P-MISSING', severity: 'critical', state: 'unhealthy' });
  expect(missing?.title.en).toBe('GPUs: 7 found, 8 expected');
  expect(missing?.explanation.en).toContain(pulled?.part.slot);
  expect(missing?.evidence[0]?.evidenceId).toEqual(expect.any(String));
  expect(await attention()).toMatchObject({ params: { count: expect.any(Number) } });
  const passport = await client.parts.passport({ id: pulled?.passportId ?? 0 });
  expect(passport).toMatchObject({ isThere: false, hostId, stays: [{ slot: pulled?.part.slot, isOpen: false }] });

  const opened = await client.incidents.open({ title: 'A GPU is missing', hostId });
  await client.incidents.addProfileCheck({ incidentId: opened.id, hostId });
  const { entries } = await client.incidents.get({ incidentId: opened.id });
  expect(entries.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['finding', 'evidence']));

  node.clear();
  await collect();
  expect((await client.profiles.check({ hostId })).findings).toEqual([]);
  expect(await attention()).toBeUndefined();
  expect((await client.parts.passport({ id: passport.id })).stays.map(({ isOpen }) => isOpen)).toEqual([true, false]);
});

it('tells a GPU that fell off the bus as not working, and the Xid in its passport', async () => {
  node.clear();
  await collect();
  const before = (await client.parts.get({ hostId })).parts.find(({ part }) => part.kind === 'gpu');
  node.inject('xid-79-gpu-lost', { gpu: 0 });
  await collect();
  const { findings } = await client.profiles.check({ hostId });
  expect(findings.map(({ code }) => code)).toContain('P-STATE');
  expect(findings.map(({ code }) => code)).not.toContain('P-MISSING');
  const passport = await client.parts.passport({ id: before?.passportId ?? 0 });
  expect(passport.isThere).toBe(true);
  expect(passport.events.flatMap(({ event }) => (event.kind === 'log' ? [event.xid] : []))).toContain(79);
});

it('takes no GPU for missing while nvidia-smi fails', async () => {
  node.clear();
  await collect();
  const numbers = async () => (await client.parts.versions({ hostId })).length;
  const before = await numbers();
  node.inject('driver-library-mismatch');
  await collect();
  const codes = (await client.profiles.check({ hostId })).findings.map(({ code }) => code);
  expect(codes).not.toContain('P-MISSING');
  expect(codes).toContain('P-UNKNOWN');
  const [latest] = await client.parts.versions({ hostId });
  const gpuChanges = latest?.changes.filter(({ kind }) => kind === 'gpu');
  expect([gpuChanges, (await client.parts.get({ hostId })).unreadKinds]).toEqual([
    (await numbers()) === before ? gpuChanges : [],
    expect.arrayContaining(['gpu']),
  ]);
});

it('suggests the built-in profile of the system, and compares two looks at it', async () => {
  node.clear();
  await collect();
  const suggested = await client.profiles.suggest({ hostId });
  expect(suggested.map(({ id }) => id).slice(0, 2)).toEqual(['golden-dgx', 'dgx-h100']);
  const versions = await client.parts.versions({ hostId });
  const oldest = versions.at(-1)?.number ?? 1;
  const compared = await client.parts.compare({ before: { hostId, version: oldest }, after: { hostId } });
  expect(compared).toMatchObject({ mode: 'time', before: { version: oldest } });
  expect(compared.pairs.filter(({ kind, isDifferent }) => kind === 'gpu' && isDifferent)).toEqual([]);
});

it('takes no probe that fails for a change of the node, nor for a difference from its profile', async () => {
  for (const id of [hostId, nodes.at(1).hostId]) {
    await client.inventory.refresh({ hostId: id });
    const { results } = await client.inventory.get({ hostId: id });
    const facts = Object.fromEntries(results.flatMap((one) => (one.state === 'ok' ? [[one.probeId, one.facts]] : [])));
    const whole = partsOf(facts);
    const counted = Object.fromEntries(whole.knownKinds.map((kind) => [kind, attributesOf(whole.parts, kind)]));
    const golden = makeProfile(whole, counted, { id: 'golden', name: { en: 'Golden' }, sources: [] });
    for (const failed of Object.keys(facts)) {
      const { [failed]: _, ...rest } = facts;
      const look = partsOf(rest);
      const merged = mergeLooks(whole, look);
      const changes = [compareParts(whole, look, 'time'), compareParts(merged, whole, 'time')].flatMap(changesOf);
      const stateOf = (probeId: string) =>
        probeId === failed ? ('failed' as const) : results.find((one) => one.probeId === probeId)?.state;
      const differences = checkProfile(golden, look, unreadKinds(stateOf)).filter(({ aspect }) => aspect !== 'unknown');
      expect([failed, changes, differences, merged.parts.length]).toEqual([failed, [], [], whole.parts.length]);
    }
  }
});

it('knows for each value of a part under which fact it was read', async () => {
  for (const id of [hostId, nodes.at(1).hostId]) {
    const { results } = await client.inventory.get({ hostId: id });
    const facts = Object.fromEntries(results.flatMap((one) => (one.state === 'ok' ? [[one.probeId, one.facts]] : [])));
    const wrong = partsOf(facts).parts.flatMap((part) =>
      Object.entries(part.attributes).flatMap(([name, value]) => {
        const source = attributeSource(part, name);
        if (source === part.source || value === null || name === 'memoryTotalBytes') return [];
        const read = source.factPath
          .split('.')
          .reduce((at: unknown, key) => (at as Record<string, unknown> | undefined)?.[key], facts[source.probeId]);
        return read === value ? [] : [[part.kind, name, source, value, read]];
      }),
    );
    expect(wrong).toEqual([]);
  }
});
