interface Minutes {
  readonly fromMinutes: number;
  readonly toMinutes: number;
}

/** What a playbook says a step or all of them usually take, for a text with `minutes`: `3`, `3–8`, or `≤ 1` for what may take no time. */
export function minutesOf({ fromMinutes, toMinutes }: Minutes): { minutes: string } {
  if (fromMinutes === 0) return { minutes: `≤ ${toMinutes}` };
  return { minutes: fromMinutes === toMinutes ? String(fromMinutes) : `${fromMinutes}–${toMinutes}` };
}
