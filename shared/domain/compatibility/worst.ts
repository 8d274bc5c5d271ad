import type { CompatibilityRow, Verdict } from './report';

const order: readonly Verdict[] = ['does-not-fit', 'limits', 'unknown', 'fits'];

/** What two things come to beside each other. A limit that is known says more than a check that is not. */
export type Check = Pick<CompatibilityRow, 'verdict' | 'found' | 'needed' | 'reason' | 'ruleId' | 'source'>;

/** The rows of one pair: each check that does not fit, the worst first, so that none hides another; else one that does. */
export function rowsOf(
  base: Pick<CompatibilityRow, 'id' | 'group' | 'subject' | 'evidence'>,
  checks: readonly Check[],
  fitting: Check | undefined = checks.find(({ verdict }) => verdict === 'fits'),
): CompatibilityRow[] {
  const problems = checks.filter(({ verdict }) => verdict !== 'fits').sort(byVerdict);
  const shown = problems.length > 0 ? problems : fitting ? [fitting] : [];
  return shown.map((check, at) => ({ ...base, ...check, id: at === 0 ? base.id : `${base.id}:${at}` }));
}

export function byVerdict(a: { readonly verdict: Verdict }, b: { readonly verdict: Verdict }): number {
  return order.indexOf(a.verdict) - order.indexOf(b.verdict);
}
