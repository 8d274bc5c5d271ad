import { linesOf } from './lines';

/** One structure of the SMBIOS table: its type, and its `Key: value` lines. */
export interface DmiStructure {
  readonly type: number;
  readonly values: ReadonlyMap<string, string>;
}

/**
 *   Handle 0x1100, DMI type 17, 92 bytes
 *   Memory Device
 *   	Size: 64 GB
 *
 * Null: not what dmidecode prints. A table without structures of the types asked for is an empty list.
 */
export function readDmidecode(text: string): DmiStructure[] | null {
  if (!/^# dmidecode \d/m.test(text)) return null;
  const found: Array<{ type: number; values: Map<string, string> }> = [];
  for (const line of linesOf(text, 1024)) {
    const handle = /^Handle 0x[0-9A-Fa-f]{1,8}, DMI type (\d{1,3}), \d{1,6} bytes/.exec(line);
    if (handle) {
      found.push({ type: Number(handle[1]), values: new Map() });
      continue;
    }
    // Lists of a value are indented once more.
    const pair = /^(?:\t| {8})([A-Za-z][\w /().-]{0,60}): ?(.*)$/.exec(line);
    const values = found.at(-1)?.values;
    if (pair && values && !values.has(pair[1] ?? '')) values.set(pair[1] ?? '', (pair[2] ?? '').trim());
  }
  return found;
}

/** What firmware prints where nobody filled a field in. */
const blanks =
  /^(?:not specified|none|unknown|n\/a|not provided|not available|no dimm|no asset tag|no enclosure|no module installed|empty|undefined|default string|to be filled by o\.?e\.?m\.?|not settable|not present|(?:system|chassis|base ?board) (?:serial number|version|manufacturer|product name|sku)|(?:[0 ]+|[fF]+|[xX]+|\.+)|-+)$/i;

/** A text somebody did fill in; null for the many ways to say that nobody did. */
export function dmiText(value: string | undefined): string | null {
  const text = value?.trim() ?? '';
  return text === '' || blanks.test(text) ? null : text;
}

const units: Readonly<Record<string, number>> = { bytes: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** `65536 MB`, `64 GB`, `3 TB`, and `64 GiB` of those who write what they mean: powers of two. */
export function dmiBytes(value: string | undefined): number | null {
  const match = /^(\d{1,9}) (bytes|kB|[MGT]i?B)$/.exec(value ?? '');
  return match ? Number(match[1]) * (units[(match[2] ?? '').replace('i', '')] ?? 1) : null;
}

/** The number that a value begins with, when it is more than nothing: `4800 MT/s`, `72 bits`, `1.1 V`. */
export function dmiNumber(value: string | undefined): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,4})?)(?: |$)/.exec(value ?? '');
  return match && Number(match[1]) > 0 ? Number(match[1]) : null;
}

/** dmidecode found no table to read: a virtual machine without firmware, a container, a small board. */
export function hasNoTable(stdout: string, stderr: string): boolean {
  const words = `${stdout}\n${stderr}`;
  return /No SMBIOS nor DMI entry point found|\/dev\/mem: No such file or directory/.test(words);
}
