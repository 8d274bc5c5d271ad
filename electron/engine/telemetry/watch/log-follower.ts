import { setTimeout as pause } from 'node:timers/promises';
import type { TelemetryEventBody } from '#shared/domain/telemetry/telemetry-event';
import type { Host } from '../../hosts/host';
import type { CollectorState, StartedProcess } from './collector-state';
import { type Dated, runCollector, type StreamEnd } from './collector-stream';
import { type KernelLogLine, kernelLog, kernelLogSince, NOT_READABLE, readKernelLine } from './kernel-log';

type Xid = Extract<TelemetryEventBody, { kind: 'xid' }>;

const ROOT_EVERY_MS = 30_000;
const DENIED_AGAIN_MS = 1_800_000;

export interface LogFollowerOptions {
  readonly nowMs: () => number;
  readonly onXid: (xid: Xid, atMs: number) => void;
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
    this.state = null;
    this.process = null;
  }

  /** As the login; where it may not, as root. */
  async #follow(host: Host, signal: AbortSignal): Promise<void> {
    const { nowMs, onBytes } = this.#options;
    const refused = new AbortController();
    await runCollector<KernelLogLine>(
      {
        host,
        intervalMs: 0,
        isQuiet: true,
        start: () => kernelLog(this.#cursor),
        nowMs,
        onBytes,
        onRead: (lines) => this.#take(lines),
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
      const isRead = await this.#askAsRoot(host, signal);
      await pause(isRead ? ROOT_EVERY_MS : DENIED_AGAIN_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #askAsRoot(host: Host, signal: AbortSignal): Promise<boolean> {
    const first = this.#cursor === null;
    const { state, exitCode, stdout } = await host.exec(kernelLogSince(this.#cursor), { signal });
    if (state !== 'exited' || exitCode !== 0) return state === 'lost' || state === 'timeout';
    this.#options.onBytes(stdout.byteLength);
    const arrivedMs = this.#options.nowMs();
    const lines = new TextDecoder().decode(stdout).split('\n').flatMap(readKernelLine);
    // What was there before it is watched is not news.
    const news = first ? lines.map((line) => ({ ...line, xid: null })) : lines;
    this.#take(news.map(({ nodeMs: _, ...line }) => ({ ...line, atMs: arrivedMs })));
    return this.#cursor !== null;
  }

  #take(lines: ReadonlyArray<Dated<KernelLogLine>>): void {
    if (this.state?.state !== 'running') this.#set('running');
    for (const { xid, atMs, cursor, nodeNowMs, loggedMs } of lines) {
      this.#cursor = cursor ?? this.#cursor;
      if (nodeNowMs !== null) this.#offsetMs = atMs - nodeNowMs;
      if (!xid) continue;
      // What was logged while nobody listened keeps its time.
      const isDated = loggedMs !== null && this.#offsetMs !== null;
      this.#options.onXid(xid, isDated ? Math.min(atMs, loggedMs + (this.#offsetMs ?? 0)) : atMs);
    }
  }

  #set(state: CollectorState['state'], end: StreamEnd | null = null): void {
    this.state = { id: 'kernel-log', state, end, cost: null };
  }
}
