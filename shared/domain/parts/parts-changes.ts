import { z } from 'zod';
import type { PartPair, PartsComparison } from './compare-parts';
import { partKinds } from './part';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * One line of what changed at a node: parts of a kind that came, went, moved or were swapped, or one attribute that changed
 * from one value to another. `learned`: such parts could not be read before.
 */
export const partsChangeSchema = z.object({
  kind: z.enum(partKinds),
  change: z.enum(['added', 'removed', 'moved', 'swapped', 'changed', 'learned']),
  count: z.number(),
  /** Model of the parts, where all are of one. */
  model: z.string().nullable(),
  /** Slots, at most the first few. */
  slots: z.array(z.string()),
  attribute: z.string().nullable(),
  before: value,
  after: value,
});
export type PartsChange = z.infer<typeof partsChangeSchema>;

const maxSlots = 8;
/** More lines than anybody reads: an upgrade of a hundred packages is summed up in the last one. */
const maxChanges = 40;

/** What a comparison in time found, in few lines, parts that changed in the same way together. */
export function changesOf({ pairs }: PartsComparison): PartsChange[] {
  const groups = new Map<string, PartsChange>();
  for (const pair of pairs) {
    for (const change of changesOfPair(pair)) {
      const key = JSON.stringify([
        change.kind,
        change.change,
        change.model,
        change.attribute,
        change.before,
        change.after,
      ]);
      const known = groups.get(key);
      groups.set(
        key,
        known
          ? { ...known, count: known.count + 1, slots: [...known.slots, ...change.slots].slice(0, maxSlots) }
          : change,
      );
    }
  }
  return [...groups.values()].slice(0, maxChanges);
}

function changesOfPair({ kind, relation, before, after, attributes, isDifferent }: PartPair): PartsChange[] {
  const base = {
    kind,
    count: 1,
    model: (after ?? before)?.model ?? null,
    slots: [(after ?? before)?.slot ?? ''],
    attribute: null,
    before: null,
    after: null,
  };
  if (relation === 'not-compared') return after ? [{ ...base, change: 'learned' }] : [];
  if (!isDifferent) return [];
  // A link comes and goes with its device.
  if (relation === 'added' || relation === 'removed') return kind === 'pci-link' ? [] : [{ ...base, change: relation }];
  const values = attributes
    .filter(({ state }) => state === 'different')
    .map(
      (one): PartsChange => ({ ...base, change: 'changed', attribute: one.name, before: one.before, after: one.after }),
    );
  if (relation === 'moved') {
    return [{ ...base, change: 'moved', before: before?.slot ?? null, after: after?.slot ?? null }, ...values];
  }
  if (relation === 'swapped') {
    return [{ ...base, change: 'swapped', before: before?.identity ?? null, after: after?.identity ?? null }];
  }
  return values;
}
