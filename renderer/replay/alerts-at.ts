import type { Alert, Silence } from '#shared/domain/rules/alert';

/** An alert as it was then; null: it was not open. */
function alertAt(alert: Alert, atMs: number): Alert | null {
  const { sinceMs, firedMs, resolvedMs, acknowledged } = alert;
  if (sinceMs > atMs || (resolvedMs !== null && resolvedMs <= atMs)) return null;
  const hasFired = firedMs !== null && firedMs <= atMs;
  return {
    ...alert,
    state: hasFired ? 'firing' : 'pending',
    firedMs: hasFired ? firedMs : null,
    resolvedMs: null,
    isAbandoned: false,
    acknowledged: acknowledged !== null && acknowledged.atMs <= atMs ? acknowledged : null,
  };
}

/** What was open then, and the silences that held. */
export function alertsAt(
  { alerts, silences }: { alerts: readonly Alert[]; silences: readonly Silence[] },
  atMs: number,
): { open: Alert[]; silences: Silence[] } {
  return {
    open: alerts.flatMap((alert) => alertAt(alert, atMs) ?? []),
    silences: silences.filter((silence) => silence.atMs <= atMs && silence.untilMs > atMs),
  };
}
