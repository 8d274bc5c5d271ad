interface Minutes {
  readonly fromMinutes: number;
  readonly toMinutes: number;
}

/**
 * What a playbook says a step or all of them usually take, or what they took here, for a text with `minutes` in whole minutes: `3`, `3–8`,
 * or `≤ 1` for what may take none. Pure.
 */
export function minutesOf({ fromMinutes, toMinutes }: Minutes): { minutes: string } {
  const [from, to] = [Math.round(fromMinutes), Math.max(1, Math.ceil(toMinutes))];
  if (from === 0) return { minutes: `≤ ${to}` };
  return { minutes: from === to ? String(from) : `${from}–${to}` };
}
