import type { CommandSpec } from '#shared/domain/command';
import type { MemoryFacts } from '#shared/domain/facts/system';
import { integerOf, linesOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

const meminfo: CommandSpec = { id: 'meminfo', argv: ['cat', '/proc/meminfo'] };

export const memoryProbe = defineProbe({
  id: 'memory',
  commands: [meminfo],
  sources: { '': 'meminfo' },
  parse(outputs) {
    const output = readCommand(outputs, meminfo);
    if (isProblem(output)) return output;
    const facts = parseMemInfo(output.stdout) ?? parseFree(output.stdout);
    return facts ? { state: 'ok', facts } : unparsable(meminfo, output);
  },
});

/** `MemTotal:        8009912 kB`; huge page counts have no unit. MemAvailable is there since Linux 3.14. */
function parseMemInfo(text: string): MemoryFacts | null {
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
function parseFree(text: string): MemoryFacts | null {
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
