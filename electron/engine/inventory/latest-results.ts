import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { ProbeResult, ProbeState } from '#shared/domain/probe';
import { allProbes } from '../probes/all';
import type { InventoryRepository } from './inventory-repository';

interface Entry {
  observedAtMs: number;
  state: ProbeState;
  /** Undefined until somebody asks: fifty saved hosts must not be read whole at start. */
  latest?: ProbeResult | null;
  latestOk?: ProbeResult | null;
}

/** The last result of each probe of each host, read from the store as they are asked for. */
export class LatestResults {
  private readonly hosts = new Map<string, Map<string, Entry>>();
  private readonly outdated = new Set<string>();
  private seenVersion: number;

  constructor(
    private readonly repository: InventoryRepository,
    /** Whether results of a host are on their way into the store: what is here is then newer than what is there. */
    private readonly isPending: (hostId: string) => boolean = () => false,
  ) {
    this.seenVersion = repository.foreignVersion();
  }

  put(result: ProbeResult): void {
    const entries = this.known(result.hostId);
    const before = entries.get(result.probeId);
    const latestOk =
      result.state === 'ok' ? result : (before?.latestOk ?? (before?.state === 'ok' ? before.latest : undefined));
    entries.set(result.probeId, {
      observedAtMs: result.observedAtMs,
      state: result.state,
      latest: result,
      ...(latestOk === undefined ? {} : { latestOk }),
    });
  }

  /** When each probe last ran and how it ended, without its facts. */
  states(hostId: string): Array<{ probeId: string; observedAtMs: number; state: ProbeState }> {
    return [...this.entries(hostId)].map(([probeId, { observedAtMs, state }]) => ({ probeId, observedAtMs, state }));
  }

  latest(hostId: string, probeId: string): ProbeResult | null {
    return this.latestOf(this.entries(hostId), hostId, probeId);
  }

  /** The newest result with facts: older than the latest one when that has none. */
  latestOk(hostId: string, probeId: string): ProbeResult | null {
    const entry = this.entries(hostId).get(probeId);
    if (!entry) return null;
    if (entry.state === 'ok') return this.latest(hostId, probeId);
    if (entry.latestOk === undefined) entry.latestOk = this.repository.latestOk(hostId, probeId);
    return entry.latestOk;
  }

  results(hostId: string, probeIds: readonly string[] = allProbes.map(({ id }) => id)): ProbeResult[] {
    const entries = this.entries(hostId);
    return probeIds.flatMap((id) => this.latestOf(entries, hostId, id) ?? []);
  }

  /** Facts of probes whose last run has some: what a node said before it stopped answering is not judged again. */
  facts(hostId: string, probeIds?: readonly ProbeId[]): NodeFacts {
    const known = this.results(hostId, probeIds).filter((result) => result.state === 'ok');
    return Object.fromEntries(known.map((result) => [result.probeId, result.facts])) as NodeFacts;
  }

  forget(hostId: string): void {
    this.hosts.delete(hostId);
  }

  private latestOf(entries: ReadonlyMap<string, Entry>, hostId: string, probeId: string): ProbeResult | null {
    const entry = entries.get(probeId);
    if (!entry) return null;
    entry.latest ??= this.repository.latest(hostId, probeId);
    return entry.latest;
  }

  private entries(hostId: string): Map<string, Entry> {
    this.forgetIfWrittenElsewhere();
    return this.known(hostId);
  }

  /** As of the last time somebody read: what is put needs no newer ones beside it. */
  private known(hostId: string): Map<string, Entry> {
    const known = this.hosts.get(hostId);
    if (known) return known;
    const entries = new Map<string, Entry>();
    for (const { probeId, observedAtMs, state } of this.repository.latestStates(hostId)) {
      entries.set(probeId, { observedAtMs, state });
    }
    this.hosts.set(hostId, entries);
    return entries;
  }

  /** The CLI beside the app refreshes hosts too: what it saved is read again, once what is here has been saved as well. */
  private forgetIfWrittenElsewhere(): void {
    const version = this.repository.foreignVersion();
    if (version !== this.seenVersion) for (const hostId of this.hosts.keys()) this.outdated.add(hostId);
    this.seenVersion = version;
    for (const hostId of this.outdated) {
      if (this.isPending(hostId)) continue;
      this.outdated.delete(hostId);
      this.hosts.delete(hostId);
    }
  }
}
