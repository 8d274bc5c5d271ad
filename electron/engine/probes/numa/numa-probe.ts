import type { CommandSpec } from '#shared/domain/command';
import type { NumaFacts } from '#shared/domain/facts/system';
import { integerOf, linesOf, readPathValues } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

type NumaNode = NumaFacts['nodes'][number];

const script = `[ -d /sys/devices/system/node/node0 ] || { echo 'numa:none'; exit 0; }
grep -sH '' /sys/devices/system/node/node[0-9]*/cpulist /sys/devices/system/node/node[0-9]*/distance
grep -sE 'MemTotal|MemFree' /sys/devices/system/node/node[0-9]*/meminfo
echo 'numa:end'`;
const nodes: CommandSpec = { id: 'numa-nodes', argv: ['sh', '-c', script] };

export const numaProbe = defineProbe({
  id: 'numa',
  commands: [nodes],
  sources: { '': 'numa-nodes' },
  parse(outputs) {
    const output = readCommand(outputs, nodes);
    if (isProblem(output)) return output;
    if (output.stdout.trim() === 'numa:none') return { state: 'ok', facts: { nodes: [] } };
    const found = readSysfs(output.stdout) ?? readNumactl(output.stdout);
    return found ? { state: 'ok', facts: { nodes: found } } : unparsable(nodes, output);
  },
});

/**
 *   /sys/devices/system/node/node0/cpulist:0-31
 *   /sys/devices/system/node/node0/distance:10 32
 *   /sys/devices/system/node/node0/meminfo:Node 0 MemTotal:       197764452 kB
 */
function readSysfs(text: string): NumaNode[] | null {
  const cpus = new Map<number, string>();
  const distances = new Map<number, number[]>();
  for (const [path, value] of readPathValues(text)) {
    const id = integerOf(/node(\d{1,5})\/(?:cpulist|distance)$/.exec(path)?.[1]);
    if (id === null) continue;
    if (path.endsWith('cpulist')) cpus.set(id, value);
    else distances.set(id, toDistances(value));
  }
  const memory = new Map<string, number>();
  for (const line of linesOf(text)) {
    const match = /Node (\d{1,5}) (MemTotal|MemFree):\s+(\d{1,15}) kB$/.exec(line);
    if (match) memory.set(`${match[1]} ${match[2]}`, Number(match[3]) * 1024);
  }
  if (cpus.size === 0 || !text.trimEnd().endsWith('numa:end')) return null;
  return [...cpus.keys()]
    .sort((a, b) => a - b)
    .map((id) => ({
      id,
      cpus: cpus.get(id) ?? '',
      memoryTotalBytes: memory.get(`${id} MemTotal`) ?? null,
      memoryFreeBytes: memory.get(`${id} MemFree`) ?? null,
      distances: distances.get(id) ?? [],
    }));
}

/** `numactl -H`: `node 0 cpus: 0 1 2 …`, `node 0 size: 193129 MB`, and a matrix `  0:  10  32`. */
function readNumactl(text: string): NumaNode[] | null {
  const count = integerOf(/^available: (\d{1,5}) nodes?/m.exec(text)?.[1]);
  if (count === null || count < 1) return null;
  const found: NumaNode[] = [];
  for (const match of text.matchAll(/^node (\d{1,5}) cpus:([\d ]{0,8000})$/gm)) {
    const id = Number(match[1]);
    const bytes = (what: string) => {
      const size = integerOf(new RegExp(`^node ${id} ${what}: (\\d{1,12}) MB$`, 'm').exec(text)?.[1]);
      return size === null ? null : size * 1024 ** 2;
    };
    const row = new RegExp(`^ {0,4}${id}: +([\\d ]{1,8000})$`, 'm').exec(text)?.[1];
    found.push({
      id,
      cpus: toCpuList((match[2] ?? '').trim().split(/\s+/).filter(Boolean).map(Number)),
      memoryTotalBytes: bytes('size'),
      memoryFreeBytes: bytes('free'),
      distances: toDistances(row ?? ''),
    });
  }
  return found.length === count && found.every((node) => node.distances.length === count) ? found : null;
}

function toDistances(text: string): number[] {
  return text
    .trim()
    .split(/\s+/)
    .map(integerOf)
    .filter((distance) => distance !== null);
}

/** `[0, 1, 2, 5]` as the kernel writes it: `0-2,5`. */
export function toCpuList(cpus: readonly number[]): string {
  const ranges: Array<[number, number]> = [];
  for (const cpu of [...cpus].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && cpu === last[1] + 1) last[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
