import { setTimeout as pause } from 'node:timers/promises';
import type { GpuProcess } from '#shared/domain/telemetry/gpu-process';
import { processOwnerOf } from '#shared/domain/telemetry/process-owner';
import type { Host } from '../../hosts/host';
import type { Inventory } from '../../inventory/inventory';
import { runCollector } from '../watch/collector-stream';
import { pmonReader, type SeenProcess } from './pmon-reader';

const EVERY_MS = 1000;
/** Names of processes come from a list of all of the node's, so it is asked seldom. */
const NAMES_AT_MOST_MS = 10_000;

export interface GpuProcessesOptions {
  readonly hostId: string;
  readonly host: Host;
  readonly nvidiaGpus: readonly string[];
  readonly inventory: Pick<Inventory, 'facts' | 'refresh'>;
  readonly nowMs: () => number;
}

/** The processes on a node's GPUs, each round anew, as long as someone looks; null once nothing tells which they are. */
export async function* watchGpuProcesses(
  { hostId, host, nvidiaGpus, inventory, nowMs }: GpuProcessesOptions,
  signal: AbortSignal,
): AsyncGenerator<GpuProcess[] | null> {
  let newest: { processes: readonly SeenProcess[] | null; atMs: number } | null = null;
  let isNew = false;
  const since = new Map<string, number>();
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const owners = new Owners(hostId, inventory, nowMs);
  const running = runCollector(
    {
      host,
      intervalMs: EVERY_MS,
      start: () => ({
        argv: ['nvidia-smi', 'pmon', '-s', 'um', '-d', String(EVERY_MS / 1000)],
        reader: pmonReader(nvidiaGpus),
      }),
      nowMs,
      onRead: (rounds) => {
        newest = rounds.at(-1) ?? newest;
        isNew = true;
      },
      onStop: () => {
        newest = { processes: null, atMs: nowMs() };
        isNew = true;
      },
    },
    until,
  ).catch(() => {});
  try {
    for (;;) {
      if (isNew && newest) {
        isNew = false;
        const { processes, atMs }: { processes: readonly SeenProcess[] | null; atMs: number } = newest;
        if (processes === null) {
          yield null;
          continue;
        }
        await owners.learn(
          processes.map(({ pid }) => pid),
          until,
        );
        const keys = new Set(processes.map(keyOf));
        for (const key of since.keys()) if (!keys.has(key)) since.delete(key);
        yield processes.map((process) => {
          const key = keyOf(process);
          const sinceMs = since.get(key) ?? atMs;
          since.set(key, sinceMs);
          return { ...process, ...owners.of(process.pid), sinceMs, atMs };
        });
      }
      await pause(EVERY_MS / 4, undefined, { signal, ref: false });
    }
  } finally {
    ended.abort();
    await running;
  }
}

const keyOf = ({ gpuUuid, pid }: SeenProcess): string => `${gpuUuid} ${pid}`;

type Owned = Pick<GpuProcess, 'user' | 'commandLine' | 'owner' | 'startedMs'>;
const unknown: Owned = { user: null, commandLine: null, owner: null, startedMs: null };

/** Whose processes are. Numbers are used again, so what was learned is good while the process is on a GPU. */
class Owners {
  #known = new Map<number, Owned>();
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly hostId: string,
    private readonly inventory: GpuProcessesOptions['inventory'],
    private readonly nowMs: () => number,
  ) {}

  of(pid: number): Owned {
    return this.#known.get(pid) ?? unknown;
  }

  async learn(pids: readonly number[], signal: AbortSignal): Promise<void> {
    this.#known = new Map(pids.flatMap((pid) => (this.#known.has(pid) ? [[pid, this.of(pid)] as const] : [])));
    const isKnown = pids.every((pid) => this.#known.has(pid));
    if (isKnown || this.nowMs() - this.#askedMs < NAMES_AT_MOST_MS) return;
    this.#askedMs = this.nowMs();
    await this.inventory.refresh(this.hostId, { probeIds: ['processes'], signal, isFresh: true }).catch(() => {});
    const listed = new Map(
      this.inventory.facts(this.hostId, ['processes']).processes?.processes.map((each) => [each.pid, each]),
    );
    for (const pid of pids) {
      // Nor is one asked for again that the list does not have.
      if (this.#known.has(pid)) continue;
      const { user = null, commandLine = null, cgroup = null, elapsedSeconds = null } = listed.get(pid) ?? {};
      const startedMs = elapsedSeconds === null ? null : Math.round(this.nowMs() - elapsedSeconds * 1000);
      this.#known.set(pid, { user, commandLine, owner: processOwnerOf(cgroup), startedMs });
    }
  }
}
