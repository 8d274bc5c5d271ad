import { setTimeout as pause } from 'node:timers/promises';
import type { FactsOf, ProbeId } from '#shared/domain/facts/index';
import type { Frame } from '#shared/domain/telemetry/frame';
import { paces } from '#shared/domain/telemetry/pace';
import { type BatchCost, type Host, HostUnavailableError } from '../../hosts/host';
import { runProbes } from '../../probes/run-probes';
import type { WatchedNode } from '../collectors/collector';
import type { SlowCollector } from '../collectors/slow/slow-collector';
import type { CollectorState } from './collector-state';

/** What has become due is asked for together, once in so long: each round is one round trip. */
const ROUND_MS = 15_000;
/** While nobody has the app before them rounds are fewer, and each collector's time comes half as often. */
const HIDDEN_ROUND_MS = 60_000;
const HIDDEN_STRETCH = 2;
/** Connecting has enough to do. */
const FIRST_MS = 3000;
/** What a node does not have, or does not let us see, is asked for again. */
const ABSENT_AGAIN_MS = 1_800_000;

export interface SlowRoundsOptions {
  readonly collectors: readonly SlowCollector[];
  readonly nowMs: () => number;
  readonly onFrames: (frames: readonly Frame[]) => void;
  readonly onBytes: (bytes: number) => void;
}

/** The slow collectors of one host: whose time has come, over changes of pace and lost connections. */
export class SlowRounds {
  readonly #options: SlowRoundsOptions;
  /** When each was asked, and how long after that its time comes. */
  readonly #asked = new Map<string, { atMs: number; everyMs: number }>();
  /** Those that have told something once: when that was, and what they took since. */
  readonly #answered = new Map<string, { sinceMs: number; cpuMs: number; words: string | null }>();

  constructor(options: SlowRoundsOptions) {
    this.#options = options;
  }

  /** Of those that have something to tell on this node. */
  get states(): CollectorState[] {
    const nowMs = this.#options.nowMs();
    return this.#options.collectors.flatMap(({ id, everyMs }) => {
      const told = this.#answered.get(id);
      if (!told) return [];
      const { sinceMs, cpuMs, words } = told;
      // Nothing stays on the node between rounds; what a round takes while it runs is not measured.
      const cost = { cpuPercent: (100 * cpuMs) / Math.max(everyMs, nowMs - sinceMs), memoryBytes: null };
      return words === null
        ? { id, state: 'running' as const, end: null, cost }
        : { id, state: 'stopped' as const, end: { reason: 'ended' as const, lastWords: words }, cost };
    });
  }

  /** Until `signal`, for a host that is sampled each `intervalMs`. Never rejects: a node that can't be asked is asked again. */
  async run(host: Host, node: WatchedNode, intervalMs: number, signal: AbortSignal): Promise<void> {
    const roundMs = isHidden(intervalMs) ? HIDDEN_ROUND_MS : ROUND_MS;
    for (let waitMs = FIRST_MS; !signal.aborted; waitMs = roundMs) {
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
      if (!signal.aborted) await this.ask(host, node, intervalMs, signal);
    }
  }

  /** One round of those whose time has come. */
  async ask(host: Host, node: WatchedNode, intervalMs: number, signal: AbortSignal): Promise<void> {
    const { collectors, nowMs, onBytes } = this.#options;
    const startedMs = nowMs();
    const stretch = isHidden(intervalMs) ? HIDDEN_STRETCH : 1;
    const due = collectors.filter(({ id, isFor }) => {
      const asked = this.#asked.get(id);
      const isDue = asked === undefined || asked.atMs + asked.everyMs * stretch <= startedMs;
      return isDue && (isFor?.(node) ?? true);
    });
    const probes = [...new Set(due.flatMap((collector) => collector.probes))];
    if (probes.length === 0) return;
    const waiting = new Set(due);
    const facts: { [Id in ProbeId]?: FactsOf<Id> } = {};
    const asked = new Set<string>();
    const words = new Map<string, string>();
    let clockOffsetMs: number | null = null;
    const options = {
      signal,
      nowMs,
      keep: (result: { stderr: Uint8Array }, probeId: string) => {
        words.set(probeId, lastLine(result.stderr) || (words.get(probeId) ?? ''));
        return '';
      },
      onClockOffset: (offsetMs: number) => {
        clockOffsetMs = offsetMs;
      },
      onCost: ({ bytesReceived, nodeCpuMs }: BatchCost) => {
        onBytes(bytesReceived);
        this.#share(due, nodeCpuMs ?? 0);
      },
    };
    try {
      for await (const { probeId, state, facts: found } of runProbes(host, probes, options)) {
        if (state === 'ok') Object.assign(facts, { [probeId]: found });
        asked.add(probeId);
        for (const collector of waiting) {
          if (!collector.probes.every(({ id }) => asked.has(id))) continue;
          waiting.delete(collector);
          const said = collector.probes.map(({ id }) => words.get(id) ?? '').find((text) => text !== '') ?? '';
          this.#taken(collector, collector.read({ facts, clockOffsetMs, node }), said, startedMs);
        }
      }
    } catch (error) {
      // The connection: what was not told is due still.
      if (!signal.aborted && !(error instanceof HostUnavailableError)) {
        for (const { id, everyMs } of waiting) this.#asked.set(id, { atMs: startedMs, everyMs });
      }
    }
  }

  #taken(
    { id, everyMs }: SlowCollector,
    frames: ReadonlyArray<Omit<Frame, 'atMs'>>,
    said: string,
    startedMs: number,
  ): void {
    const known = this.#answered.get(id);
    const isThere = frames.length > 0;
    if (isThere || known) {
      const { sinceMs = startedMs, cpuMs = 0 } = known ?? {};
      this.#answered.set(id, { sinceMs, cpuMs, words: isThere ? null : said });
    }
    this.#asked.set(id, {
      atMs: startedMs,
      everyMs: isThere || known ? everyMs : Math.max(everyMs, ABSENT_AGAIN_MS),
    });
    if (!isThere) return;
    const atMs = this.#options.nowMs();
    this.#options.onFrames(frames.map((frame) => ({ ...frame, atMs })));
  }

  /** A round is measured as a whole: each of its collectors takes as much of it as it has commands. */
  #share(asked: readonly SlowCollector[], cpuMs: number): void {
    const told = asked.filter(({ id }) => this.#answered.has(id));
    const count = ({ probes }: SlowCollector): number => probes.reduce((sum, { commands }) => sum + commands.length, 0);
    const total = told.reduce((sum, collector) => sum + count(collector), 0);
    for (const collector of told) {
      const known = this.#answered.get(collector.id);
      if (known) known.cpuMs += (cpuMs * count(collector)) / total;
    }
  }
}

function isHidden(intervalMs: number): boolean {
  return intervalMs >= paces.hidden;
}

function lastLine(bytes: Uint8Array): string {
  const lines = new TextDecoder().decode(bytes.subarray(-2000)).trim().split('\n');
  return (lines.at(-1) ?? '').slice(0, 300);
}
