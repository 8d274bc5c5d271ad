import { setTimeout as pause } from 'node:timers/promises';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { ExporterKind, MetricsEndpoint } from '#shared/domain/telemetry/metrics-endpoint';
import type { Host } from '../../hosts/host';
import { parseExposition } from '../../probes/lib/parse-exposition';
import { dcgmExporter } from './dcgm-exporter';
import type { Exporter, ExporterContext, ExporterReader } from './exporter';
import { EndpointError, fetchByCommand, fetchForwarded } from './fetch-metrics';
import { listeningCommand, readListening } from './listening-ports';
import { nodeExporter } from './node-exporter';
import { triton } from './triton';
import { vllm } from './vllm';

const exporters: readonly Exporter[] = [vllm, triton, dcgmExporter, nodeExporter];

/** Where they listen without being told otherwise: vLLM, Triton, node_exporter, dcgm-exporter. */
const usualPorts: ReadonlySet<number> = new Set([8000, 8002, 9100, 9400]);

/** To print its metrics costs a server more than a look into /proc does. */
const LEAST_INTERVAL_MS = 5000;
/** Longer at a slow pace. */
const LOOK_EVERY_MS = 120_000;
const LOOK_EVERY_ROUNDS = 10;
const LOOK_SOON_MS = 20_000;
/** Something else listens there: it is not bothered again soon. */
const LEFT_ALONE_MS = 600_000;
const RETRY_AT_MOST_MS = 60_000;
/** What has nothing to add to other sources is asked more seldom. */
const NOTHING_NEW_MS = 60_000;
/** The collectors of the node come first: what they tell is not taken from elsewhere. */
const OTHERS_FIRST_MS = 30_000;

const NOT_UNDERSTOOD = 'no metrics of vLLM, Triton, dcgm-exporter or node_exporter';
const NOT_THIS_MACHINE = 'node_exporter is read on its own node only, by the loopback: 127.0.0.1';

export interface EndpointWatchOptions {
  /** Those that a person named; asked each round. */
  readonly named: () => readonly string[];
  readonly nowMs: () => number;
  readonly onFrames: (frames: readonly Frame[]) => void;
  readonly onBytes: (bytes: number) => void;
  /** What was read before is not any more; told once until it is again. */
  readonly onStop: (url: string, detail: string) => void;
  /** Read again, after a time in which nothing was known. */
  readonly onGap: (url: string, fromMs: number, toMs: number) => void;
}

interface Endpoint {
  readonly url: URL;
  readonly isNamed: boolean;
  state: MetricsEndpoint['state'];
  via: MetricsEndpoint['via'];
  detail: string | null;
  exporters: ExporterKind[];
  readonly readers: Map<ExporterKind, ExporterReader>;
  readAtMs: number | null;
  failures: number;
  nextMs: number;
}

export interface EndpointNode {
  readonly gpus: readonly string[];
  readonly told: ReadonlySet<MetricId>;
  readonly isTold: ExporterContext['isTold'];
}

/** Reads the `/metrics` of what runs on a node: those found on the usual ports, and those that a person named. */
export class EndpointWatch {
  readonly #options: EndpointWatchOptions;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #leftAloneUntilMs = new Map<string, number>();
  #nextLookMs = Number.NEGATIVE_INFINITY;
  #forwardAgainMs = Number.NEGATIVE_INFINITY;
  #othersFirstUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: EndpointWatchOptions) {
    this.#options = options;
  }

  /** What was found and has never told anything is left out, unless it can't be asked. */
  get states(): MetricsEndpoint[] {
    return [...this.#endpoints]
      .filter(([, { isNamed, readAtMs, state }]) => isNamed || readAtMs !== null || state === 'denied')
      .map(([url, { isNamed, exporters: kinds, state, via, detail }]) => ({
        url,
        isNamed,
        exporters: kinds,
        state,
        via,
        detail,
      }));
  }

  /** Goes on until `signal`. A lost connection is waited out. */
  async run(host: Host, node: EndpointNode, intervalMs: number, signal: AbortSignal): Promise<void> {
    const everyMs = Math.max(LEAST_INTERVAL_MS, intervalMs);
    // It may be another connection, to a node with other GPUs or other collectors.
    this.#forwardAgainMs = Number.NEGATIVE_INFINITY;
    this.#othersFirstUntilMs = this.#options.nowMs() + OTHERS_FIRST_MS;
    for (const endpoint of this.#endpoints.values()) {
      endpoint.readers.delete('dcgm-exporter');
      endpoint.readers.delete('node-exporter');
      endpoint.nextMs = Number.NEGATIVE_INFINITY;
    }
    while (!signal.aborted) {
      const startedMs = this.#options.nowMs();
      // A node that went is told by its other streams.
      await this.round(host, node, everyMs, signal).catch(() => {});
      const restMs = everyMs - (this.#options.nowMs() - startedMs);
      await pause(Math.min(everyMs, Math.max(200, restMs)), undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** Looks where it is time to, and asks those whose turn it is. Throws where the node can't be asked at all. */
  async round(host: Host, node: EndpointNode, everyMs: number, signal: AbortSignal): Promise<void> {
    const startedMs = this.#options.nowMs();
    if (startedMs >= this.#nextLookMs) await this.#look(host, everyMs, signal);
    this.#takeNamed();
    const due = [...this.#endpoints.values()].filter(({ nextMs }) => startedMs >= nextMs);
    await Promise.all(due.map((endpoint) => this.#scrape(host, node, endpoint, everyMs, signal)));
  }

  async #look(host: Host, everyMs: number, signal: AbortSignal): Promise<void> {
    const { state, stdout } = await host.exec(listeningCommand, { signal });
    if (state !== 'exited') return;
    this.#nextLookMs = this.#options.nowMs() + Math.max(LOOK_EVERY_MS, LOOK_EVERY_ROUNDS * everyMs);
    for (const [port, address] of readListening(new TextDecoder().decode(stdout), usualPorts)) {
      const url = `http://${address}:${port}/metrics`;
      if ((this.#leftAloneUntilMs.get(url) ?? 0) <= this.#options.nowMs()) this.#add(url, false);
    }
  }

  #takeNamed(): void {
    const named = new Set(this.#options.named());
    for (const [url, { isNamed }] of this.#endpoints) if (isNamed && !named.has(url)) this.#endpoints.delete(url);
    for (const url of named) {
      if (this.#endpoints.get(url)?.isNamed === false) this.#endpoints.delete(url);
      this.#add(url, true);
    }
  }

  #add(url: string, isNamed: boolean): void {
    if (this.#endpoints.has(url)) return;
    this.#endpoints.set(url, {
      url: new URL(url),
      isNamed,
      state: 'starting',
      via: null,
      detail: null,
      exporters: [],
      readers: new Map(),
      readAtMs: null,
      failures: 0,
      nextMs: Number.NEGATIVE_INFINITY,
    });
  }

  async #scrape(
    host: Host,
    node: EndpointNode,
    endpoint: Endpoint,
    everyMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const text = await this.#fetch(host, endpoint, signal);
      this.#options.onBytes(text.length);
      this.#take(endpoint, text, node, everyMs);
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      this.#fail(endpoint, error, everyMs);
    }
  }

  async #fetch(host: Host, endpoint: Endpoint, signal: AbortSignal): Promise<string> {
    if (this.#options.nowMs() >= this.#forwardAgainMs) {
      try {
        const text = await fetchForwarded(host, endpoint.url, signal);
        endpoint.via = 'forward';
        return text;
      } catch (error) {
        if (!(error instanceof EndpointError) || error.state !== 'denied') throw error;
        // Each refusal is a line in the node's log.
        this.#forwardAgainMs = this.#options.nowMs() + LEFT_ALONE_MS;
      }
    }
    const text = await fetchByCommand(host, endpoint.url, signal);
    endpoint.via = 'command';
    return text;
  }

  #take(endpoint: Endpoint, text: string, node: EndpointNode, everyMs: number): void {
    const atMs = this.#options.nowMs();
    const samples = parseExposition(text, (name) => exporters.some(({ isOwn }) => isOwn(name)));
    const all = exporters.filter(({ isOwn }) => samples.some(({ name }) => isOwn(name)));
    if (all.length === 0) throw new EndpointError('failed', NOT_UNDERSTOOD, true);
    const place = placeOf(endpoint.url);
    // What was found listens on the node; of what was named only the loopback is certain to.
    const isHere = !endpoint.isNamed || place.startsWith(':');
    const answering = all.filter(({ isOfMachine = false }) => isHere || !isOfMachine);
    if (answering.length === 0) throw new EndpointError('failed', NOT_THIS_MACHINE, true);
    const context: ExporterContext = { ...node, place };
    const frames = answering.flatMap(({ kind, create, isOfMachine = false }) => {
      if (isOfMachine && atMs < this.#othersFirstUntilMs) return [];
      const reader = endpoint.readers.get(kind) ?? create(context);
      endpoint.readers.set(kind, reader);
      return reader.read(samples, atMs);
    });
    if (endpoint.readAtMs !== null && endpoint.state !== 'reading') {
      this.#options.onGap(endpoint.url.href, endpoint.readAtMs, atMs);
    }
    endpoint.state = 'reading';
    endpoint.detail = null;
    endpoint.exporters = answering.map(({ kind }) => kind);
    endpoint.readAtMs = atMs;
    endpoint.failures = 0;
    const isWaiting = atMs < this.#othersFirstUntilMs;
    const isIdle = frames.length === 0 && !isWaiting && answering.every(({ kind }) => kind === 'node-exporter');
    endpoint.nextMs = atMs + (isIdle ? Math.max(NOTHING_NEW_MS, everyMs) : everyMs) - everyMs / 2;
    if (frames.length > 0) this.#options.onFrames(frames);
  }

  #fail(endpoint: Endpoint, { state, message, isOther }: EndpointError, everyMs: number): void {
    const { url, isNamed } = endpoint;
    if (!isNamed && endpoint.readAtMs === null && state !== 'denied') {
      this.#endpoints.delete(url.href);
      if (isOther) this.#leftAloneUntilMs.set(url.href, this.#options.nowMs() + LEFT_ALONE_MS);
      // It is there and said nothing: soon again.
      else this.#nextLookMs = Math.min(this.#nextLookMs, this.#options.nowMs() + LOOK_SOON_MS);
      return;
    }
    if (endpoint.state === 'reading') this.#options.onStop(url.href, message);
    endpoint.state = state;
    endpoint.detail = message;
    endpoint.failures += 1;
    const waitMs = Math.min(RETRY_AT_MOST_MS, everyMs * 2 ** Math.min(10, endpoint.failures - 1));
    endpoint.nextMs = this.#options.nowMs() + waitMs / 2;
  }
}

function placeOf({ hostname, port }: URL): string {
  const isLoopback = hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]';
  return `${isLoopback ? '' : hostname}:${port || 80}`;
}
