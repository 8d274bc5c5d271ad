import { randomUUID } from 'node:crypto';
import { EventPublisher } from '@orpc/server';
import type { Evidence } from '#shared/domain/command';
import type { ProbeResult } from '#shared/domain/probe';
import { printable } from '#shared/domain/text';
import { NotFoundError } from '../errors';
import { collectorProgram } from '../hosts/batch/batch-program';
import type { CommandResult, Host } from '../hosts/host';
import type { HostDirectory } from '../hosts/host-directory';
import { Slots } from '../hosts/slots';
import { allProbes, probeById } from '../probes/all';
import type { Probe } from '../probes/probe';
import { commandsOf, runProbes, toRecord } from '../probes/run-probes';
import { onForeignWrite } from '../store/foreign-writes';
import type { Store } from '../store/store';
import { Collection } from './collection';
import { openBundle } from './import-bundle';
import { type Inventory, type InventoryService, type Judgement, notJudged, type RefreshReport } from './inventory';
import { InventoryRepository } from './inventory-repository';
import { LatestResults } from './latest-results';
import { loginOf } from './login-of';
import { summarize } from './summarize';
import { WriteBehind } from './write-behind';

export interface InventoryDeps {
  readonly store: Store;
  readonly hosts: HostDirectory;
  readonly nowMs: () => number;
}

/**
 * Hosts asked at once. With hundreds of handshakes under way the time limit of one runs while this machine is busy with
 * the others; few enough places for that, and enough that some nodes that hang do not keep the rest waiting.
 */
const maxCollections = 32;

type Topics = { changed: string } & Record<`results ${string}`, ProbeResult>;

export function createInventory({ store, hosts, nowMs }: InventoryDeps): InventoryService {
  const repository = new InventoryRepository(store);
  const pending = new WriteBehind(repository);
  const latest = new LatestResults(repository, (hostId) => pending.holds(hostId));
  /** By host; more than one only where something is read again beside what is still being read. */
  const collections = new Map<string, readonly Collection[]>();
  const places = new Slots(maxCollections);
  const events = new EventPublisher<Topics>({ maxBufferedEvents: 10_000 });

  const isCollecting = (hostId: string) => collections.has(hostId);
  let judge: (hostId: string) => Judgement = () => notJudged;
  const summaryOf = (hostId: string) => summarize(hostId, latest, isCollecting(hostId), judge);
  const announce = (hostId: string) => events.publish('changed', hostId);
  const collected: Array<(hostId: string) => void> = [];
  const settle = (hostId: string) => {
    pending.flush();
    for (const listener of collected) listener(hostId);
  };

  hosts.onDidRemove((hostId) => {
    for (const collection of collections.get(hostId) ?? []) collection.stop();
    pending.forgetHost(hostId);
    latest.forget(hostId);
    repository.removeHost(hostId);
  });

  function keep(hostId: string, probeId: string | null, result: CommandResult): string {
    const id = randomUUID();
    const record = toRecord(result, result.spec.id, id);
    pending.addEvidence({ id, hostId, probeId, record, stdout: result.stdout, stderr: result.stderr });
    return id;
  }

  function accept(result: ProbeResult): void {
    const { hostId, probeId, reason } = result;
    // A connection that broke says nothing of the node: what was known stays, with its time.
    const isOfConnection = reason?.key === 'probes.connectionLost' || reason?.key === 'probes.cancelled';
    if (!isOfConnection || latest.latest(hostId, probeId) === null) {
      latest.put(result);
      pending.addResult(result);
    }
    events.publish(`results ${hostId}`, result);
    announce(hostId);
  }

  async function collect(
    host: Host,
    probes: readonly Probe[],
    options: { signal: AbortSignal; user: string | null; onResult: (result: ProbeResult) => void },
  ): Promise<RefreshReport> {
    const startedAtMs = nowMs();
    let ok = 0;
    let isCut = false;
    let spent = { roundTrips: 0, nodeCpuMs: null as number | null };
    const results = runProbes(host, probes, {
      signal: options.signal,
      user: options.user,
      nowMs,
      keep: (result, probeId) => keep(host.id, probeId, result),
      onCost: (cost) => {
        spent = { roundTrips: cost.roundTrips, nodeCpuMs: cost.nodeCpuMs };
      },
    });
    for await (const result of results) {
      if (result.state === 'ok') ok += 1;
      isCut ||= result.reason?.key === 'probes.connectionLost';
      accept(result);
      options.onResult(result);
    }
    return { ok, total: probes.length, durationMs: nowMs() - startedAtMs, ...spent, ...(isCut ? { isCut } : {}) };
  }

  function start(hostId: string, probes: readonly Probe[]): Collection {
    const beside = collections.get(hostId) ?? [];
    const collection = new Collection(probes, async (signal, onResult) => {
      let release = () => {};
      try {
        if (beside.length === 0) release = await places.take(signal);
        const user = loginOf(hosts.spec(hostId));
        const host = await hosts.open(hostId, { signal });
        collection.hasBegun = true;
        const report = await collect(host, probes, { signal, user, onResult });
        settle(hostId);
        return report;
      } finally {
        release();
        const others = (collections.get(hostId) ?? []).filter((one) => one !== collection);
        if (others.length > 0) collections.set(hostId, others);
        else collections.delete(hostId);
        announce(hostId);
      }
    });
    collections.set(hostId, [...beside, collection]);
    announce(hostId);
    return collection;
  }

  const refresh: Inventory['refresh'] = async (hostId, options = {}) => {
    const spec = hosts.spec(hostId);
    const probes = probesOf(options.probeIds);
    const probeIds = probes.map((probe) => probe.id);
    if (spec.kind === 'bundle') return replay(hostId, probeIds, options.onResult);
    const isLate = (one: Collection) => options.isFresh === true && one.hasBegun;
    for (;;) {
      const running = collections.get(hostId) ?? [];
      const joined = running.find((one) => one.covers(probeIds) && !isLate(one));
      if (joined) return joined.join(probeIds, options);
      const inWay = running.find((one) => !isLate(one) || one.isInWay(probes));
      if (!inWay) return start(hostId, probes).join(probeIds, options);
      const wasLate = isLate(inWay);
      await inWay.nextStep(options.signal);
      if (inWay.isStopped && wasLate) throw new DOMException('The refresh was cancelled', 'AbortError');
    }
  };

  /** A collection was made once: asking again gives what it holds. */
  function replay(
    hostId: string,
    probeIds: readonly string[],
    onResult: ((result: ProbeResult) => void) | undefined,
  ): RefreshReport {
    const results = latest.results(hostId).filter((result) => probeIds.includes(result.probeId));
    for (const result of results) onResult?.(result);
    const ok = results.filter((result) => result.state === 'ok').length;
    return { ok, total: probeIds.length, durationMs: 0, roundTrips: 0, nodeCpuMs: null };
  }

  const evidenceRow = (evidenceId: string) => {
    const row = pending.evidence(evidenceId) ?? repository.evidence(evidenceId);
    if (!row) throw new NotFoundError('evidence', evidenceId);
    return row;
  };

  return {
    facts: (hostId, probeIds) => latest.facts(hosts.spec(hostId).id, probeIds),
    results: (hostId) => latest.results(hosts.spec(hostId).id),
    refresh,
    keepEvidence(hostId, probeId, result) {
      const id = keep(hostId, probeId, result);
      pending.flush();
      return id;
    },
    evidence(evidenceId): Evidence {
      const { hostId, probeId, record, stdout, stderr } = evidenceRow(evidenceId);
      const text = (bytes: Uint8Array) => printable(new TextDecoder().decode(bytes));
      return { id: evidenceId, hostId, probeId, record, stdoutText: text(stdout), stderrText: text(stderr) };
    },
    evidenceBytes(evidenceId) {
      const { stdout, stderr } = evidenceRow(evidenceId);
      return { stdout, stderr };
    },
    summaries(hostIds) {
      const wanted = hostIds && new Set(hostIds);
      return hosts.list().flatMap(({ spec }) => (wanted?.has(spec.id) === false ? [] : summaryOf(spec.id)));
    },
    isCollecting,
    staleResults: (hostId) =>
      latest.states(hosts.spec(hostId).id).flatMap(({ probeId, state }) => {
        return state === 'ok' ? [] : (latest.latestOk(hostId, probeId) ?? []);
      }),
    cancel(hostId) {
      for (const collection of collections.get(hosts.spec(hostId).id) ?? []) collection.stop();
    },
    async *watchChanges({ signal }) {
      // Listening starts before the first list is made, so that no change falls in between.
      const changes = events.subscribe('changed', { signal });
      const stopLooking = onForeignWrite(store, () => {
        for (const { spec } of hosts.list()) announce(spec.id);
      });
      try {
        for (const { spec } of hosts.list()) yield spec.id;
        yield* changes;
      } finally {
        stopLooking();
        await changes.return(undefined);
      }
    },
    async *watch(hostId, { signal }) {
      const topic = `results ${hosts.spec(hostId).id}` as const;
      const results = events.subscribe(topic, { signal });
      const seen = new Map(latest.states(hostId).map(({ probeId, observedAtMs }) => [probeId, observedAtMs]));
      const stopLooking = onForeignWrite(store, () => {
        for (const { probeId, observedAtMs } of latest.states(hostId)) {
          const result = seen.get(probeId) === observedAtMs ? null : latest.latest(hostId, probeId);
          if (result) events.publish(topic, result);
        }
      });
      try {
        for await (const result of results) {
          seen.set(result.probeId, result.observedAtMs);
          yield result;
        }
      } finally {
        stopLooking();
      }
    },
    async *run(hostId, probeIds, { signal }) {
      const queue: ProbeResult[] = [];
      let wake = () => {};
      let isOver = false;
      const done = refresh(hostId, {
        probeIds,
        ...(signal ? { signal } : {}),
        onResult: (result) => {
          queue.push(result);
          wake();
        },
      }).finally(() => {
        isOver = true;
        wake();
      });
      done.catch(() => {});
      for (;;) {
        const next = queue.shift();
        if (next) yield next;
        else if (isOver) break;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      await done;
    },
    onDidCollect(listener) {
      collected.push(listener);
    },
    judgeWith(given) {
      judge = given;
    },
    announce,
    collectorScript: () => collectorProgram(commandsOf(allProbes)),
    async importBundle({ name, bytes }) {
      const bundle = await openBundle(bytes);
      const collectedAtMs = bundle.collectedAtMs ?? null;
      const spec = hosts.addBundle({ name: name ?? bundle.name, collectedAtMs, importedAtMs: nowMs() });
      const { signal } = new AbortController();
      const report = await collect(bundle.asHost(spec.id), allProbes, { signal, user: null, onResult: () => {} });
      settle(spec.id);
      return { host: spec, ok: report.ok, total: report.total, isComplete: bundle.isComplete };
    },
    close: () => pending.close(),
  };
}

/** Throws NotFoundError. All probes when no list, or an empty one, is given. */
function probesOf(ids: readonly string[] | undefined): readonly Probe[] {
  if (ids === undefined || ids.length === 0) return allProbes;
  return [...new Set(ids)].map((id) => {
    const probe = probeById(id);
    if (!probe) throw new NotFoundError('probe', id);
    return probe;
  });
}
