import { setTimeout as pause } from 'node:timers/promises';
import type { LoggedEvent } from '#shared/domain/kernel-log/kernel-event';
import type { TelemetryEventBody } from '#shared/domain/telemetry/telemetry-event';
import { kernelEventKnowledge } from '#shared/knowledge/catalogs/kernel-log/kernel-log-catalogue';
import type { Host } from '../../hosts/host';
import type { CollectorState, StartedProcess } from './collector-state';
import { type Dated, runCollector, type StreamEnd } from './collector-stream';
import { type KernelLogLine, kernelLog, kernelLogSince, NOT_READABLE, readKernelLine } from './kernel-log';
import { LogBudget } from './log-budget';

/** What a line of the log is told as. */
export type LoggedTrouble = Extract<TelemetryEventBody, { kind: 'xid' | 'kernel-log' }>;

const ROOT_EVERY_MS = 30_000;
const ROOT_MORE_MS = 250;
const DENIED_AGAIN_MS = 1_800_000;
const LEFT_OUT_EVERY_MS = 60_000;
const MAX_MESSAGE_LENGTH = 500;

export interface LogFollowerOptions {
  readonly nowMs: () => number;
  /** `isTold` false: one of too many, to be counted only. */
  readonly onTrouble: (trouble: LoggedTrouble, atMs: number, isTold: boolean) => void;
  /** Now and then, when there were too many. */
  readonly onLeftOut: (lines: number, fromMs: number, toMs: number) => void;
  readonly onBytes: (bytes: number) => void;
}

/**
 * Follows the kernel log of one host, whatever its pace is. Remembers where it was, over restarts and lost connections: no
 * line is told twice and none is missed.
 */
export class LogFollower {
  readonly #options: LogFollowerOptions;
  /** Our clock minus the node's, when it was last started. */
  #offsetMs: number | null = null;
  #cursor: string | null = null;
  #stop: AbortController | null = null;
  readonly #budget = new LogBudget();
  #leftOutSoon: NodeJS.Timeout | undefined;
  state: CollectorState | null = null;
  /** Null while it is not followed by a process that stays. */
  process: StartedProcess | null = null;

  constructor(options: LogFollowerOptions) {
    this.#options = options;
  }

  start(host: Host): void {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#set('starting');
    this.#follow(host, this.#stop.signal).catch(() => {});
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.#tellLeftOut();
    this.state = null;
    this.process = null;
  }

  /** As the login; where it may not, as root. */
  async #follow(host: Host, signal: AbortSignal): Promise<void> {
    const { nowMs, onBytes } = this.#options;
    const events = await kernelEventKnowledge();
    if (signal.aborted) return;
    const refused = new AbortController();
    await runCollector<KernelLogLine>(
      {
        host,
        intervalMs: 0,
        isQuiet: true,
        start: () => kernelLog(this.#cursor),
        nowMs,
        onBytes,
        onRead: (lines) => this.#take(lines, events),
        onStart: (pid) => {
          this.process = { pid, atMs: nowMs() };
        },
        onStop: (end) => {
          this.process = null;
          this.#set('stopped', end);
          if (end.reason === 'ended' && end.lastWords === NOT_READABLE) refused.abort();
        },
      },
      AbortSignal.any([signal, refused.signal]),
    );
    while (!signal.aborted) {
      const waitMs = await this.#askAsRoot(host, events, signal);
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** When to ask again, in ms. */
  async #askAsRoot(host: Host, known: KnownEvents, signal: AbortSignal): Promise<number> {
    const first = this.#cursor === null;
    const { state, exitCode, stdout, isTruncated } = await host.exec(kernelLogSince(this.#cursor), { signal });
    // What says more than is kept at a time was ended in the middle, maybe of a line: the rest is asked for next.
    const isCut = isTruncated && stdout.byteLength > 0;
    if (!isCut && (state !== 'exited' || exitCode !== 0)) {
      return state === 'lost' || state === 'timeout' ? ROOT_EVERY_MS : DENIED_AGAIN_MS;
    }
    this.#options.onBytes(stdout.byteLength);
    const arrivedMs = this.#options.nowMs();
    const whole = isCut ? stdout.subarray(0, stdout.lastIndexOf(0x0a) + 1) : stdout;
    const lines = new TextDecoder().decode(whole).split('\n').flatMap(readKernelLine);
    // What was there before it is watched is not news.
    const news = first ? lines.map((line) => ({ ...line, event: null })) : lines;
    this.#take(
      news.map(({ nodeMs: _, ...line }) => ({ ...line, atMs: arrivedMs })),
      known,
    );
    if (isCut && lines.length > 0) return ROOT_MORE_MS;
    return this.#cursor === null ? DENIED_AGAIN_MS : ROOT_EVERY_MS;
  }

  #take(lines: ReadonlyArray<Dated<KernelLogLine>>, known: KnownEvents): void {
    if (this.state?.state !== 'running') this.#set('running');
    for (const { event, atMs, cursor, nodeNowMs, loggedMs } of lines) {
      this.#cursor = cursor ?? this.#cursor;
      if (nodeNowMs !== null) this.#offsetMs = atMs - nodeNowMs;
      const trouble = event && troubleOf(event, known);
      if (!trouble) continue;
      // What was logged while nobody listened keeps its time.
      const isDated = loggedMs !== null && this.#offsetMs !== null;
      const at = isDated ? Math.min(atMs, loggedMs + (this.#offsetMs ?? 0)) : atMs;
      const isTold = this.#budget.spend([event.id, event.code, event.pciBusId, event.device].join('|'), atMs);
      if (!isTold) this.#leftOutSoon ??= setTimeout(() => this.#tellLeftOut(), LEFT_OUT_EVERY_MS).unref();
      this.#options.onTrouble(trouble, at, isTold);
    }
  }

  #tellLeftOut(): void {
    clearTimeout(this.#leftOutSoon);
    this.#leftOutSoon = undefined;
    const leftOut = this.#budget.takeLeftOut();
    if (leftOut) this.#options.onLeftOut(leftOut.lines, leftOut.fromMs, leftOut.toMs);
  }

  #set(state: CollectorState['state'], end: StreamEnd | null = null): void {
    this.state = { id: 'kernel-log', state, end, cost: null };
  }
}

type KnownEvents = Awaited<ReturnType<typeof kernelEventKnowledge>>;

/** Null: nothing that anybody has to know of. */
function troubleOf(event: LoggedEvent, known: KnownEvents): LoggedTrouble | null {
  const { id, code, pciBusId, device } = event;
  const message = event.text.slice(0, MAX_MESSAGE_LENGTH);
  if (id === 'xid' || id === 'sxid') {
    return code === null ? null : { kind: 'xid', code, isSwitch: id === 'sxid', pciBusId, message };
  }
  const { severity } = known[id];
  return severity === 'info' ? null : { kind: 'kernel-log', event: id, severity, pciBusId, device, message };
}
