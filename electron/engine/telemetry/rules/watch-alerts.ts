import { setTimeout as pause } from 'node:timers/promises';
import type { Alert, AlertChange } from '#shared/domain/rules/alert';
import type { AlertRepository } from './alert-repository';

export interface WatchAlertsOptions {
  readonly repository: AlertRepository;
  /** Writes what has been judged by now. */
  readonly flush: () => void;
  /** Another text when anything may have been written, by this process or another. */
  readonly revision: () => string;
  readonly nowMs: () => number;
  readonly signal: AbortSignal | undefined;
}

const LOOK_MS = 500;
/** More at once are told in parts, so that nothing waits long for one of them. */
const AT_ONCE = 2000;

/** Everything that is open, then what changes; looks into the database only when something was written there. */
export async function* watchAlerts(options: WatchAlertsOptions): AsyncGenerator<AlertChange> {
  const { repository, flush, revision, nowMs, signal } = options;
  let known: ReadonlyMap<number, string> = new Map();
  let silencesKnown = '';
  let seen: string | null = null;
  let nextEndMs = Number.POSITIVE_INFINITY;
  for (;;) {
    flush();
    const now = revision();
    if (now !== seen || nowMs() >= nextEndMs) {
      const isFirst = seen === null;
      seen = now;
      const texts = repository.openTexts();
      const changedIds = [...texts.keys()].filter((id) => texts.get(id) !== known.get(id));
      const endedIds = [...known.keys()].filter((id) => !texts.has(id));
      known = texts;
      const holding = repository.silences(nowMs());
      nextEndMs = Math.min(...holding.map(({ untilMs }) => untilMs));
      const silencesText = JSON.stringify(holding);
      const silences = silencesText === silencesKnown ? null : holding;
      silencesKnown = silencesText;
      if (isFirst || changedIds.length > 0 || endedIds.length > 0 || silences) {
        const open = changedIds.length > 0 ? changed(repository, changedIds) : [];
        yield { isWhole: isFirst, open: open.slice(0, AT_ONCE), endedIds, silences };
        for (let at = AT_ONCE; at < open.length; at += AT_ONCE) {
          yield { isWhole: false, open: open.slice(at, at + AT_ONCE), endedIds: [], silences: null };
        }
      }
    }
    await pause(LOOK_MS, undefined, { ...(signal ? { signal } : {}), ref: false });
  }
}

function changed(repository: AlertRepository, ids: readonly number[]): Alert[] {
  if (ids.length <= 20) return ids.flatMap((id) => repository.find(id) ?? []);
  const wanted = new Set(ids);
  return repository.open().filter(({ id }) => wanted.has(id));
}
