import { z } from 'zod';
import { InvalidError } from '../errors';

/**
 * Parameters with what was left out filled in, so that a plan shows all it goes by. Throws InvalidError with the name of one that is
 * wrong, missing, or not among them.
 */
export function checkedParameters(
  schema: z.ZodType<Record<string, unknown>>,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const known = schema instanceof z.ZodObject ? Object.keys(schema.shape).join(', ') : '';
    throw new InvalidError('actions.unknownParameter', { name: issue.keys.join(', '), known: known || '-' });
  }
  const name = issue?.path.join('.') ?? '';
  const [first] = issue?.path ?? [];
  if (issue?.path.length === 1 && given[String(first)] === undefined)
    throw new InvalidError('actions.missingParameter', { name });
  throw new InvalidError('actions.invalidParameter', { name, problem: issue?.message ?? '' });
}
