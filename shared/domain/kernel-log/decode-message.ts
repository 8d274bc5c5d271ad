import { driverMessage, sxidMessage, xidMessage } from './gpu-messages';
import { memoryMessage, outOfMemoryMessage, pciMessage } from './hardware-messages';
import { moduleMessage, networkMessage, stallMessage, storageMessage } from './host-messages';
import type { KernelEvent, MessageDecoder } from './kernel-event';

/** A kernel writes thousands of other lines: one look tells most of them. */
const mayMatter =
  /NVRM|nvidia|SXid|AER|PCIe Bus|pcie|TLP|\[\d{1,2}\] |error status|EDAC|Hardware Error|mce|Memory failure|temperature|[Oo]ut of memory|oom|Killed process|nvme|nfs: |I\/O error|critical|-fs |XFS|BTRFS|raid|end of device|lockup|LOCKUP|blocked for|rcu|Kernel panic|BUG|Oops|protection fault|segfault|odule|Lockdown|carrier|mlx|[Ll]ink/;

const decoders: readonly MessageDecoder[] = [
  xidMessage,
  sxidMessage,
  driverMessage,
  pciMessage,
  memoryMessage,
  outOfMemoryMessage,
  storageMessage,
  stallMessage,
  networkMessage,
  moduleMessage,
];

/**
 * What a kernel message says; null for one that is not known. Pure, total, and linear in the message: only what begins as the
 * kernel writes it counts, as a program can put anything into the rest of a line.
 */
export function decodeMessage(message: string): KernelEvent | null {
  if (!mayMatter.test(message)) return null;
  for (const decode of decoders) {
    const event = decode(message);
    if (event) return event;
  }
  return null;
}

/** Of a line of which it isn't known where the message begins: after a prefix that holds nothing a program could have quoted. */
export function decodeUnprefixed(line: string): KernelEvent | null {
  const whole = decodeMessage(line);
  if (whole) return whole;
  const at = /^[^"'=\\{}]{0,160}?(?:[\]>|:] ?|\t| )(?=NVRM: Xid \(|nvidia-nvswitch\d{1,3}: SXid \()/.exec(line);
  return at ? decodeMessage(line.slice(at[0].length)) : null;
}
