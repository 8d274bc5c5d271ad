import type { z } from 'zod';
import { InvalidError } from '../errors';

/** Parameters with what was left out filled in, so that a plan shows all it goes by. Throws InvalidError with the name of a wrong one. */
export function checkedParameters(
  schema: z.ZodType<Record<string, unknown>>,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : '');
  throw new InvalidError('actions.invalidParameter', { name, problem: issue?.message ?? '' });
}
