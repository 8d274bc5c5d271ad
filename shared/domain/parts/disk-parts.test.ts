import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '../facts/index';
import { partsOf } from './index';
import { unreadKinds } from './unread-kinds';

const block = (values: object) => ({
  ...{ kind: 'disk', sizeBytes: 4e12, transport: 'sas', isRotational: true, model: 'HDD', serial: 'S1' },
  ...{ mountPoints: [], fileSystem: null, children: [], ...values },
});
const facts = {
  nvme: {
    controllers: [
      {
        ...{ name: 'nvme0', address: '0000:01:00.0', model: 'PM9A3', serial: 'N1', firmware: 'GDC7', state: 'live' },
        ...{ transport: 'pcie', numaNode: 0, health: null, namespaces: [{ name: 'nvme0n1', sizeBytes: 2e12 }] },
      },
    ],
  },
  'block-devices': {
    devices: [
      block({ name: 'nvme0n1', transport: 'nvme', isRotational: false, model: 'PM9A3', serial: 'N1' }),
      block({ name: 'sda' }),
    ],
  },
  raid: { arrays: [], volumes: [], multipaths: [], drives: [{ slot: '/c0/e252/s0', serial: 'R1', medium: 'SSD' }] },
} as unknown as NodeFacts;
const slots = (some: NodeFacts) => partsOf(some).parts.flatMap(({ kind, slot }) => (kind === 'disk' ? [slot] : []));

describe('disks as parts', () => {
  it('are told once each, by address, name or place behind a controller', () => {
    expect(slots(facts)).toEqual(['0000:01:00.0', 'sda', '/c0/e252/s0']);
  });

  it('are not known while the probe that finds them fails, and by no other name', () => {
    const { nvme: _, ...withoutNvme } = facts;
    expect(slots(withoutNvme)).toEqual(['sda', '/c0/e252/s0']);
    const { raid: __, ...withoutRaid } = facts;
    expect(slots(withoutRaid)).toEqual(['0000:01:00.0', 'sda']);
  });

  it('behind a controller that nobody told of are not known, rather than gone', () => {
    const unread = { ...facts, raid: { ...facts.raid, drives: [], hasUnreadDrives: true } } as NodeFacts;
    const readers = partsOf(unread).sections.map(({ reader }) => reader);
    expect(readers).not.toContain('disk:raid');
    expect(readers).toContain('disk:nvme');
  });

  it('are all seen without smartctl, which only root may run', () => {
    expect(unreadKinds((probe) => (probe === 'disk-health' ? 'denied' : 'ok'))).not.toContain('disk');
    expect(unreadKinds((probe) => (probe === 'raid' ? 'timeout' : 'ok'))).toContain('disk');
  });
});
