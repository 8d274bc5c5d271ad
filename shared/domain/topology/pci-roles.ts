import type { PciFacts, PciFunction } from '../facts/pci';
import { isGpuFunction } from './judge-link';

export type DeviceKind = 'gpu' | 'nvswitch' | 'nic' | 'nvme';

/** What a function is for the picture: null for bridges and all that is not a part one would draw. */
export function deviceKind(one: PciFunction): DeviceKind | null {
  const kind = one.classCode?.slice(0, 4);
  if (isGpuFunction(one)) return 'gpu';
  if (kind === '0680' && one.vendorId === '10de') return 'nvswitch';
  if (kind === '0200' || kind === '0207' || kind === '0208') return 'nic';
  return kind === '0108' ? 'nvme' : null;
}

/** Functions by address with what hangs below each. */
export interface PciTree {
  readonly byAddress: ReadonlyMap<string, PciFunction>;
  /** Index in the facts, for evidence. */
  readonly indexOf: ReadonlyMap<string, number>;
  readonly children: ReadonlyMap<string, readonly PciFunction[]>;
}

export function pciTreeOf(facts: PciFacts): PciTree {
  const children = new Map<string, PciFunction[]>();
  for (const one of facts.functions) {
    if (one.parentAddress === null) continue;
    const siblings = children.get(one.parentAddress);
    if (siblings) siblings.push(one);
    else children.set(one.parentAddress, [one]);
  }
  return {
    byAddress: new Map(facts.functions.map((one) => [one.address, one])),
    indexOf: new Map(facts.functions.map(({ address }, index) => [address, index])),
    children,
  };
}

/** More bridges one below the other than any machine has: a root port, a few switches, an expansion chassis. */
const deepest = 32;

/** From the nearest bridge up to the root port. Empty as well where the tree goes in circles or deeper than any machine. */
export function bridgesAbove(tree: PciTree, address: string): PciFunction[] {
  const above: PciFunction[] = [];
  let next = tree.byAddress.get(address)?.parentAddress ?? null;
  while (next !== null) {
    const bridge = tree.byAddress.get(next);
    if (!bridge) break;
    // A circle comes to this as well.
    if (above.length === deepest) return [];
    above.push(bridge);
    next = bridge.parentAddress;
  }
  return above;
}

/**
 * A switch is two rows of bridges: its upper port, and below that a lower port for each device. Counted from the root port, every
 * second bridge is an upper port and stands for its switch.
 */
export function isUpperPort(depth: number): boolean {
  return depth % 2 === 1;
}

/** `0000:1b:00.0` -> `0000:1b:00`: the functions of one card share its link. */
export function cardOf(address: string): string {
  return address.replace(/\.[0-7]$/, '');
}

/** The driver prints eight digits of domain, the kernel four or what it needs. */
export function kernelAddress(busId: string): string {
  return busId.toLowerCase().replace(/^0+(?=[0-9a-f]{4,}:)/, (zeros) => '0'.repeat(Math.max(0, zeros.length - 4)));
}
