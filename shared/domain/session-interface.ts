import type { z } from 'zod';
import type { networkFactsSchema } from './facts/network';

type Interface = z.infer<typeof networkFactsSchema>['interfaces'][number];

/**
 * Whether a connection to `address` (one of the node's own) goes over an interface: it has the address itself, or what is
 * built on it (a bond, a bridge, a VLAN) has. Null: no interface has the address, so it can't be told.
 */
export function carriesAddress(interfaces: readonly Interface[], name: string, address: string): boolean | null {
  const wanted = bare(address);
  if (/^127\.|^::1$/.test(wanted)) return name === 'lo';
  const holder = interfaces.find(({ addresses }) => addresses.some((one) => bare(one) === wanted));
  if (!holder) return null;
  const below = new Set([holder.name]);
  // Downwards: the members of a bond or bridge, and what a VLAN sits on, until nothing new comes.
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const one of interfaces) {
      if (one.master !== null && below.has(one.master)) below.add(one.name);
      if (one.parent !== null && below.has(one.name)) below.add(one.parent);
    }
  }
  return below.has(name);
}

function bare(address: string): string {
  return (address.split('/')[0] ?? '')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .toLowerCase();
}
