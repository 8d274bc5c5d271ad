import type { PciFunction } from '#shared/domain/facts/pci';
import { linesOf } from '../lib/lines';
import { blankFunction } from './blank-function';
import { vendors } from './pci-ids';

/** A bus of the drawing: where it stands on its line, so that what is drawn further right is below it. */
interface DrawnBus {
  readonly column: number;
  readonly bus: string;
  readonly bridge: string | null;
}

/**
 * Reads the drawing of `lspci -tv` (or -t), null when it is something else. What stands right of a bus number is on that bus:
 *   -+-[0000:00]-+-00.0  Advanced Micro Devices, Inc. [AMD] Device 14a4
 *    |           +-01.1-[01]--+-00.0  NVIDIA Corporation AD102GL [RTX 6000 Ada Generation]
 *    |           |            \-00.1  NVIDIA Corporation AD102 High Definition Audio Controller
 *    +-[0000:a0]-+-01.1-[a1-b3]----00.0-[a2-b3]--+-00.0-[a3-a8]----00.0  Samsung …
 */
export function parseLspciTree(text: string): PciFunction[] | null {
  if (!/^\s*-[+[]/.test(text)) return null;
  const found: PciFunction[] = [];
  const above: DrawnBus[] = [];
  let domain = '0000';
  for (const line of linesOf(text)) {
    if (line.trim() === '') continue;
    if (!/^[\s|]*[-+\\]/.test(line)) return null;
    let at = 0;
    let last: PciFunction | null = null;
    for (;;) {
      const token = /\[(?:([0-9a-f]{4,8}):)?([0-9a-f]{2})(?:-[0-9a-f]{2})?\]|([0-9a-f]{2}\.[0-7])(?=$|[-\s+])/.exec(
        line.slice(at),
      );
      // A name follows two blanks; what looks like a bus inside it is none.
      if (!token || /[^\s|+\\-]/.test(line.slice(at, at + token.index))) break;
      const column = at + token.index;
      at = column + token[0].length;
      while (above.length > 0 && (above.at(-1)?.column ?? -1) >= column) above.pop();
      if (token[3] === undefined) {
        domain = token[1] ?? domain;
        // Only a bridge has a bus below it.
        if (last) last.classCode = '0604';
        above.push({
          column,
          bus: `${domain}:${token[2]}`,
          bridge: token[1] === undefined ? (last?.address ?? null) : null,
        });
        continue;
      }
      const bus = above.at(-1);
      if (!bus) return null;
      last = blankFunction(`${bus.bus}:${token[3]}`);
      last.parentAddress = bus.bridge;
      found.push(last);
    }
    if (last)
      setName(
        last,
        line
          .slice(at)
          .replace(/^[-\s]+/, '')
          .trim(),
      );
  }
  return found.length > 0 ? found : null;
}

function setName(one: PciFunction, text: string): void {
  const vendor = vendors.find(([known]) => text.startsWith(known));
  const device = vendor ? text.slice(vendor[0].length).trim() : text;
  const unnamed = /^Device ([0-9a-f]{4})$/.exec(device);
  one.vendorId = vendor?.[1] ?? null;
  one.vendorName = vendor?.[0] ?? null;
  one.deviceId = unnamed?.[1] ?? null;
  one.deviceName = unnamed || device === '' ? null : device;
}
