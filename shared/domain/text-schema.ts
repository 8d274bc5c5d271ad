import { z } from 'zod';

/**
 * Text that comes from the product's own catalogue: `key` names an entry of `shared/i18n`, `params` fill it.
 * The engine sends this, the renderer and the CLI turn it into words and format the numbers.
 */
export const messageSchema = z.object({
  key: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/** Text that comes from a knowledge file (tree, action): written per language there, values already filled in. */
export const localizedTextSchema = z.object({ en: z.string(), 'zh-CN': z.string().optional() });
