import type { NicSpec } from '../profiles/profile';

interface Adapter {
  readonly hcaType: string;
  readonly boardId: string;
  readonly maxMbps: number;
}

const ADAPTERS: Readonly<Record<string, Adapter>> = {
  '15b3:101b': { hcaType: 'MT4123', boardId: 'MT_0000000223', maxMbps: 200_000 },
  '15b3:101d': { hcaType: 'MT4125', boardId: 'MT_0000000359', maxMbps: 100_000 },
  '15b3:101f': { hcaType: 'MT4127', boardId: 'MT_0000000547', maxMbps: 25_000 },
  '15b3:1021': { hcaType: 'MT4129', boardId: 'MT_0000000838', maxMbps: 400_000 },
};

/** What the adapter of a NIC is called by its firmware. */
export function adapterOf(nic: NicSpec): Adapter {
  return ADAPTERS[nic.pciDeviceId] ?? { hcaType: 'MT4129', boardId: 'MT_0000000838', maxMbps: nic.speedMbps };
}

/** The node GUID as sysfs writes it; an Ethernet port makes it of its MAC address. */
export function guidOf(nic: NicSpec): string {
  const bytes = nic.mac.split(':');
  const eight = bytes.length > 6 ? bytes.slice(-8) : [...bytes.slice(0, 3), '03', '00', ...bytes.slice(3)];
  return eight.join('').replace(/(....)(?=.)/g, '$1:');
}
