import { describe, expect, it } from 'vitest';
import type { NodeFacts } from './facts/index';
import { sharpCapability } from './sharp';

const rdma = (...devices: Array<[name: string, hcaType: string | null, linkLayer: string]>) =>
  ({
    devices: devices.map(([name, hcaType, linkLayer]) => ({ name, hcaType, ports: [{ linkLayer }] })),
  }) as unknown as NodeFacts['rdma'];
const software = { libraries: [], packages: [], hasAggregationManager: false, isAggregationManagerRunning: false };

describe('SHARP on a node', () => {
  it('is what its InfiniBand adapters can speak and what software is there', () => {
    const facts: NodeFacts = {
      rdma: rdma(['mlx5_0', 'MT4129', 'InfiniBand'], ['mlx5_1', 'MT4125', 'Ethernet'], ['hfi1_0', null, 'InfiniBand']),
      sharp: { ...software, libraries: ['/opt/hpcx-v2.18/nccl_rdma_sharp_plugin/lib/libnccl-net.so'] },
    };
    expect(sharpCapability(facts)).toEqual({
      devices: [{ name: 'mlx5_0', adapter: 'ConnectX-7', version: 3 }],
      unknownDevices: ['hfi1_0'],
      hasInfiniband: true,
      hasLibrary: false,
      hasNcclPlugin: true,
    });
  });

  it('is not guessed: software that was not looked for is not known', () => {
    expect(sharpCapability({ rdma: rdma(['mlx5_0', 'MT4123', 'InfiniBand']) })).toMatchObject({
      hasLibrary: null,
      hasNcclPlugin: null,
    });
    expect(sharpCapability({ sharp: software })).toBeNull();
  });

  it('does not come up over Ethernet', () => {
    expect(sharpCapability({ rdma: rdma(['mlx5_0', 'MT4129', 'Ethernet']), sharp: software })).toMatchObject({
      devices: [],
      hasInfiniband: false,
    });
  });
});
