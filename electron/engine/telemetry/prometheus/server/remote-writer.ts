import { setTimeout as pause } from 'node:timers/promises';
import { subjectOf } from '#shared/domain/telemetry/frame';
import type { Message } from '#shared/domain/text';
import { type Store, StoreError } from '../../../store/store';
import type { SampleStore } from '../../store/sample-store';
import type { Track } from '../../store/track';
import { silentAfterMs } from '../families';
import { type Labels, labelsOf, type ServedNode, seriesLabels } from '../served-nodes';
import { SentRepository } from './sent-repository';
import { type ServerAnswer, type ServerClient, UnreachableError, wordsOf } from './server-client';
import { nextUnsentMs, unsentOf } from './unsent';
import { type WrittenSeries, writeRequest } from './write-request';

/** Samples of the same moment come in a lump or two. */
const SETTLED_MS = 2000;
/** Sent as one piece of time, so that all series go on together: a server takes nothing that is much older than its newest. */
const WINDOW_MS = 60_000;
const MAX_SAMPLES = 5000;
/** When a server refuses a sample it refuses the whole request: so often it is asked in halves, then the rest is given up. */
const MOST_HALVES = 64;
/** Bad samples, and too many at once. */
const REFUSED = 400;
const TOO_MUCH = 413;
const ROUND_MS = 5000;
/** For the answer to the last request. */
const PATIENCE_MS = 2000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

export interface RemoteWriterDeps {
  /** Null where another process keeps: it sends. Throws a StoreError. */
  readonly kept: () => { readonly store: Store; readonly samples: SampleStore } | null;
  readonly nodes: () => readonly ServedNode[];
  readonly nowMs: () => number;
  readonly roundMs?: number;
  readonly firstWaitMs?: number;
}

/** How sending does. */
export interface SendingState {
  /** `waiting`: for the server, which is asked again by itself. */
  readonly state: 'sending' | 'waiting';
  /** Nothing older than this has been sent. */
  readonly sinceMs: number | null;
  /** When the server last took something. */
  readonly lastSentAtMs: number | null;
  /** Up to where everything is sent; null before the first round. */
  readonly sentToMs: number | null;
  readonly dropped: number;
  /** Why the server took nothing, and what it said of what it would not take. */
  readonly problem: Message | null;
  readonly lastRefusal: string | null;
}

interface Sent {
  readonly samples: SampleStore;
  readonly repository: SentRepository;
  readonly sinceMs: number;
  readonly positions: Map<Track, number>;
}

interface SubjectState {
  readonly known: Set<string>;
  labels: Labels;
  lastMs: number;
}

/** Sends what the store keeps to a server by remote write: from the store itself, and from where it was before a restart. */
export class RemoteWriter {
  readonly #deps: RemoteWriterDeps;
  readonly #client: ServerClient;
  readonly #target: { readonly url: string; readonly externalLabels: Labels };
  readonly #ended = new AbortController();
  readonly #cut = new AbortController();
  readonly #done: Promise<void>;
  #sent: Sent | null = null;
  /** The server may have what is sent next, from before a cut or a restart. */
  #mayRepeat = false;
  readonly #subjects = new Map<string, SubjectState>();
  #state: SendingState = {
    state: 'sending',
    sinceMs: null,
    lastSentAtMs: null,
    sentToMs: null,
    dropped: 0,
    problem: null,
    lastRefusal: null,
  };

  constructor(
    client: ServerClient,
    target: { readonly url: string; readonly externalLabels: Labels },
    deps: RemoteWriterDeps,
  ) {
    this.#client = client;
    this.#target = target;
    this.#deps = deps;
    this.#done = this.#run().catch((error: unknown) => {
      if (!this.#ended.signal.aborted) console.error(error);
    });
  }

  get state(): SendingState {
    return this.#state;
  }

  /** What is not sent yet is sent after the next start. */
  async close(): Promise<void> {
    this.#ended.abort();
    // What is on its way would be sent twice.
    const timer = setTimeout(() => this.#cut.abort(), PATIENCE_MS);
    await this.#done;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    const { roundMs = ROUND_MS } = this.#deps;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        await this.#round();
      } catch (error) {
        if (signal.aborted) return;
        // The disk; what it has is sent once it can be read again.
        if (!(error instanceof StoreError)) throw error;
        this.#wait({ key: 'prometheus.cannotRead', params: { detail: error.message } });
      }
      await pause(roundMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  #wait(problem: Message): void {
    this.#state = { ...this.#state, state: 'waiting', problem };
  }

  /** Sends all that there is, however long the server lets it wait. */
  async #round(): Promise<void> {
    const sent = this.#open();
    if (!sent) return;
    const nodes = new Map(this.#deps.nodes().map((node) => [node.hostId, node]));
    for (;;) {
      const settledMs = this.#deps.nowMs() - SETTLED_MS;
      this.#ended.signal.throwIfAborted();
      const { behind, fromMs } = this.#behind(sent, settledMs);
      this.#state = { ...this.#state, sentToMs: Math.min(fromMs - 1, settledMs) };
      if (behind.size === 0) break;
      await this.#send(sent, behind, Math.min(settledMs, fromMs + WINDOW_MS), nodes);
    }
    await this.#deliver([...this.#silenced(), ...this.#up(nodes)]);
    this.#state = { ...this.#state, state: 'sending', problem: null };
  }

  #open(): Sent | null {
    const kept = this.#deps.kept();
    if (!kept) return null;
    if (this.#sent?.samples === kept.samples) return this.#sent;
    const repository = new SentRepository(kept.store);
    let target = repository.target();
    if (target?.url !== this.#target.url) {
      repository.start({ url: this.#target.url, sinceMs: this.#deps.nowMs() });
      target = repository.target();
    }
    const sinceMs = target?.sinceMs ?? this.#deps.nowMs();
    const byId = repository.positions();
    const positions = new Map<Track, number>();
    for (const track of kept.samples.tracks()) {
      const toMs = track.id === null ? undefined : byId.get(track.id);
      if (toMs !== undefined) positions.set(track, toMs);
    }
    this.#state = { ...this.#state, sinceMs, dropped: target?.dropped ?? 0 };
    this.#mayRepeat = positions.size > 0;
    this.#sent = { samples: kept.samples, repository, sinceMs, positions };
    return this.#sent;
  }

  /** Tracks with something to send, by host and subject, and when the first of it was measured. */
  #behind(sent: Sent, settledMs: number): { behind: Map<string, Track[]>; fromMs: number } {
    const behind = new Map<string, Track[]>();
    let fromMs = Number.POSITIVE_INFINITY;
    for (const track of sent.samples.tracks()) {
      if (track.isImported) continue;
      const nextMs = nextUnsentMs(sent.repository, track, sent.positions.get(track) ?? sent.sinceMs);
      if (nextMs === null || nextMs > settledMs) continue;
      fromMs = Math.min(fromMs, nextMs);
      const key = `${track.hostId} ${track.subject}`;
      const of = behind.get(key);
      if (of) of.push(track);
      else behind.set(key, [track]);
    }
    return { behind, fromMs };
  }

  async #send(
    sent: Sent,
    behind: ReadonlyMap<string, readonly Track[]>,
    toMs: number,
    nodes: ReadonlyMap<string, ServedNode>,
  ): Promise<void> {
    let batch: WrittenSeries[] = [];
    let samples = 0;
    let positions: Array<readonly [Track, number]> = [];
    const flush = async (): Promise<void> => {
      const dropped = await this.#deliver(batch);
      for (const [track, sentMs] of positions) sent.positions.set(track, sentMs);
      sent.repository.save(
        positions.flatMap(([{ id }, sentMs]) => (id === null ? [] : [[id, sentMs] as const])),
        dropped,
      );
      [batch, samples, positions] = [[], 0, []];
    };
    for (const [key, tracks] of behind) {
      const [first] = tracks;
      if (!first) continue;
      const node = nodes.get(first.hostId);
      // What a node measured that has been removed since is nobody's: it is passed over.
      const labels = node ? this.#labels(node, first.subject) : {};
      const state = this.#subjects.get(key) ?? { known: new Set<string>(), labels, lastMs: 0 };
      this.#subjects.set(key, state);
      const sentMsOf = (track: Track): number => sent.positions.get(track) ?? sent.sinceMs;
      const unsent = unsentOf(sent.samples, tracks, { sentMsOf, toMs, labels, known: state.known });
      state.labels = labels;
      state.lastMs = Math.max(state.lastMs, ...unsent.positions.map(([, sentMs]) => sentMs));
      positions.push(...unsent.positions);
      if (!node) continue;
      batch.push(...unsent.series);
      samples += unsent.samples;
      if (samples < MAX_SAMPLES) continue;
      await flush();
      this.#ended.signal.throwIfAborted();
    }
    await flush();
  }

  /** Beside what the exporters have, the node's id here: it stays where the node gets another name. */
  #labels(node: ServedNode, subject: string): Labels {
    return { ...this.#target.externalLabels, job: 'gantry', gantry_host: node.hostId, ...seriesLabels(node, subject) };
  }

  /** The ends of series of which nothing comes any more. */
  #silenced(): WrittenSeries[] {
    const ends: WrittenSeries[] = [];
    for (const [key, { known, labels, lastMs }] of this.#subjects) {
      const { kind } = subjectOf(key.slice(key.indexOf(' ') + 1));
      if (this.#deps.nowMs() - lastMs <= silentAfterMs(kind)) continue;
      this.#subjects.delete(key);
      // Just after the last one, so that what comes late is still in order.
      if (labels.instance !== undefined) {
        for (const name of known)
          ends.push({ labels: { __name__: name, ...labels }, samples: [[lastMs + 1, Number.NaN]] });
      }
    }
    return ends;
  }

  #up(nodes: ReadonlyMap<string, ServedNode>): WrittenSeries[] {
    const atMs = this.#deps.nowMs();
    return [...nodes.values()].map((node) => ({
      labels: {
        ...this.#labels(node, 'node'),
        ...labelsOf({ hostname: node.hostname }),
        __name__: 'gantry_node_up',
      },
      samples: [[atMs, node.isConnected ? 1 : 0]],
    }));
  }

  /** Until the server has taken it; returns how many samples it would not take. Throws when sending ends. */
  async #deliver(series: readonly WrittenSeries[]): Promise<number> {
    let dropped = 0;
    let halves = 0;
    for (const waiting = [series]; waiting.length > 0; ) {
      const next = waiting.shift() ?? [];
      if (next.length === 0) continue;
      const refusal = await this.#refusal(writeRequest(next));
      if (refusal === null) continue;
      const parts = halved(next);
      if (parts && (refusal.status === TOO_MUCH || halves < MOST_HALVES)) {
        halves += 1;
        waiting.unshift(...parts);
        continue;
      }
      // It may have them: what was sent before a cut comes out of order when it is sent again.
      if (this.#mayRepeat && /out of order|duplicate/i.test(refusal.text)) continue;
      dropped += countOf(next);
      this.#state = {
        ...this.#state,
        dropped: this.#state.dropped + countOf(next),
        lastRefusal: wordsOf(refusal.text),
      };
    }
    this.#mayRepeat = false;
    return dropped;
  }

  /** Null once the server has taken it. */
  async #refusal(body: Uint8Array): Promise<ServerAnswer | null> {
    const { signal } = this.#ended;
    for (let waitMs = this.#deps.firstWaitMs ?? FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      let retryAfterMs = 0;
      try {
        const answer = await this.#client.write(body, this.#cut.signal);
        if (answer.status >= 200 && answer.status < 300) {
          this.#state = { ...this.#state, lastSentAtMs: this.#deps.nowMs(), state: 'sending', problem: null };
          return null;
        }
        if (answer.status === REFUSED || answer.status === TOO_MUCH) return answer;
        retryAfterMs = answer.retryAfterMs ?? 0;
        this.#wait(problemOf(answer, this.#target.url));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof UnreachableError)) throw error;
        this.#mayRepeat ||= error.mayHaveArrived;
        this.#wait({ key: 'prometheus.serverUnreachable', params: { url: this.#target.url, detail: error.message } });
      }
      await pause(Math.max(waitMs, retryAfterMs), undefined, { signal, ref: false });
    }
  }
}

function problemOf({ status, text }: ServerAnswer, url: string): Message {
  if (status === 401 || status === 403) return { key: 'prometheus.serverRefuses', params: { url, status } };
  if (status === 404 || status === 405) return { key: 'prometheus.noRemoteWrite', params: { url, status } };
  if (status === 429 || status >= 500) {
    return { key: 'prometheus.serverBusy', params: { url, status, detail: wordsOf(text) } };
  }
  return { key: 'prometheus.serverAnswers', params: { url, status, detail: wordsOf(text) } };
}

function countOf(series: readonly WrittenSeries[]): number {
  return series.reduce((total, { samples }) => total + samples.length, 0);
}

/** Null for a single sample. */
function halved(series: readonly WrittenSeries[]): [WrittenSeries[], WrittenSeries[]] | null {
  const middle = Math.ceil(series.length / 2);
  if (series.length > 1) return [series.slice(0, middle), series.slice(middle)];
  const [only] = series;
  if (!only || only.samples.length < 2) return null;
  const half = Math.ceil(only.samples.length / 2);
  return [[{ ...only, samples: only.samples.slice(0, half) }], [{ ...only, samples: only.samples.slice(half) }]];
}
