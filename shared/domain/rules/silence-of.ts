import type { Alert, Silence } from './alert';

/** The silence that holds for an alert now. */
export function silenceOf(silences: readonly Silence[], alert: Alert, nowMs: number): Silence | null {
  const holds = ({ ruleId, hostId, subject, untilMs }: Silence): boolean =>
    untilMs > nowMs &&
    (ruleId === null || ruleId === alert.ruleId) &&
    (hostId === null || hostId === alert.hostId) &&
    (subject === null || subject === alert.subject);
  return silences.find(holds) ?? null;
}
