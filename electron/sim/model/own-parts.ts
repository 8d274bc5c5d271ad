import type { NodeProfile } from '../profiles/profile';

/**
 * The profile with parts of the node's own: two machines of one make have no serial number and no address in common. The first
 * of each make keeps what its profile says.
 */
export function ownParts(profile: NodeProfile, name: string): NodeProfile {
  const nth = Number(/\d+$/.exec(name)?.[0] ?? 1) - 1;
  const dimms = profile.dimms.map((dimm, index) => ({ ...dimm, serial: dimm.serial && moduleSerial(name, index) }));
  if (nth <= 0) return { ...profile, dimms };
  const number = nth.toString(16).toUpperCase().padStart(3, '0');
  return {
    ...profile,
    dimms,
    // The tail tells the disks of a node apart, as it does on real ones.
    disks: profile.disks.map((disk) => ({ ...disk, serial: `${number}${disk.serial.slice(3)}` })),
    nics: profile.nics.map((nic) => ({ ...nic, mac: ownMac(nic.mac, nth) })),
  };
}

/** Adds to the fourth byte from the end: what is before it is the maker's. */
function ownMac(mac: string, nth: number): string {
  const bytes = mac.split(':');
  const at = bytes.length - 3;
  bytes[at] = ((Number.parseInt(bytes[at] ?? '0', 16) + nth) % 256).toString(16).padStart(2, '0');
  return bytes.join(':');
}

function moduleSerial(name: string, index: number): string {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return ((hash + index * 0x2b) >>> 0).toString(16).toUpperCase().padStart(8, '0');
}
