import type { CommandSpec } from '#shared/domain/command';
import type { PowerLimits } from '#shared/domain/protection/policy';

/** A GPU as the driver lists it; `limits` null: it has none that could be set. */
export interface GpuLimits {
  readonly index: number;
  readonly uuid: string;
  readonly limits: PowerLimits | null;
}

/** Reads what is set and what could be, of every GPU or of one. Fields that every driver knows. */
export function readLimitsCommand(uuid?: string): CommandSpec {
  return {
    id: 'power-limits',
    argv: [
      'nvidia-smi',
      ...(uuid === undefined ? [] : ['-i', uuid]),
      '--query-gpu=index,uuid,power.limit,power.min_limit,power.max_limit',
      '--format=csv,noheader,nounits',
    ],
    timeoutMs: 15_000,
    lane: 'nvml',
  };
}

/** One command for all GPUs that get the same limit. As little as can be on the command line: this is what sudoers has to allow. */
export function setLimitArgv(uuids: readonly string[], watts: number): [string, ...string[]] {
  return ['nvidia-smi', '-i', uuids.join(','), '-pl', String(Math.round(watts * 100) / 100)];
}

/** What a sudoers line allows with it: any limit of any GPU. */
export const SET_ANY_LIMIT = '/usr/bin/nvidia-smi -i * -pl *';

export function setLimitCommand(id: string, uuids: readonly string[], watts: number): CommandSpec {
  return { id, argv: setLimitArgv(uuids, watts), privilege: 'root', timeoutMs: 10_000, lane: 'nvml' };
}

/** Lines that are none are passed over; `[N/A]` and `[Not Supported]` are limits that are not there. */
export function parseLimits(stdout: string): GpuLimits[] {
  return stdout.split('\n').flatMap((line) => {
    const [index = '', uuid = '', ...cells] = line.split(',').map((cell) => cell.trim());
    if (!/^\d{1,4}$/.test(index) || !/^GPU-[0-9a-f-]{8,64}$/i.test(uuid) || cells.length !== 3) return [];
    const [limitW = Number.NaN, leastW = Number.NaN, mostW = Number.NaN] = cells.map(wattsOf);
    const isKnown = limitW > 0 && leastW > 0 && mostW >= leastW;
    return [{ index: Number(index), uuid, limits: isKnown ? { limitW, leastW, mostW } : null }];
  });
}

function wattsOf(cell: string): number {
  return /^\d{1,5}(\.\d{1,4})?$/.test(cell) ? Number(cell) : Number.NaN;
}

/** The driver keeps whole milliwatts and may round what it was given. */
export function isSameLimit(oneW: number, otherW: number): boolean {
  return Math.abs(oneW - otherW) < 1;
}
