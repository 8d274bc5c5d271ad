import { describe, expect, it } from 'vitest';
import type { RdmaFacts, RoceSettingsFacts } from './facts/network';
import { ncclSettings } from './nccl-settings';

const job = (variables: Record<string, string>, files?: { path: string; variables: Record<string, string> }[]) => ({
  processes: [{ pid: 7, variables, ...(files ? { files } : {}) }],
  isComplete: true,
  libraries: null,
});
const gids = [
  { index: 0, type: 'IB/RoCE v1' },
  { index: 3, type: 'RoCE v2' },
];
const rdma = {
  devices: ['mlx5_1', 'mlx5_10'].map((name) => ({
    name,
    ports: [{ state: 'ACTIVE', linkLayer: 'Ethernet', gids }],
  })),
} as unknown as RdmaFacts;
const roce = {
  interfaces: [{ pfcPriorities: [3], trafficClass: null, dscpOfPriority: [[0], [], [], [26], [], [], [], []] }],
} as unknown as RoceSettingsFacts;
const effects = (variables: Record<string, string>) =>
  ncclSettings(job(variables), rdma, null).map(({ name, effect }) => `${name} ${effect}`);

describe('settings of NCCL', () => {
  it.each([
    [{ NCCL_IB_DISABLE: '1' }, ['NCCL_IB_DISABLE network-off']],
    [{ NCCL_IB_DISABLE: '0' }, []],
    [{ NCCL_NET: 'Socket' }, ['NCCL_NET network-off']],
    [{ NCCL_P2P_DISABLE: '1', NCCL_SHM_DISABLE: '1' }, ['NCCL_P2P_DISABLE peer-off', 'NCCL_SHM_DISABLE memory-off']],
    [{ NCCL_ALGO: 'Ring' }, ['NCCL_ALGO pinned']],
    [{ NCCL_DEBUG: 'TRACE' }, ['NCCL_DEBUG trace']],
    [{ NCCL_DEBUG: 'INFO' }, []],
    [{ NCCL_IB_HCA: 'mlx5_1' }, ['NCCL_IB_HCA prefix']],
    [{ NCCL_IB_HCA: '=mlx5_1' }, []],
    [{ NCCL_IB_HCA: 'mlx5_10:1' }, []],
    [{ NCCL_IB_HCA: '^mlx5_1' }, []],
    [{ NCCL_IB_HCA: 'mlx5' }, []],
    [{ NCCL_IB_HCA: '=mlx5_7' }, ['NCCL_IB_HCA device-missing']],
    [{ NCCL_IB_GID_INDEX: '3' }, []],
    [{ NCCL_IB_GID_INDEX: '0' }, ['NCCL_IB_GID_INDEX gid']],
    [{ NCCL_IB_GID_INDEX: '9' }, ['NCCL_IB_GID_INDEX gid']],
    [{ IBV_FORK_SAFE: '0' }, ['IBV_FORK_SAFE fork']],
    [{ NCCL_SOCKET_IFNAME: 'eth0' }, []],
  ])('%j', (variables, expected) => {
    expect(effects(variables as Record<string, string>)).toEqual(expected);
  });

  it('come from files as well, and the environment goes before them', () => {
    const file = { path: '/etc/nccl.conf', variables: { NCCL_ALGO: 'Tree', NCCL_IB_DISABLE: '1' } };
    expect(ncclSettings(job({ NCCL_IB_DISABLE: '0' }, [file]), null, null)).toEqual([
      { pid: 7, source: '/etc/nccl.conf', name: 'NCCL_ALGO', value: 'Tree', effect: 'pinned' },
    ]);
  });

  it('of a job over several nodes should mark its traffic for the lossless priority', () => {
    const many = { WORLD_SIZE: '16', LOCAL_WORLD_SIZE: '8' };
    const unmarked = (variables: Record<string, string>, settings = roce) =>
      ncclSettings(job(variables), rdma, settings).length;
    expect(unmarked(many)).toBe(1);
    expect(unmarked({ ...many, NCCL_IB_TC: '106' })).toBe(0);
    expect(unmarked({ WORLD_SIZE: '8', LOCAL_WORLD_SIZE: '8' })).toBe(0);
    expect(unmarked({ WORLD_SIZE: '8' })).toBe(0);
    const marked = { interfaces: roce.interfaces.map((one) => ({ ...one, trafficClass: 106 })) };
    expect(unmarked(many, marked)).toBe(0);
  });
});
