import type { CompatibilityRow, Verdict } from './report';

const order: readonly Verdict[] = ['does-not-fit', 'limits', 'unknown', 'fits'];

/** What a row comes to: of several checks the worst counts. A limit that is known says more than a check that is not. */
export type Check = Pick<CompatibilityRow, 'verdict' | 'found' | 'needed' | 'reason' | 'ruleId' | 'source'>;

export function worstOf<C extends { readonly verdict: Verdict }>(checks: readonly C[]): C | null {
  return checks.reduce<C | null>(
    (worst, check) => (worst === null || order.indexOf(check.verdict) < order.indexOf(worst.verdict) ? check : worst),
    null,
  );
}

export function byVerdict(a: { readonly verdict: Verdict }, b: { readonly verdict: Verdict }): number {
  return order.indexOf(a.verdict) - order.indexOf(b.verdict);
}
