import { setTimeout as pause } from 'node:timers/promises';
import type { Frame, Subject } from '#shared/domain/telemetry/frame';
import type { WatchingCost } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { MetricsEndpoint } from '#shared/domain/telemetry/metrics-endpoint';
import { paces } from '#shared/domain/telemetry/pace';
import type { TelemetryEventBody } from '#shared/domain/telemetry/telemetry-event';
import type { Host } from '../../hosts/host';
import { allCollectors } from '../collectors/all';
import type { Collector, DcgmNode, WatchedNode } from '../collectors/collector';
import { allSlowCollectors } from '../collectors/slow/all-slow';
import type { SlowCollector } from '../collectors/slow/slow-collector';
import { toldOfGpus } from '../collectors/told-of-gpus';
import { EndpointWatch } from '../endpoints/endpoint-watch';
import { lookAtBusIds, lookAtDcgm, lookAtNvlinks, lookAtQueryFields, printed } from './ask-tools';
import { ClockAligner } from './clock-aligner';
import type { CollectorState, StartedProcess } from './collector-state';
import { runCollector, type StreamEnd } from './collector-stream';
import { FullCounters } from './full-counters';
import { GpuPresence } from './gpu-presence';
import { LogFollower, type LoggedTrouble } from './log-follower';
import { SlowRounds } from './slow-rounds';
import { SwitchErrors } from './switch-errors';
import { ToldSamples } from './told-samples';
import { costCommand, readCosts } from './watching-cost';
import { XidGauge } from './xid-gauge';

/** What the inventory knows of a node's GPUs. */
export interface KnownGpus extends Pick<WatchedNode, 'nvidiaGpus' | 'gpuByBusId' | 'amdGpus' | 'amdTool'> {
  /** The node could not say which it has: it is asked again. */
  readonly isUntold?: boolean;
}

export interface HostWatchOptions {
  readonly hostId: string;
  readonly open: (signal: AbortSignal) => Promise<Host>;
  /** The GPUs that the inventory knows. */
  readonly gpus: (signal: AbortSignal) => Promise<KnownGpus>;
  readonly nowMs: () => number;
  readonly onFrames: (frames: readonly Frame[]) => void;
  readonly onEvent: (event: {
    subject: Subject;
    atMs: number;
    untilMs: number | null;
    body: TelemetryEventBody;
  }) => void;
  readonly collectors?: readonly Collector[];
  readonly slowCollectors?: readonly SlowCollector[];
  /** The `/metrics` that a person named; none without. */
  readonly endpoints?: () => readonly string[];
  /** When a node that could not be looked at may be tried again; 5 s without. */
  readonly retryMs?: number;
  /** When one that could not say what there is to watch is looked at again, first; 15 s without. */
  readonly lookAgainMs?: number;
}

const COST_FIRST_MS = 10_000;
const COST_EVERY_MS = 60_000;
/** Nobody reads it. */
const COST_EVERY_HIDDEN_MS = 600_000;

/** Longer silence is told as a gap; a sample or two may be late, and starting anew at another pace takes a moment. */
const GAP_INTERVALS = 3;
const RETRY_MS = 5000;
/** A node that could not say what there is to watch is looked at again, later each time: a driver may stay broken. */
const LOOK_AGAIN_FIRST_MS = 15_000;
const LOOK_AGAIN_AT_MOST_MS = 600_000;

const node: Subject = { kind: 'node', id: '' };

/** Keeps the collectors of one connected host running. Another pace starts them anew. */
export class HostWatch {
  readonly #options: HostWatchOptions;
  readonly #presence = new GpuPresence();
  readonly #full = new FullCounters();
  readonly #told = new ToldSamples();
  readonly #xids = new XidGauge(() => this.#log.state?.state === 'running');
  /** Of each collector, over restarts and lost connections: one that was set back meanwhile is told as well. */
  readonly #clocks = new Map<string, ClockAligner>();
  readonly #switches = new SwitchErrors(() => this.#log.state?.state === 'running');
  readonly #log: LogFollower;
  readonly #slow: SlowRounds;
  readonly #endpoints: EndpointWatch;
  readonly #states = new Map<string, CollectorState>();
  /** When each collector's last sample was, over restarts and lost connections. */
  readonly #sampled = new Map<string, { atMs: number; intervalMs: number }>();
  #missedLooks = 0;
  #queryFields: ReadonlySet<string> | null = null;
  #dcgm: DcgmNode | null = null;
  #countsNvlinks: boolean | null = null;
  #gpuByBusId: ReadonlyMap<string, string> = new Map();
  #running: { intervalMs: number; stop: AbortController; done: Promise<void> } | null = null;
  /** Since watching began. */
  bytesReceived = 0;

  constructor(options: HostWatchOptions) {
    this.#options = options;
    const { nowMs, onFrames, endpoints = () => [] } = options;
    const onBytes = (bytes: number): void => {
      this.bytesReceived += bytes;
    };
    this.#log = new LogFollower({
      nowMs,
      onBytes,
      onTrouble: (trouble, atMs, isTold) => this.#hear(trouble, atMs, isTold),
      onLeftOut: (lines, fromMs, toMs) => this.#tell(node, fromMs, toMs, { kind: 'log-lines-left-out', lines }),
    });
    this.#slow = new SlowRounds({
      collectors: options.slowCollectors ?? allSlowCollectors,
      nowMs,
      onFrames: (frames) => {
        this.#told.take(frames);
        onFrames(frames);
      },
      onBytes,
    });
    this.#endpoints = new EndpointWatch({
      named: endpoints,
      nowMs,
      onFrames: (frames) => onFrames(this.#xids.without(this.#withoutFull(frames))),
      onBytes,
      onStop: (url, lastWords) => {
        this.#tell(node, nowMs(), null, {
          kind: 'stream-stopped',
          collectorId: url,
          stop: { reason: 'ended', lastWords },
        });
      },
      onGap: (url, fromMs, toMs) => this.#tell(node, fromMs, toMs, { kind: 'gap', collectorId: url }),
    });
  }

  get intervalMs(): number | null {
    return this.#running?.intervalMs ?? null;
  }

  get states(): CollectorState[] {
    return [...this.#states.values(), ...(this.#log.state ? [this.#log.state] : []), ...this.#slow.states];
  }

  get endpoints(): MetricsEndpoint[] {
    return this.#endpoints.states;
  }

  /** Samples every so many ms from now on; null: not at all. Resolves once what ran before has ended. */
  async setPace(intervalMs: number | null): Promise<void> {
    if (this.#running?.intervalMs === intervalMs) return;
    const before = this.#running;
    this.#running = null;
    before?.stop.abort();
    await before?.done;
    if (intervalMs === null && !this.#running) this.#log.stop();
    // Asked again meanwhile: the later call goes on.
    if (intervalMs === null || this.#running) return;
    const stop = new AbortController();
    const running = { intervalMs, stop, done: Promise.resolve() };
    running.done = this.#run(intervalMs, stop.signal).catch(async () => {
      // The node could not be looked at. Whoever asks for this pace a little later has it tried again.
      await pause(this.#options.retryMs ?? RETRY_MS, undefined, { signal: stop.signal, ref: false }).catch(() => {});
      stop.abort();
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
  }

  async #run(intervalMs: number, signal: AbortSignal): Promise<void> {
    const { open, nowMs, collectors = allCollectors } = this.#options;
    const host = await open(signal);
    const { watched, isWhole } = await this.#lookAt(host, signal);
    if (!signal.aborted) this.#log.start(host);
    this.#states.clear();
    const started = new Map<string, StartedProcess>();
    const streams = collectors.flatMap((collector) => {
      if (!collector.plan(watched, intervalMs)) return [];
      const everyMs = collector.everyMs?.(intervalMs) ?? intervalMs;
      const set = (state: CollectorState['state'], end: StreamEnd | null = null): void => {
        this.#states.set(collector.id, { id: collector.id, state, end, cost: null });
      };
      set('starting');
      return runCollector(
        {
          host,
          intervalMs: everyMs,
          start: () => collector.plan(watched, intervalMs) ?? never(),
          nowMs,
          onBytes: (bytes) => {
            this.bytesReceived += bytes;
          },
          onStart: (pid) => started.set(collector.id, { pid, atMs: nowMs() }),
          onRead: (frames) => {
            if (this.#states.get(collector.id)?.state !== 'running') set('running');
            this.#take(collector.id, frames, everyMs);
          },
          clock: this.#clockOf(collector.id),
          onStop: (end) => {
            started.delete(collector.id);
            set('stopped', end);
            this.#tell(node, nowMs(), null, { kind: 'stream-stopped', collectorId: collector.id, stop: end });
          },
        },
        signal,
      );
    });
    const asked = {
      gpus: watched.nvidiaGpus,
      told: toldOfGpus(watched),
      isTold: (subject: Subject, metric: MetricId) => this.#told.isTold(subject, metric, nowMs(), intervalMs),
    };
    const watching = Promise.all([
      ...streams,
      this.#endpoints.run(host, asked, intervalMs, signal),
      this.#slow.run(host, watched, intervalMs, signal),
      this.#readCosts(host, started, intervalMs < paces.hidden ? COST_EVERY_MS : COST_EVERY_HIDDEN_MS, signal),
    ]);
    await Promise.race([watching, isWhole ? this.#lookAgainIfToolEnds(signal) : this.#lookAgain(signal)]);
  }

  /** Now and then, as reading costs too. */
  async #readCosts(
    host: Host,
    started: ReadonlyMap<string, StartedProcess>,
    everyMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    await pause(COST_FIRST_MS, undefined, { signal, ref: false });
    for (;;) {
      const log = this.#log.process;
      const pids = [...started.values(), ...(log ? [log] : [])].map(({ pid }) => pid);
      const costs = readCosts(pids.length > 0 ? await printed(host, costCommand(pids), signal).catch(() => '') : '');
      const costOf = ({ pid, atMs }: StartedProcess): WatchingCost | null => {
        const [cost, seconds] = [costs.get(pid), (this.#options.nowMs() - atMs) / 1000];
        if (!cost || seconds <= 0) return null;
        const cpuPercent = Math.round((cost.cpuSeconds / seconds) * 10_000) / 100;
        return { cpuPercent, memoryBytes: cost.memoryBytes };
      };
      for (const [id, process] of started) {
        const state = this.#states.get(id);
        if (state) this.#states.set(id, { ...state, cost: costOf(process) });
      }
      if (log && this.#log.state) this.#log.state = { ...this.#log.state, cost: costOf(log) };
      await pause(everyMs, undefined, { signal, ref: false });
    }
  }

  /** A driver that was replaced knows other fields, and its tool prints nothing at all for one that it does not know. */
  async #lookAgainIfToolEnds(signal: AbortSignal): Promise<never> {
    for (;;) {
      await pause(this.#options.lookAgainMs ?? LOOK_AGAIN_FIRST_MS, undefined, { signal, ref: false });
      const state = this.#states.get('nvidia-gpu');
      if (state?.state !== 'stopped' || state.end?.reason !== 'ended') continue;
      this.#queryFields = null;
      this.#countsNvlinks = null;
      await this.#lookAgain(signal);
    }
  }

  /** Ends the run after a while, so that the next one looks anew. */
  async #lookAgain(signal: AbortSignal): Promise<never> {
    const waitMs = Math.min(
      (this.#options.lookAgainMs ?? LOOK_AGAIN_FIRST_MS) * 2 ** this.#missedLooks,
      LOOK_AGAIN_AT_MOST_MS,
    );
    this.#missedLooks += 1;
    await pause(waitMs, undefined, { signal, ref: false });
    throw new Error('time to look again');
  }

  async #lookAt(host: Host, signal: AbortSignal): Promise<{ watched: WatchedNode; isWhole: boolean }> {
    const gpus = await this.#options.gpus(signal);
    if (gpus.nvidiaGpus.length > 0) {
      // One that is lost meanwhile is listed no more, and its Xids still come.
      const listed = await lookAtBusIds(host, signal);
      this.#gpuByBusId = new Map([...this.#gpuByBusId, ...gpus.gpuByBusId, ...listed]);
      if (this.#queryFields === null) {
        const fields = await lookAtQueryFields(host, signal);
        if (fields.size > 0) this.#queryFields = fields;
      }
      // One that stopped, or was not there, may have changed.
      if (this.#dcgm === null || this.#states.get('dcgm')?.state === 'stopped') {
        this.#dcgm = await lookAtDcgm(host, signal);
      }
      this.#countsNvlinks ??= await lookAtNvlinks(host, signal);
    }
    const isWhole = !gpus.isUntold && (gpus.nvidiaGpus.length === 0 || this.#queryFields !== null);
    if (isWhole && this.#states.get('nvidia-gpu')?.state !== 'stopped') this.#missedLooks = 0;
    const [queryFields, countsNvlinks] = [this.#queryFields ?? new Set<string>(), this.#countsNvlinks ?? false];
    return { watched: { ...gpus, queryFields, dcgm: this.#dcgm, countsNvlinks }, isWhole };
  }

  /** A line of the kernel log that tells of trouble. */
  #hear(trouble: LoggedTrouble, atMs: number, isTold: boolean): void {
    const { onFrames } = this.#options;
    const isSwitch = trouble.kind === 'xid' && trouble.isSwitch;
    const gpu = isSwitch ? undefined : this.#gpuByBusId.get(trouble.pciBusId ?? '');
    if (isTold) this.#tell(gpu === undefined ? node : { kind: 'gpu', id: gpu }, atMs, null, trouble);
    if (trouble.kind !== 'xid') return;
    // Of too many the next sample tells how many there were.
    if (isSwitch) {
      if (isTold) onFrames(this.#switches.logged(trouble.message, atMs));
      else this.#switches.count(trouble.message);
    } else if (gpu !== undefined) {
      if (isTold) onFrames(this.#xids.logged(gpu, trouble.code, atMs));
      else this.#xids.count(gpu, trouble.code);
    }
  }

  #take(collectorId: string, frames: readonly Frame[], intervalMs: number): void {
    const firstMs = Math.min(...frames.map(({ atMs }) => atMs));
    const last = this.#sampled.get(collectorId);
    if (last && firstMs - last.atMs > GAP_INTERVALS * Math.max(intervalMs, last.intervalMs)) {
      this.#tell(node, last.atMs, firstMs, { kind: 'gap', collectorId });
    }
    this.#sampled.set(collectorId, { atMs: Math.max(...frames.map(({ atMs }) => atMs)), intervalMs });
    const known = this.#withoutFull(frames);
    this.#told.take(known);
    this.#options.onFrames(this.#xids.without(known));
    for (const { gpu, isThere, atMs } of this.#presence.update(frames, intervalMs)) {
      if (isThere) this.#xids.clear(gpu);
      this.#tell({ kind: 'gpu', id: gpu }, atMs, null, { kind: isThere ? 'gpu-back' : 'gpu-gone' });
    }
    if (collectorId !== 'nvidia-gpu') return;
    const logged = [...this.#xids.beside(known), ...this.#switches.beside(known)];
    if (logged.length > 0) this.#options.onFrames(logged);
  }

  #withoutFull(frames: readonly Frame[]): readonly Frame[] {
    const { frames: known, full } = this.#full.take(frames);
    for (const { subject, metric, atMs } of full) this.#tell(subject, atMs, null, { kind: 'counter-full', metric });
    return known;
  }

  #clockOf(collectorId: string): ClockAligner {
    const clock = this.#clocks.get(collectorId) ?? new ClockAligner((byMs) => this.#setBack(collectorId, byMs));
    this.#clocks.set(collectorId, clock);
    return clock;
  }

  /** Only the system's collector counts from the start of the machine. */
  #setBack(collectorId: string, byMs: number): void {
    const body: TelemetryEventBody =
      collectorId === 'system' ? { kind: 'node-restarted' } : { kind: 'clock-set-back', byMs };
    if (body.kind === 'node-restarted') this.#xids.clear();
    this.#tell(node, this.#options.nowMs(), null, body);
  }

  #tell(subject: Subject, atMs: number, untilMs: number | null, body: TelemetryEventBody): void {
    this.#options.onEvent({ subject, atMs, untilMs, body });
  }
}

function never(): never {
  throw new Error('a collector that had a plan has none');
}
