import type { CommandSpec } from '#shared/domain/command';
import type { PressureFacts } from '#shared/domain/facts/pressure';
import { integerOf, linesOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

/** Of control groups only what is set and what has happened: a node has hundreds of them. */
const script = `for what in cpu memory io; do sed "s/^/psi:$what /" "/proc/pressure/$what" 2>/dev/null; done
sed -n 's/^oom_kill /oom_kill:/p' /proc/vmstat 2>/dev/null
sed -n '1s/^/stat:/p' /proc/stat 2>/dev/null
sed 's/^ */disk:/' /proc/diskstats 2>/dev/null
for name in vm/max_map_count fs/file-nr kernel/numa_balancing; do
  [ -r "/proc/sys/$name" ] && echo "sys:$name $(cat "/proc/sys/$name")"
done
find /sys/fs/cgroup -maxdepth 8 \\( -name cpu.stat -o -name memory.max -o -name memory.current -o -name memory.events \\) \\
  -exec grep -sHE '^(nr_periods|nr_throttled|oom_kill) [1-9]|^[0-9]+$' {} + 2>/dev/null
echo 'pressure:end'`;
const pressure: CommandSpec = { id: 'pressure', argv: ['sh', '-c', script], timeoutMs: 5000 };

export const pressureProbe = defineProbe({
  id: 'pressure',
  commands: [pressure],
  sources: { '': 'pressure' },
  parse(outputs) {
    const output = readCommand(outputs, pressure);
    if (isProblem(output)) return output;
    const facts = parsePressure(output.stdout);
    return facts ? { state: 'ok', facts } : unparsable(pressure, output);
  },
});

function parsePressure(text: string): PressureFacts | null {
  if (!text.trimEnd().endsWith('pressure:end')) return null;
  const lines = linesOf(text);
  const setting = (name: string) => {
    const line = lines.find((one) => one.startsWith(`sys:${name} `));
    return (
      line
        ?.slice(name.length + 5)
        .trim()
        .split(/\s+/)
        .map(integerOf) ?? []
    );
  };
  const numaBalancing = setting('kernel/numa_balancing')[0] ?? null;
  const [handles = null, , handlesMax = null] = setting('fs/file-nr');
  return {
    cpu: stallOf(lines, 'cpu'),
    memory: stallOf(lines, 'memory'),
    io: stallOf(lines, 'io'),
    oomKills: integerOf(lines.find((line) => line.startsWith('oom_kill:'))?.slice(9)),
    cpuTicks: ticksOf(lines),
    disks: lines.flatMap((line) => diskOf(line) ?? []),
    maxMapCount: setting('vm/max_map_count')[0] ?? null,
    fileHandlesUsed: handles,
    fileHandlesMax: handlesMax,
    // 2 is tiering of slow memory, which does not move tasks' pages between nodes.
    isNumaBalancingOn: numaBalancing === null ? null : (numaBalancing & 1) === 1,
    groups: groupsOf(lines),
  };
}

/** `psi:memory some avg10=0.00 avg60=0.12 avg300=0.08 total=81237123`; `full` of the CPU means nothing and is left out. */
function stallOf(lines: readonly string[], what: string): PressureFacts['io'] {
  const average = (kind: string, seconds: number): number | null => {
    const line = lines.find((one) => one.startsWith(`psi:${what} ${kind} `));
    const found = new RegExp(` avg${seconds}=(\\d{1,3}(?:\\.\\d{1,3})?) `).exec(line ?? '')?.[1];
    return found === undefined ? null : Number(found);
  };
  const some = average('some', 10);
  if (some === null) return null;
  const isCpu = what === 'cpu';
  return {
    someAvg10: some,
    someAvg60: average('some', 60),
    fullAvg10: isCpu ? null : average('full', 10),
    fullAvg60: isCpu ? null : average('full', 60),
  };
}

/** `stat:cpu  user nice system idle iowait irq softirq steal guest guest_nice`; guests are in user and nice. */
function ticksOf(lines: readonly string[]): PressureFacts['cpuTicks'] {
  const match = /^stat:cpu +([\d ]{10,300})$/.exec(lines.find((line) => line.startsWith('stat:')) ?? '');
  const ticks = (match?.[1] ?? '').trim().split(/ +/).map(Number).slice(0, 8);
  const [idle, wait, steal] = [ticks[3], ticks[4], ticks[7]];
  if (idle === undefined || wait === undefined || steal === undefined) return null;
  return { total: ticks.reduce((sum, one) => sum + one, 0), idle: idle + wait, steal };
}

/** `disk:259 0 nvme0n1 reads merged sectors ms writes merged sectors ms …` (Documentation/admin-guide/iostats.rst); 512 B. */
function diskOf(line: string): PressureFacts['disks'][number] | null {
  const match = /^disk:\d+ +\d+ (\S{1,60}) ((?:\d+ ){7}\d+)(?: |$)/.exec(line);
  const [, name = '', values = ''] = match ?? [];
  // Partitions and parts of multipath disks are counted with their whole.
  if (!match || /^(loop|ram|zram|fd|sr)\d|^(sd[a-z]+|vd[a-z]+|xvd[a-z]+)\d+$|n\d+p\d+$|^nvme\d+c\d/.test(name))
    return null;
  const [reads = 0, , readSectors = 0, readMs = 0, writes = 0, , writtenSectors = 0, writeMs = 0] = values
    .split(' ')
    .map(Number);
  return { name, reads, readBytes: readSectors * 512, readMs, writes, writtenBytes: writtenSectors * 512, writeMs };
}

/** What is kept of them: a node of Kubernetes has hundreds with a limit. */
const maxGroups = 500;

/** `/sys/fs/cgroup/kubepods.slice/cpu.stat:nr_throttled 12`, `…/memory.max:8589934592`; names may hold `:`. */
function groupsOf(lines: readonly string[]): PressureFacts['groups'] {
  const groups = new Map<string, PressureFacts['groups'][number]>();
  for (const line of lines) {
    const match =
      /^\/sys\/fs\/cgroup(\/.{0,2000})?\/(cpu\.stat|memory\.(?:max|current|events)):(?:(\w+) )?(\d{1,19})$/.exec(line);
    if (!match) continue;
    const [, path = '/', file, name, digits] = match;
    const group = groups.get(path) ?? {
      path,
      periods: null,
      throttledPeriods: null,
      memoryLimitBytes: null,
      memoryUsedBytes: null,
      oomKills: null,
    };
    const value = Number(digits);
    if (file === 'cpu.stat' && name === 'nr_periods') group.periods = value;
    if (file === 'cpu.stat' && name === 'nr_throttled') group.throttledPeriods = value;
    if (file === 'memory.max' && name === undefined) group.memoryLimitBytes = value;
    if (file === 'memory.current' && name === undefined) group.memoryUsedBytes = value;
    if (file === 'memory.events' && name === 'oom_kill') group.oomKills = value;
    groups.set(path, group);
  }
  return (
    [...groups.values()]
      .filter(
        ({ throttledPeriods, memoryLimitBytes, oomKills, periods }) =>
          throttledPeriods !== null || memoryLimitBytes !== null || oomKills !== null || periods !== null,
      )
      // With a quota and never held back: none, where the kernel prints a 0 that was left out.
      .map((group) => (group.periods === null ? group : { ...group, throttledPeriods: group.throttledPeriods ?? 0 }))
      .slice(0, maxGroups)
  );
}
