import { z } from 'zod';
import type { GpuKernelLogFacts } from './facts/gpu';
import type { EdacFacts, MemoryModulesFacts } from './facts/platform';
import type { PressureFacts } from './facts/pressure';
import { type Reading, spanOf } from './facts/readings';
import type { MemoryFacts, NumaFacts } from './facts/system';

export const oomKillSchema = z.object({
  atMs: z.number().nullable(),
  /** What ran out: a control group's limit, the node, or the NUMA nodes that the process was bound to. */
  ranOut: z.enum(['group', 'node', 'policy']),
  pid: z.number().nullable(),
  task: z.string().nullable(),
  group: z.string().nullable(),
  text: z.string(),
});
export type OomKill = z.infer<typeof oomKillSchema>;

/**
 * Processes that the kernel killed because memory ran out, since boot, each once. Source: Linux mm/oom_kill.c,
 * `oom-kill:constraint=CONSTRAINT_MEMCG,…,oom_memcg=/…,task=python3,pid=4711`; before 4.20 only `Killed process`.
 */
export function oomKills(log: GpuKernelLogFacts, bootedAtMs: number | null): OomKill[] {
  const kills: OomKill[] = [];
  for (const { kind, atMs, pid, processName, text } of log.lines) {
    if (kind !== 'oom' || (atMs != null && bootedAtMs !== null && atMs < bootedAtMs)) continue;
    const constraint = /constraint=CONSTRAINT_(NONE|MEMCG|MEMORY_POLICY|CPUSET)\b/.exec(text)?.[1];
    const isKill = /Killed process \d/i.test(text);
    if (constraint === undefined && !isKill) continue;
    // One kill writes both lines.
    if (constraint === undefined && kills.some((one) => one.pid !== null && one.pid === pid)) continue;
    const ranOut = constraint ?? (/memory cgroup/i.test(text) ? 'MEMCG' : 'NONE');
    kills.push({
      atMs: atMs ?? null,
      ranOut: ranOut === 'MEMCG' ? 'group' : ranOut === 'NONE' ? 'node' : 'policy',
      pid: pid ?? null,
      task: processName ?? null,
      group: /\boom_memcg=([^,]{1,300})/.exec(text)?.[1] ?? null,
      text,
    });
  }
  return kills;
}

export const numaShortageSchema = z.object({
  id: z.number(),
  freePercent: z.number(),
  otherId: z.number(),
  otherFreePercent: z.number(),
});
/** Source: step L3 of the diagnosis trees. */
const shortPercent = 3;
const plentyPercent = 30;

/** NUMA nodes that are used up while another has plenty. Nodes without processors are a GPU's or a memory card's. */
export function numaShortages({ nodes }: NumaFacts): z.infer<typeof numaShortageSchema>[] | null {
  const shares = nodes.flatMap(({ id, cpus, memoryTotalBytes: total, memoryFreeBytes: free }) =>
    (cpus ?? '') === '' || total === 0
      ? []
      : [{ id, percent: total == null || free == null ? null : (free / total) * 100 }],
  );
  const known = shares.flatMap(({ id, percent }) => (percent === null ? [] : [{ id, percent }]));
  if (known.length < shares.length) return null;
  const [most] = [...known].sort((one, other) => other.percent - one.percent);
  if (!most || most.percent <= plentyPercent) return [];
  return known
    .filter(({ percent }) => percent < shortPercent)
    .map(({ id, percent }) => ({ id, freePercent: percent, otherId: most.id, otherFreePercent: most.percent }));
}

export const idleHugePagesSchema = z.object({ freeBytes: z.number(), totalBytes: z.number() });

/** Huge pages that are set aside and not used, of all sizes. Null: not told. */
export function idleHugePages(memory: MemoryFacts): z.infer<typeof idleHugePagesSchema> | null {
  const pools =
    (memory.hugePagePools ?? []).length > 0
      ? memory.hugePagePools
      : [{ sizeBytes: memory.hugePageSizeBytes, total: memory.hugePagesTotal, free: memory.hugePagesFree }];
  let [freeBytes, totalBytes] = [0, 0];
  for (const { sizeBytes, total, free } of pools) {
    if (total === 0) continue;
    if (sizeBytes == null || total == null || free == null) return null;
    freeBytes += sizeBytes * free;
    totalBytes += sizeBytes * total;
  }
  return { freeBytes, totalBytes };
}

export const throttledGroupSchema = z.object({
  path: z.string(),
  periods: z.number(),
  throttled: z.number(),
  percent: z.number(),
});

/** Control groups that their CPU quota held back between the readings. Null: fewer than two. A group made anew starts at 0. */
export function throttledGroups(
  readings: readonly Reading<PressureFacts>[],
): z.infer<typeof throttledGroupSchema>[] | null {
  const span = spanOf(readings);
  if (span === null) return null;
  const { first, last } = span;
  return last.groups.flatMap(({ path, periods, throttledPeriods }) => {
    const before = first.groups.find((one) => one.path === path);
    if (before?.periods == null || before.throttledPeriods == null || periods == null || throttledPeriods == null)
      return [];
    const [ran, held] = [periods - before.periods, throttledPeriods - before.throttledPeriods];
    return ran <= 0 || held <= 0 ? [] : [{ path, periods: ran, throttled: held, percent: (held / ran) * 100 }];
  });
}

/** Share of processor time in percent that the hypervisor gave to others. Null: fewer than two readings, or a restart. */
export function stealPercent(readings: readonly Reading<PressureFacts>[]): number | null {
  const [then, now] = [readings[0]?.facts.cpuTicks, readings.at(-1)?.facts.cpuTicks];
  if (!then || !now || readings.length < 2) return null;
  const [total, steal] = [now.total - then.total, now.steal - then.steal];
  return total <= 0 || steal < 0 ? null : (steal / total) * 100;
}

export const memoryErrorsSchema = z.object({
  name: z.string(),
  uncorrected: z.number(),
  corrected: z.number(),
  /** Corrected errors an hour, since the counts began. */
  correctedPerHour: z.number().nullable(),
  /** The slot as firmware names it (and `memory-modules`). Null where the driver's label does not lead to just one. */
  slot: z.string().nullable(),
});

/**
 * Memory errors by module, or by controller where its modules are not told. Only those that have any.
 * @param slots those of `memory-modules`; null where they could not be read
 */
export function memoryErrors(
  { controllers }: EdacFacts,
  slots: MemoryModulesFacts | null = null,
): z.infer<typeof memoryErrorsSchema>[] {
  return controllers.flatMap((controller) => {
    const seconds = controller.secondsSinceReset;
    const row = (name: string, corrected: number | null, uncorrected: number | null, label: string | null = null) => ({
      name,
      slot: slotOf(label, slots),
      corrected: corrected ?? 0,
      uncorrected: uncorrected ?? 0,
      correctedPerHour: corrected == null || !seconds ? null : (corrected / seconds) * 3600,
    });
    const modules = (controller.modules ?? []).map(({ name, label, correctedErrors, uncorrectedErrors }) =>
      row(`${controller.name} ${label || name}`, correctedErrors, uncorrectedErrors, label),
    );
    const told = modules.some(({ corrected, uncorrected }) => corrected + uncorrected > 0);
    const rows = told ? modules : [row(controller.name, controller.correctedErrors, controller.uncorrectedErrors)];
    return rows.filter(({ corrected, uncorrected }) => corrected + uncorrected > 0);
  });
}

/**
 * The slot that a label of EDAC means. `ghes_edac` and sysfs labels set by `ras-mc-ctl` end in the name that firmware prints (`CPU1 DIMM_A1`,
 * `CPU_SrcID#0_DIMM_A1`); those that a driver makes up of channel and rank (`CPU_SrcID#0_MC#1_Chan#0_DIMM#0`) name no slot.
 */
function slotOf(label: string | null, slots: MemoryModulesFacts | null): string | null {
  if (!label || !slots || slots.isEmulated) return null;
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[\s_]+/g, ' ')
      .trim();
  const named = ` ${plain(label)}`;
  const found = slots.modules.filter(({ locator, isEmpty }) => !isEmpty && named.endsWith(` ${plain(locator)}`));
  return found.length === 1 ? (found[0]?.locator ?? null) : null;
}
