/** `00000000:3B:00.0` or the short `0000:3B:00.0` as lower case with an eight-digit domain. */
export function normalizeBusId(raw: unknown): string | null {
  if (typeof raw !== 'string') return null;
  const match = /^([0-9a-f]{4}|[0-9a-f]{8}):([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/.exec(raw.trim().toLowerCase());
  return match ? `${(match[1] ?? '').padStart(8, '0')}:${match[2]}` : null;
}
