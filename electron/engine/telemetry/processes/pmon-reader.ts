import type { GpuProcess } from '#shared/domain/telemetry/gpu-process';
import type { ByNodeClock, LineReader } from '../collectors/collector';
import { numberOf } from '../collectors/number-of';

export type SeenProcess = Omit<GpuProcess, 'user' | 'commandLine' | 'owner' | 'startedMs' | 'sinceMs' | 'atMs'>;

/** All processes of all GPUs at one time. */
export interface ProcessRound extends ByNodeClock {
  readonly processes: readonly SeenProcess[];
}

const MIB = 1024 * 1024;
/** More than any machine runs on its GPUs: a node that prints more is cut here. */
const MAX_PROCESSES = 4096;

/**
 * Reads rounds of `nvidia-smi pmon -s um`: a row for each process, one of dashes for an idle GPU. A round is over when the
 * next begins, with a GPU before or a process again. Columns are found by the header, since drivers differ:
 *   # gpu         pid   type     sm    mem    enc    dec    jpg    ofa     fb   ccpm    command
 *       0      11345     C     99     10      -      -      -      -   18420      0    gpu_burn
 */
export function pmonReader(uuids: readonly string[]): LineReader<ProcessRound> {
  let columns: readonly string[] = [];
  let round: SeenProcess[] = [];
  let seen = new Set<string>();
  let lastGpu = -1;

  const begin = (): ProcessRound | null => {
    const over = seen.size > 0 ? { nodeMs: null, processes: round } : null;
    round = [];
    seen = new Set();
    return over;
  };

  return {
    read(line) {
      const words = line.trim().split(/\s+/);
      if (line.trimStart().startsWith('#')) {
        const names = line.replace('#', ' ').trim().split(/\s+/);
        if (names.includes('pid') && names.at(-1) === 'command') columns = names;
        return [];
      }
      if (columns.length === 0 || words.length < columns.length) return [];
      const cell = (name: string): string => words[columns.indexOf(name)] ?? '-';
      const gpu = /^\d{1,4}$/.test(cell('gpu')) ? Number(cell('gpu')) : -1;
      const uuid = uuids[gpu];
      const pid = cell('pid');
      if (uuid === undefined || !/^(-|\d{1,10})$/.test(pid)) return [];
      const key = `${gpu} ${pid}`;
      const over = gpu < lastGpu || seen.has(key) ? begin() : null;
      lastGpu = gpu;
      seen.add(key);
      if (pid !== '-' && round.length < MAX_PROCESSES) {
        const known = (name: string): number | null => {
          const value = numberOf(cell(name));
          return value >= 0 ? value : null;
        };
        const memoryMib = known('fb');
        round.push({
          gpuUuid: uuid,
          pid: Number(pid),
          name: words
            .slice(columns.length - 1)
            .join(' ')
            .slice(0, 100),
          kind: /^[A-Z+]{1,5}$/.test(cell('type')) ? cell('type') : null,
          smPercent: known('sm'),
          memoryBusyPercent: known('mem'),
          encoderPercent: known('enc'),
          decoderPercent: known('dec'),
          memoryBytes: memoryMib === null ? null : memoryMib * MIB,
        });
      }
      return over ? [over] : [];
    },
  };
}
