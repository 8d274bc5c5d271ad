/** Whether a JSON text has everything that another one says: objects by their keys, the rest as it is. Neither being JSON: no. */
export function jsonHolds(text: string, part: string): boolean {
  try {
    return holds(JSON.parse(text), JSON.parse(part));
  } catch {
    return false;
  }
}

function holds(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) {
    return JSON.stringify(whole) === JSON.stringify(part);
  }
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return false;
  return Object.entries(part).every(
    ([key, value]) => Object.hasOwn(whole, key) && holds(whole[key as keyof typeof whole], value),
  );
}
