import type { CommandSpec } from '#shared/domain/command';

/** The clocks of a GPU as the driver tells them; `clocks` null: it tells none. A lock that is set is not among them. */
export interface GpuClocks {
  readonly index: number;
  readonly uuid: string;
  readonly clocks: { readonly nowMhz: number; readonly topMhz: number } | null;
}

/** Fields that every driver knows, of every GPU or of one. */
export function readClocksCommand(uuid?: string): CommandSpec {
  return {
    id: 'gpu-clocks',
    argv: [
      'nvidia-smi',
      ...(uuid === undefined ? [] : ['-i', uuid]),
      '--query-gpu=index,uuid,clocks.sm,clocks.max.sm',
      '--format=csv,noheader,nounits',
    ],
    timeoutMs: 15_000,
    lane: 'nvml',
  };
}

/** Null takes every lock of the clocks away. The lower end stays free, so that an idle GPU can rest. */
export function setCeilingArgv(uuids: readonly string[], megahertz: number | null): [string, ...string[]] {
  const what = megahertz === null ? ['-rgc'] : ['-lgc', `0,${Math.round(megahertz)}`];
  return ['nvidia-smi', '-i', uuids.join(','), ...what];
}

/** What a sudoers line allows with it: any ceiling of any GPU, and taking it away. */
export const SET_ANY_CEILING = '/usr/bin/nvidia-smi -i * -lgc *, /usr/bin/nvidia-smi -i * -rgc';

export function setCeilingCommand(id: string, uuids: readonly string[], megahertz: number | null): CommandSpec {
  return { id, argv: setCeilingArgv(uuids, megahertz), privilege: 'root', timeoutMs: 10_000, lane: 'nvml' };
}

/** Lines that are none are passed over; `[N/A]` and `[Not Supported]` are clocks that are not there. */
export function parseClocks(stdout: string): GpuClocks[] {
  return stdout.split('\n').flatMap((line) => {
    const [index = '', uuid = '', ...cells] = line.split(',').map((cell) => cell.trim());
    if (!/^\d{1,4}$/.test(index) || !/^GPU-[0-9a-f-]{8,64}$/i.test(uuid) || cells.length !== 2) return [];
    const [nowMhz = Number.NaN, topMhz = Number.NaN] = cells.map((cell) =>
      /^\d{1,5}$/.test(cell) ? Number(cell) : NaN,
    );
    return [{ index: Number(index), uuid, clocks: nowMhz >= 0 && topMhz > 0 ? { nowMhz, topMhz } : null }];
  });
}

/** Clocks go in steps, and the driver takes the next one: 15 MHz on the boards that were looked at. */
export function isBelow(nowMhz: number, ceilingMhz: number): boolean {
  return nowMhz <= ceilingMhz + 15;
}
