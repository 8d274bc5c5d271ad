import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ProbeId } from '#shared/domain/facts/index';
import { dgxH100, workstationRtx6000Ada } from '../sim/index';
import { probeFacts, type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';

let nodes: SimulatedNodes;
let client: EngineClient;
let hosts: Map<string, string>;

beforeAll(async () => {
  nodes = await startSimulatedNodes([dgxH100, workstationRtx6000Ada]);
  ({ client } = nodes);
  hosts = new Map([0, 1].map((position) => [nodes.at(position).node.profile, nodes.at(position).hostId]));
  const probeIds = ['network', 'rdma', 'ethernet-settings', 'network-modules', 'roce-settings', 'gpudirect', 'sharp'];
  for (const hostId of hosts.values()) await client.inventory.refresh({ hostId, probeIds });
});
afterAll(() => nodes.close());

const facts = <Id extends ProbeId>(profile: string, probeId: Id) =>
  probeFacts(client, hosts.get(profile) ?? '', probeId);

const attention = async (profile: string) => {
  for await (const summaries of await client.inventory.watchSummaries())
    return summaries.find(({ hostId }) => hostId === hosts.get(profile))?.attention.map(({ key }) => key);
};

describe('the network of simulated nodes', () => {
  it('has the bond of a DGX with both members, and a port without a cable that nags nobody', async () => {
    const { interfaces, bonds } = await facts('dgx-h100', 'network');
    expect(bonds).toMatchObject([
      {
        name: 'bond0',
        mode: '802.3ad',
        lacpRate: 'fast',
        partnerMacAddress: '0c:29:ef:d0:11:22',
        members: [
          { name: 'enp107s0f0', state: 'up', speedMbitPerSec: 100_000 },
          { name: 'enp107s0f1', state: 'up' },
        ],
      },
    ]);
    expect(interfaces.find(({ name }) => name === 'eno4')).toMatchObject({
      hasCarrier: false,
      linkUps: 0,
      isEnabled: true,
    });
    expect(interfaces.find(({ name }) => name === 'bond0')).toMatchObject({
      speedMbitPerSec: 200_000,
      addresses: ['10.40.0.11/24'],
    });
    expect(await attention('dgx-h100')).toEqual([]);
  });

  it('has eight InfiniBand ports with their settings, their optics and what SHARP and GPUDirect stand on', async () => {
    const { devices } = await facts('dgx-h100', 'rdma');
    expect(devices).toHaveLength(8);
    expect(devices[0]).toMatchObject({
      hcaType: 'MT4129',
      boardId: 'MT_0000000838',
      nodeGuid: '946d:ae03:005a:1810',
      pciBusId: '0000:18:00.0',
      ports: [
        { state: 'ACTIVE', rateText: '4X NDR', width: 4, generation: 'NDR', activeMtu: 4096, subnetManagerLid: 1 },
      ],
    });
    const { modules } = await facts('dgx-h100', 'network-modules');
    expect(modules.filter(({ rxPowerDbm }) => rxPowerDbm.length === 4)).toHaveLength(8);
    expect(await facts('dgx-h100', 'gpudirect')).toMatchObject({
      isOpenKernelModule: true,
      memoryPeers: ['nv_mem'],
      ofedVersion: 'MLNX_OFED_LINUX-23.10-2.1.3.1',
      hasGdrcopyDevice: true,
      storage: { releaseVersion: '1.9.1.3' },
    });
    expect((await facts('dgx-h100', 'sharp')).libraries).toEqual(['/opt/mellanox/sharp/lib/libsharp.so']);
    const settings = await facts('dgx-h100', 'ethernet-settings');
    expect(settings.interfaces.find(({ name }) => name === 'enp107s0f0')).toMatchObject({
      firmwareVersion: '4.40 0x8001c967 1.3534.0',
      speedMbitPerSec: 100_000,
      forwardErrorCorrection: ['RS'],
      ringRx: 1024,
    });
  });

  it('has PFC and trust of RoCE ports, told by dcb where there is no vendor driver', async () => {
    const { interfaces } = await facts('workstation-rtx6000ada', 'roce-settings');
    expect(interfaces.map(({ tool, pfcPriorities, trust }) => [tool, pfcPriorities, trust])).toEqual([
      ['dcb', [3], 'dscp'],
      ['dcb', [], 'pcp'],
      ['dcb', [3], 'dscp'],
      ['dcb', [], 'pcp'],
    ]);
  });

  it('says in the fleet that a port has lost its link', async () => {
    nodes.at(0).node.inject('link-down');
    await client.inventory.refresh({ hostId: hosts.get('dgx-h100') ?? '', probeIds: ['network', 'rdma'] });
    expect(await attention('dgx-h100')).toEqual(['inventory.attentionPortLost']);
  });

  it('notices a link of a GPU or an adapter that trained low, and none of a GPU at rest', async () => {
    const { node, hostId } = nodes.at(0);
    const look = async () => {
      await client.inventory.refresh({ hostId, probeIds: ['pci', 'gpu', 'rdma'] });
      const summaries = await client.inventory.list();
      const { attention: all = [] } = summaries.find((one) => one.hostId === hostId) ?? {};
      return all.filter(({ key }) => key.startsWith('inventory.attentionPcie'));
    };
    expect(await look()).toEqual([]);
    node.inject('link-degraded', { device: 'gpu2', width: 8 });
    expect(await look()).toMatchObject([{ params: { device: 'gpu', name: 'GPU 2', trained: 'x8', capable: 'x16' } }]);
    node.clear();
    node.inject('link-degraded', { device: 'mlx5_3', generation: 3 });
    expect(await look()).toMatchObject([
      { params: { device: 'nic', name: 'mlx5_3', trained: 'Gen3', capable: 'Gen5' } },
    ]);
    node.clear();
    expect(await look()).toEqual([]);
  });
});
