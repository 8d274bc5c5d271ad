import type { CommandSpec } from '#shared/domain/command';
import type { MemoryFacts } from '#shared/domain/facts/system';
import { integerOf, linesOf, readPathValues } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

export const meminfo: CommandSpec = { id: 'meminfo', argv: ['cat', '/proc/meminfo'] };

const poolsScript = `grep -sH '' /sys/kernel/mm/hugepages/*/nr_hugepages /sys/kernel/mm/hugepages/*/free_hugepages \\
  /sys/kernel/mm/hugepages/*/resv_hugepages /sys/kernel/mm/hugepages/*/surplus_hugepages \\
  /sys/devices/system/node/node[0-9]*/hugepages/*/nr_hugepages /sys/devices/system/node/node[0-9]*/hugepages/*/free_hugepages \\
  /sys/kernel/mm/transparent_hugepage/enabled /sys/kernel/mm/transparent_hugepage/defrag
exit 0`;
const pools: CommandSpec = { id: 'huge-pages', argv: ['sh', '-c', poolsScript] };

export const memoryProbe = defineProbe({
  id: 'memory',
  commands: [meminfo, pools],
  sources: {
    '': 'meminfo',
    hugePagePools: 'huge-pages',
    transparentHugePages: 'huge-pages',
    transparentHugePageDefrag: 'huge-pages',
  },
  parse(outputs) {
    const output = readCommand(outputs, meminfo);
    if (isProblem(output)) return output;
    const memory = parseMemInfo(output.stdout) ?? parseFree(output.stdout);
    if (!memory) return unparsable(meminfo, output);
    const more = outputs[pools.id];
    return { state: 'ok', facts: { ...memory, ...readHugePages(more?.state === 'exited' ? more.stdout : '') } };
  },
});

type HugePages = Pick<MemoryFacts, 'hugePagePools' | 'transparentHugePages' | 'transparentHugePageDefrag'>;
type Memory = Omit<MemoryFacts, keyof HugePages>;

/**
 *   /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages:0
 *   /sys/devices/system/node/node0/hugepages/hugepages-1048576kB/free_hugepages:4
 *   /sys/kernel/mm/transparent_hugepage/enabled:always [madvise] never
 */
function readHugePages(text: string): HugePages {
  const values = readPathValues(text);
  const chosen = (file: string) =>
    /\[([\w+]{1,20})\]/.exec(values.get(`/sys/kernel/mm/transparent_hugepage/${file}`) ?? '')?.[1] ?? null;
  const paths = [...values.keys()];
  const sizes = new Set(
    paths.flatMap((path) => /^\/sys\/kernel\/mm\/hugepages\/hugepages-(\d{1,12})kB\//.exec(path)?.[1] ?? []),
  );
  const pool = (size: string) => {
    const count = (folder: string, file: string) =>
      integerOf(values.get(`${folder}/hugepages-${size}kB/${file}_hugepages`));
    const root = '/sys/kernel/mm/hugepages';
    const nodes = paths.flatMap((path) => {
      const match =
        /^(\/sys\/devices\/system\/node\/node(\d{1,5})\/hugepages)\/hugepages-(\d{1,12})kB\/nr_hugepages$/.exec(path);
      if (match?.[3] !== size) return [];
      const folder = match[1] ?? '';
      return [{ id: Number(match[2]), total: count(folder, 'nr'), free: count(folder, 'free') }];
    });
    return {
      sizeBytes: Number(size) * 1024,
      total: count(root, 'nr'),
      free: count(root, 'free'),
      reserved: count(root, 'resv'),
      surplus: count(root, 'surplus'),
      nodes: nodes.sort((a, b) => a.id - b.id),
    };
  };
  return {
    hugePagePools: [...sizes].map(pool).sort((a, b) => a.sizeBytes - b.sizeBytes),
    transparentHugePages: chosen('enabled'),
    transparentHugePageDefrag: chosen('defrag'),
  };
}

/** `MemTotal:        8009912 kB`; huge page counts have no unit. MemAvailable is there since Linux 3.14. */
function parseMemInfo(text: string): Memory | null {
  const values = new Map<string, number>();
  for (const line of linesOf(text)) {
    const match = /^([A-Za-z][\w()]{0,60}):\s+(\d{1,15})( kB)?\s*$/.exec(line);
    if (match) values.set(match[1] ?? '', Number(match[2]) * (match[3] ? 1024 : 1));
  }
  const value = (name: string) => values.get(name) ?? null;
  if (value('MemTotal') === null || value('MemFree') === null) return null;
  return {
    totalBytes: value('MemTotal'),
    availableBytes: value('MemAvailable'),
    freeBytes: value('MemFree'),
    cachedBytes: value('Cached'),
    sharedBytes: value('Shmem'),
    swapTotalBytes: value('SwapTotal'),
    swapFreeBytes: value('SwapFree'),
    hugePagesTotal: value('HugePages_Total'),
    hugePagesFree: value('HugePages_Free'),
    hugePageSizeBytes: value('Hugepagesize'),
  };
}

/** `free`, in kB: `Mem:  total used free shared buff/cache available` below their titles; -w splits buffers and cache. */
function parseFree(text: string): Memory | null {
  const lines = linesOf(text);
  const titles = lines
    .find((line) => /^\s+total\s+used\s+free\s/.test(line))
    ?.trim()
    .split(/\s+/);
  const row = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.trim()
      .split(/\s+/)
      .slice(1) ?? [];
  const memory = row('Mem');
  const bytes = (title: string) => {
    const value = toBytes(memory[titles?.indexOf(title) ?? -1]);
    return titles?.includes(title) ? value : null;
  };
  if (!titles || bytes('total') === null || memory.length < titles.length) return null;
  const swap = row('Swap');
  return {
    totalBytes: bytes('total'),
    availableBytes: bytes('available'),
    freeBytes: bytes('free'),
    cachedBytes: bytes('buff/cache') ?? bytes('cache'),
    sharedBytes: bytes('shared'),
    swapTotalBytes: toBytes(swap[0]),
    swapFreeBytes: toBytes(swap[2]),
    hugePagesTotal: null,
    hugePagesFree: null,
    hugePageSizeBytes: null,
  };
}

/** A number of kB, or `1.9G` and `82M` of `free -h`, which is rounded. */
function toBytes(word: string | undefined): number | null {
  const kib = integerOf(word);
  if (kib !== null) return kib * 1024;
  const match = /^(\d{1,6}(?:\.\d)?)([BKMGT])i?$/.exec(word ?? '');
  if (!match) return null;
  return Math.round(Number(match[1]) * 1024 ** 'BKMGT'.indexOf(match[2] ?? 'B'));
}
