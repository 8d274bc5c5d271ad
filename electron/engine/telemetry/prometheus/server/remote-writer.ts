import { setTimeout as pause } from 'node:timers/promises';
import { isMetricId } from '#shared/domain/telemetry/metrics';
import { type Store, StoreError } from '../../../store/store';
import type { SampleStore } from '../../store/sample-store';
import type { Track } from '../../store/track';
import { type Labels, labelsOf, type ServedNode, seriesLabels } from '../served-nodes';
import { Delivery, type OwnedSeries } from './delivery';
import { beforeSending, type SendingState } from './sending-state';
import { SentRepository } from './sent-repository';
import { SentSubjects } from './sent-subjects';
import type { ServerClient } from './server-client';
import { nextUnsentMs, unsentOf } from './unsent';

/** Samples of the same moment come in a lump or two. */
const SETTLED_MS = 2000;
/** Sent as one piece of time, so that all series go on together: a server takes nothing that is much older than its newest. */
const WINDOW_MS = 60_000;
const MAX_SAMPLES = 5000;
const ROUND_MS = 5000;
/** For the answer to the last request. */
const PATIENCE_MS = 2000;

export interface RemoteWriterDeps {
  /** Null where another process keeps: it sends. Throws a StoreError. */
  readonly kept: () => { readonly store: Store; readonly samples: SampleStore } | null;
  readonly nodes: () => readonly ServedNode[];
  readonly nowMs: () => number;
  readonly roundMs?: number;
  readonly firstWaitMs?: number;
}

interface Sent {
  readonly samples: SampleStore;
  readonly repository: SentRepository;
  readonly sinceMs: number;
  readonly positions: Map<Track, number>;
  /** What the server has not though later samples were sent, until that is on the disk. */
  untaken: Untaken[];
}

interface Untaken {
  readonly track: Track;
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far a track is sent once a request is answered. */
interface Step {
  readonly owner: string;
  readonly track: Track;
  readonly beforeMs: number;
  readonly toMs: number;
  /** Something of it is in no request. */
  readonly isLeftOut: boolean;
}

/** Sends what the store keeps to a server by remote write: from the store itself, and from where it was before a restart. */
export class RemoteWriter {
  readonly #deps: RemoteWriterDeps;
  readonly #target: { readonly url: string; readonly externalLabels: Labels };
  readonly #ended = new AbortController();
  readonly #cut = new AbortController();
  readonly #delivery: Delivery;
  readonly #done: Promise<void>;
  #sent: Sent | null = null;
  readonly #subjects = new SentSubjects();
  #state = beforeSending;

  constructor(
    client: ServerClient,
    target: { readonly url: string; readonly externalLabels: Labels },
    deps: RemoteWriterDeps,
  ) {
    this.#target = target;
    this.#deps = deps;
    this.#delivery = new Delivery(client, {
      ...deps,
      url: target.url,
      ended: this.#ended.signal,
      cut: this.#cut.signal,
      tell: (change) => this.#tell(change),
    });
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

  #tell(change: Partial<SendingState>): void {
    this.#state = { ...this.#state, ...change };
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
        this.#tell({ state: 'waiting', problem: { key: 'prometheus.cannotRead', params: { detail: error.message } } });
      }
      await pause(roundMs, undefined, { signal, ref: false }).catch(() => {});
    }
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
      this.#tell({ sentToMs: Math.min(fromMs - 1, settledMs) });
      if (behind.size === 0) break;
      await this.#send(sent, behind, Math.min(settledMs, fromMs + WINDOW_MS), nodes);
    }
    await this.#delivery.deliver([...this.#subjects.ends(this.#deps.nowMs()), ...this.#up(nodes)]);
    this.#tell({ state: 'sending', problem: null });
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
    this.#tell({ sinceMs, dropped: target?.dropped ?? 0 });
    this.#delivery.mayRepeat = positions.size > 0;
    this.#sent = { samples: kept.samples, repository, sinceMs, positions, untaken: [] };
    return this.#sent;
  }

  /** Tracks with something to send, by host and subject, and when the first of it was measured. */
  #behind(sent: Sent, settledMs: number): { behind: Map<string, Track[]>; fromMs: number } {
    const behind = new Map<string, Track[]>();
    let fromMs = Number.POSITIVE_INFINITY;
    for (const track of sent.samples.tracks()) {
      if (track.isImported) continue;
      const sentMs = sent.positions.get(track) ?? sent.sinceMs;
      const disorderMs = track.askDisorder();
      // Came when later ones were sent: a server takes samples in order only.
      if (disorderMs <= sentMs) sent.untaken.push({ track, fromMs: disorderMs, toMs: sentMs });
      const nextMs = nextUnsentMs(sent.repository, track, sentMs);
      if (nextMs === null || nextMs > settledMs) continue;
      fromMs = Math.min(fromMs, nextMs);
      const key = `${track.hostId} ${track.subject}`;
      const of = behind.get(key);
      if (of) of.push(track);
      else behind.set(key, [track]);
    }
    if (sent.untaken.length > 0) save(sent, [], 0);
    return { behind, fromMs };
  }

  async #send(
    sent: Sent,
    behind: ReadonlyMap<string, readonly Track[]>,
    toMs: number,
    nodes: ReadonlyMap<string, ServedNode>,
  ): Promise<void> {
    let batch: OwnedSeries[] = [];
    let samples = 0;
    let steps: Step[] = [];
    const flush = async (): Promise<void> => {
      const { dropped, untaken } = await this.#delivery.deliver(batch);
      this.#tell({ dropped: this.#state.dropped + dropped });
      for (const { owner, track, beforeMs, toMs: sentMs, isLeftOut } of steps) {
        sent.positions.set(track, sentMs);
        if (isLeftOut || untaken.has(owner)) sent.untaken.push({ track, fromMs: beforeMs + 1, toMs: sentMs });
      }
      save(sent, steps, dropped);
      [batch, samples, steps] = [[], 0, []];
    };
    for (const [owner, tracks] of behind) {
      const [first] = tracks;
      if (!first) continue;
      const node = nodes.get(first.hostId);
      // What a node measured that has been removed since is nobody's: it stays here.
      const labels = node ? this.#labels(node, first.subject) : {};
      const subject = this.#subjects.of(first.hostId, first.subject);
      const sentMsOf = (track: Track): number => sent.positions.get(track) ?? sent.sinceMs;
      const unsent = unsentOf(sent.samples, tracks, { sentMsOf, toMs, labels, known: subject.known });
      subject.labels = labels;
      subject.lastMs = Math.max(subject.lastMs, ...unsent.positions.map(([, sentMs]) => sentMs));
      for (const [track, sentMs] of unsent.positions) {
        const isLeftOut = !node || track.layout.some((metric) => !isMetricId(metric));
        steps.push({ owner, track, beforeMs: sentMsOf(track), toMs: sentMs, isLeftOut });
      }
      if (!node) continue;
      batch.push(...unsent.series.map((series) => ({ ...series, owner })));
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

  #up(nodes: ReadonlyMap<string, ServedNode>): OwnedSeries[] {
    const atMs = this.#deps.nowMs();
    return [...nodes.values()].map((node) => ({
      labels: {
        ...this.#labels(node, 'node'),
        ...labelsOf({ hostname: node.hostname }),
        __name__: 'gantry_node_up',
      },
      samples: [[atMs, node.isConnected ? 1 : 0]],
      owner: null,
    }));
  }
}

/** A track that is not on the disk yet waits with what the server has not of it. */
function save(sent: Sent, steps: readonly Step[], dropped: number): void {
  const told = sent.untaken.flatMap(({ track: { id }, ...stretch }) =>
    id === null ? [] : [{ trackId: id, ...stretch }],
  );
  const positions = steps.flatMap(({ track: { id }, toMs }) => (id === null ? [] : [{ trackId: id, toMs }]));
  sent.repository.save(positions, told, dropped);
  sent.untaken = sent.untaken.filter(({ track: { id } }) => id === null);
}
