import { severities } from '#shared/domain/finding';
import { type Alert, type ShownAlert, type Silence, silenceOf } from '#shared/domain/rules/alert';
import type { AuditLog } from '../../audit/audit-log';
import { ConflictError, NotFoundError } from '../../errors';
import type { Store } from '../../store/store';
import { AlertRepository } from './alert-repository';
import type { Rules } from './create-rules';

export interface AlertsDeps {
  readonly store: Store;
  readonly rules: Pick<Rules, 'flush'>;
  readonly audit: AuditLog;
  readonly actor: string;
  readonly nowMs: () => number;
}

export interface Alerts {
  list(wanted: { hostIds?: readonly string[] | undefined; isResolvedToo?: boolean | undefined }): ShownAlert[];
  acknowledge(alertId: number, why: string): ShownAlert;
  silence(wanted: Pick<Silence, 'ruleId' | 'hostId' | 'subject' | 'untilMs' | 'why'>): Silence;
  silences(): Silence[];
  endSilence(silenceId: number, why: string): void;
}

/** What the rules say, for whoever looks, in this process or another; and what people say to that, which is audited. */
export function createAlerts({ store, rules, audit, actor, nowMs }: AlertsDeps): Alerts {
  const repository = new AlertRepository(store);
  const shown = (alert: Alert, silences: readonly Silence[]): ShownAlert => ({
    ...alert,
    silence: silenceOf(silences, alert, nowMs()),
  });

  return {
    list({ hostIds, isResolvedToo }) {
      rules.flush();
      const wanted = hostIds ? new Set(hostIds) : null;
      const silences = repository.silences(nowMs());
      const found = [...repository.open().sort(byUrgency), ...(isResolvedToo ? repository.resolved() : [])];
      return found.filter(({ hostId }) => !wanted || wanted.has(hostId)).map((alert) => shown(alert, silences));
    },
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
      return shown({ ...alert, acknowledged }, repository.silences(nowMs()));
    },
    silence(wanted) {
      if (wanted.untilMs <= nowMs()) throw new ConflictError('rules.silenceIsOver');
      const { hostId, ...detail } = wanted;
      const silence = { ...wanted, who: actor, atMs: nowMs() };
      return store.transaction(() => {
        audit.append({ event: 'alert.silence', hostId, detail });
        return { ...silence, id: repository.addSilence(silence) };
      });
    },
    silences: () => repository.silences(nowMs()),
    endSilence(silenceId, why) {
      const silence = repository.silences(nowMs()).find(({ id }) => id === silenceId);
      if (!silence) throw new NotFoundError('silence', String(silenceId));
      store.transaction(() => {
        repository.endSilence(silenceId, nowMs());
        audit.append({ event: 'alert.endSilence', hostId: silence.hostId, detail: { silenceId, why } });
      });
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
