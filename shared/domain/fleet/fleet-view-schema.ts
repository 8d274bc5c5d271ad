import { z } from 'zod';

const field = z.string().max(60);

/** A way to look at the fleet that was saved under a name. Fields are kept as written: one that is not known any more is skipped. */
export const fleetViewSchema = z.object({
  name: z.string().trim().min(1).max(60),
  filter: z.string().max(2000),
  /** In the order they stand; empty: the standard ones. `widthPx` null: the standard width. */
  columns: z.array(z.object({ field, widthPx: z.number().int().min(40).max(1000).nullable() })).max(100),
  sort: z.array(z.object({ field, isDescending: z.boolean() })).max(10),
  group: field.nullable(),
  /** The one that the fleet opens with; at most one is. */
  isDefault: z.boolean(),
});

export const fleetViewsSchema = z
  .array(fleetViewSchema)
  .max(200)
  .refine((views) => new Set(views.map(({ name }) => name)).size === views.length, 'Two views have the same name')
  .refine((views) => views.filter(({ isDefault }) => isDefault).length <= 1, 'More than one view is the default');
