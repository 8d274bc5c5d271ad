/**
 * How often a host is sampled, ms: where someone looks or something is wrong, while somebody has the app before them, and while
 * nobody has.
 */
export const paces = { looked: 1000, shown: 10_000, hidden: 60_000 } as const;
