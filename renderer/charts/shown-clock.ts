/** The time that screens of samples take for now. Read nowhere else by them, so that it can be another clock's. */
export function shownNowMs(): number {
  return Date.now();
}
