import type { Alert } from '#shared/domain/rules/alert';
import type { RuleChange } from '#shared/domain/rules/rule-evaluator';
import type { Store } from '../../store/store';
import { AlertRepository } from './alert-repository';
import { messageOf } from './message-of';

/** Between two looks at whether there are too many that are over. */
const PRUNE_AFTER = 1000;

const keyOf = (ruleId: string, hostId: string, subject: string): string => `${ruleId}\n${hostId}\n${subject}`;

/** The alerts that are open, in memory; what changed is written together. A full disk is tried again. */
export class OpenAlerts {
  readonly #store: Store;
  readonly #repository: AlertRepository;
  readonly #open = new Map<string, Alert>();
  /** Not written yet; null: to be deleted. */
  readonly #unsaved = new Map<number, Alert | null>();
  #nextId: number;

  #endedSincePrune = PRUNE_AFTER;

  constructor(store: Store) {
    this.#store = store;
    this.#repository = new AlertRepository(store);
    for (const alert of this.#repository.open()) {
      // How long it had been true was remembered by a process that is gone.
      if (alert.state === 'pending') this.#unsaved.set(alert.id, null);
      else this.#open.set(keyOf(alert.ruleId, alert.hostId, alert.subject), alert);
    }
    this.#nextId = this.#repository.nextId();
  }

  firingSince(hostId: string, subject: string, ruleId: string): number | null {
    const alert = this.#open.get(keyOf(ruleId, hostId, subject));
    return alert?.state === 'firing' ? alert.sinceMs : null;
  }

  take(change: RuleChange): void {
    const { rule, hostId, subject, atMs, to, sinceMs, value } = change;
    const key = keyOf(rule.id, hostId, subject);
    const known = this.#open.get(key);
    if (to === 'inactive') {
      if (known) this.#end(key, known, atMs, false);
      return;
    }
    const alert: Alert = {
      id: known?.id ?? this.#nextId++,
      ruleId: rule.id,
      hostId,
      subject,
      state: to,
      severity: rule.severity,
      title: rule.title,
      message: messageOf(rule, value),
      labels: rule.labels ?? {},
      treeId: rule.tree ?? null,
      value,
      sinceMs: Math.round(sinceMs),
      firedMs: to === 'firing' ? Math.round(atMs) : null,
      resolvedMs: null,
      isAbandoned: false,
      acknowledged: null,
    };
    this.#open.set(key, alert);
    this.#unsaved.set(alert.id, alert);
  }

  /** Ends what nobody judges any more. */
  abandon(isGone: (alert: Alert) => boolean, nowMs: number): void {
    for (const [key, alert] of this.#open) {
      if (isGone(alert)) this.#end(key, alert, nowMs, true);
    }
  }

  /** Returns whether there was anything to write. Throws a StoreError, after which nothing is forgotten. */
  flush(): boolean {
    if (this.#unsaved.size === 0) return false;
    this.#store.transactionSoon(() => {
      for (const [id, alert] of this.#unsaved) {
        if (alert) this.#repository.save(alert);
        else this.#repository.delete(id);
      }
      if (this.#endedSincePrune >= PRUNE_AFTER) this.#repository.prune();
    });
    this.#unsaved.clear();
    if (this.#endedSincePrune >= PRUNE_AFTER) this.#endedSincePrune = 0;
    return true;
  }

  #end(key: string, alert: Alert, atMs: number, isAbandoned: boolean): void {
    this.#open.delete(key);
    this.#endedSincePrune += 1;
    const ended: Alert = { ...alert, state: 'resolved', resolvedMs: Math.round(atMs), isAbandoned };
    this.#unsaved.set(alert.id, alert.state === 'pending' ? null : ended);
  }
}
