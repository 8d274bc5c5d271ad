import { severities } from '#shared/domain/finding';
import type { Alert, AlertChange, AlertValue, ShownAlert, Silence } from '#shared/domain/rules/alert';
import { silenceOf } from '#shared/domain/rules/silence-of';
import type { AuditLog } from '../../audit/audit-log';
import { ConflictError, NotFoundError } from '../../errors';
import type { Store } from '../../store/store';
import { AlertRepository } from './alert-repository';
import type { Rules } from './create-rules';
import { watchAlerts } from './watch-alerts';

export interface AlertsDeps {
  readonly store: Store;
  readonly rules: Pick<Rules, 'flush' | 'revision' | 'valueNow'>;
  readonly audit: AuditLog;
  readonly actor: string;
  readonly nowMs: () => number;
}

export interface Alerts {
  list(wanted: { hostIds?: readonly string[] | undefined; isResolvedToo?: boolean | undefined }): ShownAlert[];
  /** All that are open at once, then what changes, within a second also what another process wrote. */
  watch(signal?: AbortSignal): AsyncGenerator<AlertChange>;
  /** The last that are over. */
  resolved(): ShownAlert[];
  /** What was open at any time of a range. */
  during(range: { fromMs: number; toMs: number }): { alerts: Alert[]; silences: Silence[] };
  /** What the rules of some open alerts compare now; nothing of those that no sample came of in this process. */
  values(alertIds: readonly number[]): AlertValue[];
  acknowledge(alertId: number, why: string): ShownAlert;
  silence(wanted: Pick<Silence, 'ruleId' | 'hostId' | 'subject' | 'untilMs' | 'why'>): Silence;
  silences(): Silence[];
  extendSilence(silenceId: number, untilMs: number, why: string): Silence;
  endSilence(silenceId: number, why: string): void;
}

/** What the rules say, for whoever looks, in this process or another; and what people say to that, which is audited. */
export function createAlerts({ store, rules, audit, actor, nowMs }: AlertsDeps): Alerts {
  const repository = new AlertRepository(store);
  const shown = (alert: Alert, silences: readonly Silence[]): ShownAlert => ({
    ...alert,
    silence: silenceOf(silences, alert, nowMs()),
  });
  const holding = (silenceId: number): Silence => {
    const silence = repository.silences(nowMs()).find(({ id }) => id === silenceId);
    if (!silence) throw new NotFoundError('silence', String(silenceId));
    return silence;
  };
  /** Counts what people said in this process. */
  let said = 0;

  return {
    list({ hostIds, isResolvedToo }) {
      rules.flush();
      const wanted = hostIds ? new Set(hostIds) : null;
      const silences = repository.silences(nowMs());
      const found = [...repository.open().sort(byUrgency), ...(isResolvedToo ? repository.resolved() : [])];
      return found.filter(({ hostId }) => !wanted || wanted.has(hostId)).map((alert) => shown(alert, silences));
    },
    watch: (signal) =>
      watchAlerts({
        repository,
        flush: () => rules.flush(),
        revision: () => `${rules.revision()} ${said} ${store.foreignVersion()}`,
        nowMs,
        signal,
      }),
    resolved() {
      rules.flush();
      const silences = repository.silences(nowMs());
      return repository.resolved().map((alert) => shown(alert, silences));
    },
    during({ fromMs, toMs }) {
      rules.flush();
      return { alerts: repository.during(fromMs, toMs), silences: repository.silences(fromMs, toMs) };
    },
    values: (alertIds) =>
      repository.findAll(alertIds).flatMap((alert) => {
        const now = alert.state === 'resolved' ? null : rules.valueNow(alert);
        return now ? { alertId: alert.id, ...now } : [];
      }),
    acknowledge(alertId, why) {
      rules.flush();
      const alert = repository.find(alertId);
      if (!alert) throw new NotFoundError('alert', String(alertId));
      if (alert.state === 'resolved') throw new ConflictError('rules.alertIsOver', { alert: alertId });
      const { ruleId, hostId, subject } = alert;
      const acknowledged = { who: actor, atMs: nowMs(), why };
      store.transaction(() => {
        repository.acknowledge(alertId, acknowledged);
        audit.append({ event: 'alert.acknowledge', hostId, detail: { alertId, ruleId, subject, why } });
      });
      said += 1;
      return shown({ ...alert, acknowledged }, repository.silences(nowMs()));
    },
    silence(wanted) {
      if (wanted.untilMs <= nowMs()) throw new ConflictError('rules.silenceIsOver');
      const { hostId, ...detail } = wanted;
      const silence = { ...wanted, who: actor, atMs: nowMs() };
      said += 1;
      return store.transaction(() => {
        audit.append({ event: 'alert.silence', hostId, detail });
        return { ...silence, id: repository.addSilence(silence) };
      });
    },
    silences: () => repository.silences(nowMs()),
    extendSilence(silenceId, untilMs, why) {
      const silence = holding(silenceId);
      if (untilMs <= nowMs()) throw new ConflictError('rules.silenceIsOver');
      store.transaction(() => {
        repository.setSilenceEnd(silenceId, untilMs);
        audit.append({ event: 'alert.extendSilence', hostId: silence.hostId, detail: { silenceId, untilMs, why } });
      });
      said += 1;
      return { ...silence, untilMs };
    },
    endSilence(silenceId, why) {
      const silence = holding(silenceId);
      store.transaction(() => {
        repository.setSilenceEnd(silenceId, nowMs());
        audit.append({ event: 'alert.endSilence', hostId: silence.hostId, detail: { silenceId, why } });
      });
      said += 1;
    },
  };
}

/** Firing before pending, the worst first, then the newest. */
function byUrgency(one: Alert, other: Alert): number {
  return (
    Number(one.state === 'pending') - Number(other.state === 'pending') ||
    severities.indexOf(other.severity) - severities.indexOf(one.severity) ||
    other.sinceMs - one.sinceMs
  );
}
