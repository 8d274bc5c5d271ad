interface Minutes {
  readonly fromMinutes: number;
  readonly toMinutes: number;
}

/** What a playbook says a step or all of them usually take, for a text with `minutes`: `3`, or `3–8`. */
export function minutesOf({ fromMinutes, toMinutes }: Minutes): { minutes: string } {
  return { minutes: fromMinutes === toMinutes ? String(fromMinutes) : `${fromMinutes}–${toMinutes}` };
}
