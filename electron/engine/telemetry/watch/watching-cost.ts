import type { CommandSpec } from '#shared/domain/command';

/** What processes of ours take on a node. */
export interface ProcessCost {
  /** Of the process, of its children that have ended and of those that run. */
  readonly cpuSeconds: number;
  /** Resident, shared pages counted in each. */
  readonly memoryBytes: number;
}

/**
 * Prints for each number the kernel's line of that process and of its children, each followed by its resident memory.
 * The list of children has no end of line.
 */
const script = `t=$(getconf CLK_TCK 2>/dev/null) || t=100
echo "ticks $t"
for p; do
c=; { read -r c </proc/$p/task/$p/children; } 2>/dev/null
for q in $p $c; do
{ read -r s </proc/$q/stat; } 2>/dev/null && echo "$p $s"
grep -s '^VmRSS:' /proc/$q/status
done
done
exit 0`;

export function costCommand(pids: readonly number[]): CommandSpec {
  return { id: 'watching-cost', argv: ['sh', '-c', script, 'sh', ...pids.map(String)], timeoutMs: 10_000 };
}

/**
 * By the numbers that were asked for; one that is not there any more, or that the login may not see, is missing.
 *   4242 4242 (nvidia-smi) S 1 4242 4242 0 -1 4194304 900 0 0 0 12 34 0 0 20 …
 *   VmRSS:	   20480 kB
 */
export function readCosts(text: string): ReadonlyMap<number, ProcessCost> {
  const costs = new Map<number, ProcessCost>();
  let ticks = 100;
  let current: number | null = null;
  const add = (pid: number, cpuSeconds: number, memoryBytes: number): void => {
    const known = costs.get(pid);
    costs.set(pid, {
      cpuSeconds: (known?.cpuSeconds ?? 0) + cpuSeconds,
      memoryBytes: (known?.memoryBytes ?? 0) + memoryBytes,
    });
  };
  for (const line of text.split('\n', 10_000)) {
    const told = /^ticks ([1-9]\d{0,5})$/.exec(line)?.[1];
    if (told !== undefined) ticks = Number(told);
    const [, pid, rest = ''] = /^(\d{1,10}) \d{1,10} \(.*\) (\S.*)$/.exec(line) ?? [];
    if (pid !== undefined) {
      // The state is the third field; times of the process and of its ended children are fields 14 to 17.
      const times = rest.split(' ').slice(11, 15).map(Number);
      current =
        times.length === 4 && times.every((time) => Number.isSafeInteger(time) && time >= 0) ? Number(pid) : null;
      if (current !== null) add(current, times.reduce((sum, time) => sum + time, 0) / ticks, 0);
    }
    const resident = /^VmRSS:\s{1,20}(\d{1,15}) kB$/.exec(line)?.[1];
    if (resident !== undefined && current !== null) add(current, 0, Number(resident) * 1024);
  }
  return costs;
}
