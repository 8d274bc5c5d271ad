import { z } from 'zod';
import { severities } from '../finding';
import { partKinds } from '../parts/part';
import { localizedTextSchema } from '../text-schema';

function isRange({ min, max }: { min?: number | undefined; max?: number | undefined }): boolean {
  return (
    (min !== undefined || max !== undefined) && (min ?? Number.NEGATIVE_INFINITY) <= (max ?? Number.POSITIVE_INFINITY)
  );
}

/** A text in which `*` stands for anything; case does not matter. */
export const maxPatternLength = 200;
const pattern = z.string().min(1).max(maxPatternLength);
const plainValue = z.union([z.string(), z.number(), z.boolean()]);
/** How bad it is when it is otherwise; without it, by what it is about. */
const severity = z.enum(severities).optional();

/**
 * What a value should be: that value; `equals` with a severity of its own; one of several; within limits (inclusive); like a
 * pattern; or the same as another attribute of the part (a link as wide as it can be).
 */
export const valueExpectationSchema = z.union([
  plainValue,
  z.strictObject({ equals: plainValue, severity }),
  z.strictObject({ oneOf: z.array(plainValue).min(1), severity }),
  z.strictObject({ like: pattern, severity }),
  z.strictObject({ sameAs: z.string().min(1), severity }),
  z
    .strictObject({ min: z.number().optional(), max: z.number().optional(), severity })
    .refine(isRange, { message: 'min or max is needed, and min not above max' }),
]);
export type ValueExpectation = z.infer<typeof valueExpectationSchema>;

const countSchema = z.union([
  z.number().int().min(0),
  z
    .strictObject({ min: z.number().int().min(0).optional(), max: z.number().int().min(0).optional() })
    .refine(isRange, { message: 'min or max is needed, and min not above max' }),
]);
export type CountExpectation = z.infer<typeof countSchema>;

/** Parts that should be there. Without `count` and `slots` only those that are there are judged. */
export const partExpectationSchema = z.strictObject({
  kind: z.enum(partKinds),
  model: pattern.optional(),
  count: countSchema.optional(),
  /** Slots that should be filled, as the golden node has them. */
  slots: z.array(z.string().min(1)).max(4096).optional(),
  attributes: z.record(z.string(), valueExpectationSchema).default({}),
  severity,
});
export type PartExpectation = z.infer<typeof partExpectationSchema>;

/** What a node should be made of. The format of `*.yaml` and `*.json` profiles. */
export const profileSchema = z.strictObject({
  id: z
    .string()
    .max(80)
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower case letters, digits and hyphens'),
  name: localizedTextSchema,
  description: localizedTextSchema.optional(),
  /** The nodes it is suggested for: everything that is given has to hold. */
  matches: z
    .strictObject({
      vendor: pattern.optional(),
      product: pattern.optional(),
      gpu: pattern.optional(),
      gpuCount: countSchema.optional(),
    })
    .optional(),
  /** Where its values come from: a vendor's page, or the node it was made from. */
  sources: z.array(z.string().min(1)).default([]),
  parts: z.array(partExpectationSchema).min(1).max(2000),
});
export type Profile = z.infer<typeof profileSchema>;

export function isLike(text: string, wanted: string): boolean {
  const pieces = wanted.toLowerCase().split('*');
  const lower = text.toLowerCase();
  const [first = '', ...rest] = pieces;
  if (rest.length === 0) return lower === first;
  if (!lower.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const piece of rest) {
    const found = lower.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return lower.length - last.length >= at && lower.endsWith(last);
}

export function isCount(count: number, wanted: CountExpectation): boolean {
  if (typeof wanted === 'number') return count === wanted;
  return count >= (wanted.min ?? 0) && count <= (wanted.max ?? Number.POSITIVE_INFINITY);
}
