import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { disksOf } from '#shared/domain/disks';
import { factsSchemas, type NodeFacts, type ProbeId } from '#shared/domain/facts/index';
import { partsOf } from '#shared/domain/parts/index';
import type { ProbeState } from '#shared/domain/probe';
import { storageConcerns } from '#shared/domain/storage-concerns';
import { tiersOf } from '#shared/domain/storage-tiers';
import { cpuOnly, dgxH100, storageNode } from '../sim/profiles';
import { type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';

const probeIds: ProbeId[] = ['block-devices', 'file-systems', 'nvme', 'disk-health', 'raid', 'ceph', 'nfs', 'tape'];

let nodes: SimulatedNodes;
let client: EngineClient;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100, storageNode, cpuOnly]);
  ({ client } = nodes);
});
afterAll(() => nodes.close());

interface Read {
  facts: NodeFacts;
  states: Partial<Record<ProbeId, ProbeState>>;
}

async function read(position: number): Promise<Read> {
  const { hostId } = nodes.at(position);
  await client.inventory.refresh({ hostId, probeIds });
  const { results } = await client.inventory.get({ hostId });
  const ok = results.filter(({ state, probeId }) => state === 'ok' && probeIds.includes(probeId as ProbeId));
  return {
    facts: Object.fromEntries(
      ok.map(({ probeId, facts }) => [probeId, factsSchemas[probeId as ProbeId].parse(facts)]),
    ) as NodeFacts,
    states: Object.fromEntries(results.map(({ probeId, state }) => [probeId, state])),
  };
}

const tierStates = ({ facts, states }: Read) => tiersOf(facts, states).map(({ id, state }) => `${id} ${state}`);

describe('the storage of a simulated node', () => {
  it('is a cache of striped NVMe and an NFS share on a DGX, without anything to worry about', async () => {
    const node = await read(0);
    expect(node.states).toMatchObject({
      nvme: 'ok',
      'disk-health': 'ok',
      raid: 'ok',
      ceph: 'missing-tool',
      tape: 'ok',
    });
    expect(tierStates(node)).toEqual(['cache present', 'dataset present', 'archive missing']);
    expect(tiersOf(node.facts)[0]?.sizeBytes).toBe(8 * 3_840_755_982_336);
    const disks = disksOf(node.facts) ?? [];
    expect(disks.map(({ name, use }) => `${name} ${use}`)).toEqual([
      'nvme0 system',
      'nvme1 system',
      ...[2, 3, 4, 5, 6, 7, 8, 9].map((index) => `nvme${index} raid`),
    ]);
    expect(disks.every(({ usedPercent, serial, nvme }) => usedPercent !== null && serial && nvme)).toBe(true);
    expect(node.facts.raid?.arrays.map(({ name, level, isDegraded }) => [name, level, isDegraded])).toEqual([
      ['md1', 'raid0', false],
      ['md0', 'raid1', false],
    ]);
    expect(node.facts['file-systems']?.fileSystems.find(({ mountPoint }) => mountPoint === '/raid')).toMatchObject({
      source: '/dev/md1',
      type: 'xfs',
    });
    expect(node.facts.nfs?.mounts).toMatchObject([{ mountPoint: '/home', version: '4.2', timeouts: 0 }]);
    expect(node.facts.nfs?.mounts[0]?.read.rttMs).toBeCloseTo(1.42, 1);
    expect(storageConcerns(node.facts)).toEqual([]);
  });

  it('is a Ceph cluster and a tape library on a storage node, which has no NVMe left for a cache', async () => {
    const node = await read(1);
    expect(tierStates(node)).toEqual(['cache missing', 'dataset present', 'archive present']);
    const { ceph, tape, nfs } = node.facts;
    expect(ceph).toMatchObject({
      health: 'HEALTH_OK',
      osds: { total: 72, up: 72, in: 72 },
      monitors: { total: 3 },
      placementGroups: { total: 2625, degradedObjects: 0 },
    });
    expect(ceph?.tree.filter(({ kind, depth }) => kind === 'host' && depth === 1)).toHaveLength(3);
    expect(ceph?.tree.find(({ name }) => name === 'osd.7')).toMatchObject({
      status: 'up',
      deviceClass: 'hdd',
      depth: 2,
    });
    expect(ceph?.tree.find(({ name }) => name === 'osd.7')?.usedBytes).toBeGreaterThan(5e12);
    expect(ceph?.pools.map(({ name }) => name)).toContain('cephfs.lab.data');
    expect(tape?.drives).toMatchObject([
      { device: '/dev/nst0', serial: '10WT0A1183', status: { isOnline: true, density: 'LTO-9' } },
      { device: '/dev/nst1', status: { isOnline: false, isDoorOpen: true, density: null } },
    ]);
    expect(tape?.drives[0]?.statistics?.writtenBytes).toBe(41_880_213_749_760);
    const [library] = tape?.libraries ?? [];
    expect(library).toMatchObject({
      vendor: 'QUANTUM',
      serial: 'DE71809020',
      inventory: { slotCount: 50, importExportCount: 5 },
    });
    expect(library?.inventory?.slots.filter(({ isFull }) => isFull)).toHaveLength(30);
    expect(library?.inventory?.drives[0]).toEqual({ number: 0, isFull: true, volume: 'GNT003L9', sourceSlot: 3 });
    expect(nfs?.server).toMatchObject({ threads: 64, exports: [{ path: '/srv/datasets' }, { path: '/srv/staging' }] });
    const { parts } = partsOf(node.facts);
    expect(parts.filter(({ kind }) => kind === 'disk')).toHaveLength(28);
    expect(parts.filter(({ kind }) => kind === 'tape').map(({ identity }) => identity)).toEqual([
      'DE71809020',
      '10WT0A1183',
      '10WT0A1197',
    ]);
  });

  it('shows a disk that fails and an OSD that is down', async () => {
    const { node } = nodes.at(1);
    node.inject('disk-failing', { disk: 'sdk' });
    node.inject('osd-down');
    const { facts } = await read(1);
    expect(facts['disk-health']?.disks.find(({ device }) => device === '/dev/sdk')).toMatchObject({
      hasPassed: false,
      exitFlags: ['failing', 'errors-logged'],
      pendingSectors: 24,
      failedAttributes: [{ name: 'Reallocated_Sector_Ct', when: 'now' }],
    });
    const keys = storageConcerns(facts).map(
      ({ level, message }) => `${level} ${message.key.replace('storage.concern.', '')}`,
    );
    expect(keys).toContain('bad smartFailed');
    expect(
      storageConcerns(facts)
        .filter(({ message }) => message.key === 'storage.concern.ceph')
        .map(({ message }) => message.params?.code),
    ).toEqual(['OSD_DOWN', 'PG_DEGRADED']);
    expect(facts.ceph?.osds).toEqual({ total: 72, up: 71, in: 72 });
    const summary = (await client.inventory.list()).find(({ hostId }) => hostId === nodes.at(1).hostId);
    expect(summary?.attention.map(({ key }) => key)).toEqual([
      'storage.concern.smartFailed',
      'storage.concern.attributeFailing',
      'storage.concern.ceph',
      'storage.concern.ceph',
    ]);
    node.clear();
  });

  it('loses its cache with one of the striped disks, and shows the mirror short of one', async () => {
    const { node } = nodes.at(0);
    node.inject('part-pulled', { kind: 'disk', which: 'nvme5n1' });
    const { facts } = await read(0);
    expect(facts['file-systems']?.fileSystems.some(({ mountPoint }) => mountPoint === '/raid')).toBe(false);
    expect(storageConcerns(facts).map(({ message }) => message)).toEqual([
      { key: 'storage.concern.arrayInactive', params: { array: 'md1', state: 'inactive' } },
    ]);
    node.clear();
    node.inject('part-pulled', { kind: 'disk', which: 'nvme1n1' });
    const mirror = (await read(0)).facts;
    expect(mirror.raid?.arrays.find(({ name }) => name === 'md0')).toMatchObject({
      isDegraded: true,
      state: 'clean, degraded',
      members: [{ name: 'nvme0n1p2', state: 'active' }, { state: 'missing' }],
    });
    expect(storageConcerns(mirror).map(({ message }) => message.key)).toEqual(['storage.concern.arrayDegraded']);
    node.clear();
  });

  it('says what it could not read without root, and takes nothing for missing on that account', async () => {
    const { node } = nodes.at(1);
    node.inject('no-sudo');
    const { facts, states } = await read(1);
    expect([states['disk-health'], states.ceph, states.nvme, states.tape]).toEqual(['denied', 'denied', 'ok', 'ok']);
    expect(facts.tape?.libraries[0]?.inventory).toBeNull();
    expect(tiersOf(facts, states).map(({ id, state }) => `${id} ${state}`)).toEqual([
      'cache missing',
      'dataset unknown',
      'archive present',
    ]);
    node.clear();
  });

  it('is a virtual disk and nothing more on a login node', async () => {
    const node = await read(2);
    expect(tierStates(node)).toEqual(['cache missing', 'dataset missing', 'archive missing']);
    expect(disksOf(node.facts)?.map(({ name, use }) => [name, use])).toEqual([['sda', 'system']]);
    expect(node.facts.nvme).toEqual({ controllers: [] });
  });
});
