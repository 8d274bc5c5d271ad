import type { Report, ReportValue } from './report';

type Building = Record<string, ReportValue | ReportValue[]>;

/**
 * Reads the text of `nvidia-smi -q` into the same tree as its XML:
 *   Driver Version                            : 535.183.01
 *   GPU 00000000:53:00.0
 *       FB Memory Usage
 *           Total                             : 81559 MiB
 * A line with no colon opens a section; indentation says what it holds. Repeated names become lists. A leaf that has
 * deeper lines below it (`HW Slowdown`, `Process ID`) shares its section with them. Null: not such a text.
 */
export function readTextReport(text: string): Report | null {
  const root: Building = Object.create(null) as Building;
  const open: Array<{ indent: number; section: Building }> = [{ indent: -1, section: root }];
  let hasGpu = false;
  for (const line of text.split('\n')) {
    if (line.length > 4096 || line.trim() === '' || /^\s*=+/.test(line)) continue;
    const indent = line.length - line.trimStart().length;
    const separator = line.indexOf(' :');
    const name = (separator < 0 ? line : line.slice(0, separator)).trim();
    while (open.length > 1 && (open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const parent = open.at(-1)?.section ?? root;
    if (separator >= 0) {
      add(parent, key(name), line.slice(separator + 2).trim());
      continue;
    }
    const section: Building = Object.create(null) as Building;
    const gpu = indent === 0 ? /^GPU ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-Fa-f])$/.exec(name) : null;
    if (gpu) {
      hasGpu = true;
      section['@id'] = gpu[1] ?? '';
      add(root, 'gpu', section);
    } else if (indent > 0) {
      add(parent, key(name), section);
    } else {
      continue;
    }
    open.push({ indent, section });
  }
  return hasGpu ? root : null;
}

function key(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}

function add(section: Building, name: string, value: ReportValue): void {
  const before = section[name];
  if (before === undefined) section[name] = value;
  else if (Array.isArray(before)) before.push(value);
  else section[name] = [before, value];
}
