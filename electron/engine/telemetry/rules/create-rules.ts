import type { HostStatus } from '#shared/domain/host';
import type { Alert } from '#shared/domain/rules/alert';
import { RuleEvaluator } from '#shared/domain/rules/rule-evaluator';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { ConnectedHostDirectory } from '../../hosts/host-directory';
import { type Store, StoreError } from '../../store/store';
import type { Telemetry } from '../create-telemetry';
import { OpenAlerts } from './open-alerts';
import { createRuleLibrary, type LoadedRules, type RuleLibrary } from './rule-library';

export interface RulesDeps {
  readonly store: Store;
  readonly telemetry: Pick<Telemetry, 'onDidSample' | 'watchStates' | 'hasten'>;
  readonly hosts: Pick<ConnectedHostDirectory, 'watch' | 'list'>;
  readonly nowMs: () => number;
  /** Judges what is sampled; else only tells what another process judged. */
  readonly isKeeper: boolean;
  readonly rulesFolder: () => string | null;
  readonly rulesOff: () => readonly string[];
  readonly treeIds: () => readonly string[];
}

export interface Rules {
  readonly library: RuleLibrary;
  /** Writes what has been judged by now. */
  flush(): void;
  /** What an alert's rule compares, by the newest samples; null where this process judges none. */
  valueNow(of: Pick<Alert, 'hostId' | 'subject' | 'ruleId'>): { value: number | null; atMs: number } | null;
  /** Another number when this process wrote alerts since. */
  revision(): number;
  close(): void;
}

const FLUSH_MS = 1000;
/** What needs no sample is judged, and the user's files are looked at, every so many of these. */
const SILENCE_EVERY = 10;
/** So much later than it should be, this workstation slept or its clock was set: nobody listened meanwhile. */
const SLEPT_MS = 10_000;

/** Judges samples by the rules as they come, and keeps what they say. */
export function createRules(deps: RulesDeps): Rules {
  const { store, telemetry, hosts, nowMs, isKeeper } = deps;
  const library = createRuleLibrary(deps);
  /** Begins with the first sample. */
  let judging: { alerts: OpenAlerts; evaluator: RuleEvaluator; set: LoadedRules; timer: NodeJS.Timeout } | null = null;
  /** Disconnected by somebody: their silence says nothing. */
  const away = new Set<string>();
  const ended = new AbortController();
  let revision = 0;

  function begin() {
    const alerts = new OpenAlerts(store);
    const set = library.load();
    let ticks = 0;
    let tickedMs = nowMs();
    const timer = setInterval(() => {
      ticks += 1;
      const now = nowMs();
      if (now - tickedMs > SLEPT_MS) judging?.evaluator.slept(now);
      tickedMs = now;
      if (ticks % SILENCE_EVERY === 0) look().catch(() => {});
      flush();
    }, FLUSH_MS);
    timer.unref();
    alerts.abandon(isGone(set), nowMs());
    judging = { alerts, evaluator: evaluatorOf(set, alerts), set, timer };
    return judging;
  }

  function take(hostId: string, frames: readonly Frame[]): void {
    const { evaluator, alerts } = judging ?? begin();
    for (const change of evaluator.take(hostId, frames)) {
      alerts.take(change);
      if (change.to !== 'inactive' && change.rule.severity !== 'info') telemetry.hasten(hostId);
    }
  }

  /** Reads changed files in, then judges silence. */
  async function look(): Promise<void> {
    const first = await telemetry.watchStates(ended.signal).next();
    const states = first.done ? [] : first.value;
    if (!judging) return;
    const { alerts } = judging;
    const set = library.load();
    if (set !== judging.set) {
      const isRuleGone = isGone(set);
      // What is pending begins anew.
      alerts.abandon((alert) => alert.state === 'pending' || isRuleGone(alert), nowMs());
      judging = { ...judging, set, evaluator: evaluatorOf(set, alerts) };
    }
    const unwatched = new Set(states.flatMap(({ hostId, state }) => (state === 'off' ? hostId : [])));
    const isWatched = (hostId: string): boolean => !away.has(hostId) && !unwatched.has(hostId);
    for (const change of judging.evaluator.tick(nowMs(), isWatched)) alerts.take(change);
  }

  function flush(): void {
    try {
      if (judging?.alerts.flush()) revision += 1;
    } catch (error) {
      // A full disk: the samples meet it as well, and say so. It is tried again.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  function onStatus(status: HostStatus | { hostId: string; isRemoved: true }): void {
    const { hostId } = status;
    if ('isRemoved' in status) {
      judging?.evaluator.forgetHost(hostId);
      if (judging) judging.alerts.abandon((alert) => alert.hostId === hostId, nowMs());
      else endWhatIsGone();
      return;
    }
    const isAway = status.connection === 'idle';
    if (!isAway) away.delete(hostId);
    else if (!away.has(hostId)) {
      away.add(hostId);
      judging?.evaluator.forgetHost(hostId);
      judging?.alerts.abandon((alert) => alert.hostId === hostId && alert.state === 'pending', nowMs());
    }
  }

  async function follow(): Promise<void> {
    for await (const status of hosts.watch(ended.signal)) onStatus(status);
  }

  /** Nodes that were removed while nothing was judged; nor does anything that was pending then go on. */
  function endWhatIsGone(): void {
    const listed = new Set(hosts.list().map(({ spec }) => spec.id));
    const alerts = new OpenAlerts(store);
    alerts.abandon(({ hostId }) => !listed.has(hostId), nowMs());
    try {
      if (alerts.flush()) revision += 1;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  if (isKeeper) endWhatIsGone();
  const stopListening = isKeeper ? telemetry.onDidSample(take) : () => {};
  if (isKeeper) follow().catch(() => {});

  return {
    library,
    flush,
    valueNow: ({ hostId, subject, ruleId }) => judging?.evaluator.shown(hostId, subject, ruleId) ?? null,
    revision: () => revision,
    close() {
      ended.abort();
      stopListening();
      if (judging) clearInterval(judging.timer);
      flush();
      judging = null;
    },
  };
}

function evaluatorOf(set: LoadedRules, alerts: OpenAlerts): RuleEvaluator {
  return new RuleEvaluator({
    set,
    firingSince: (hostId, subject, ruleId) => alerts.firingSince(hostId, subject, ruleId),
  });
}

function isGone({ rules }: LoadedRules): (alert: { ruleId: string }) => boolean {
  const ids = new Set(rules.map(({ id }) => id));
  return ({ ruleId }) => !ids.has(ruleId);
}
