import { z } from 'zod';
import { generators } from '#shared/domain/generators/index';

const ids = generators.map(({ id }) => id);

export const parametersSchema = z.strictObject({
  generator: z.string().refine((id) => ids.includes(id), 'is no generator'),
  /** What the form holds; JSON text from a form that has only texts. */
  values: z.preprocess(parsed, z.record(z.string(), z.unknown())),
  /** Which file of those that it gives; the first one without it. */
  file: z.string().max(200).nullish(),
  /** Makes it count once it is written: see `FileActivation`. */
  activate: z.boolean().nullish(),
  /** Where Prometheus answers on the node. */
  port: z.number().int().min(1).max(65535).nullish(),
  path: z
    .string()
    .max(1000)
    .regex(/^(?:\/|~\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*[^/\p{Cc}]$/u),
});
export type Parameters = z.infer<typeof parametersSchema>;

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
