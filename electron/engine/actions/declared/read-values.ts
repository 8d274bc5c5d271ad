import type { ActionContext } from '../action';
import { fillArgv } from './argv-template';
import type { CompiledFix } from './compile-fix';
import type { Moment } from './plan-fix';

/** What the reads of a fix tell, by name; one that does not answer is missing. `isAfter`: the proofs too, which take their time. */
export async function readValues(
  fix: CompiledFix,
  context: ActionContext,
  scope: Readonly<Record<string, unknown>>,
  isAfter: boolean,
): Promise<Moment['read']> {
  const found: Record<string, string | number> = {};
  for (const [index, read] of fix.reads.entries()) {
    const definition = fix.definition.reads[index];
    if (definition === undefined || (definition.at === 'after' && !isAfter)) continue;
    const value = await readValue(read, definition, context, scope, index);
    const over = read.over?.evaluate(scope);
    if (read.over === null) {
      if (value !== undefined) found[definition.name] = value;
    } else if (typeof value === 'number' && over?.isKnown) {
      await context.wait(Math.min(Math.max(Number(over.value), 0), 600) * 1000);
      const later = await readValue(read, definition, context, scope, index);
      // A counter that is smaller than it was began anew: nothing is known of the time between.
      if (typeof later === 'number' && later >= value) found[definition.name] = later - value;
    }
  }
  return found;
}

async function readValue(
  { argv, pattern }: CompiledFix['reads'][number],
  { root, kind, exitCodes, absent, timeoutSeconds, errors }: CompiledFix['definition']['reads'][number],
  context: ActionContext,
  scope: Readonly<Record<string, unknown>>,
  index: number,
): Promise<string | number | undefined> {
  const filled = fillArgv(argv, scope);
  if (filled.problem) return undefined;
  const ran = await context.run({
    id: `read-${index + 1}`,
    argv: filled.value,
    privilege: root ? 'root-else-user' : 'user',
    timeoutMs: timeoutSeconds * 1000,
  });
  if (ran.state !== 'exited' || ran.exitCode === null || !exitCodes.includes(ran.exitCode)) return undefined;
  const said = errors ? `${ran.stdout}\n${ran.stderr}` : ran.stdout;
  const found = pattern === null ? said.trim() : (pattern.exec(said)?.[1] ?? absent);
  const value = kind === 'number' && typeof found === 'string' ? Number(found) : found;
  return value === '' || Number.isNaN(value) ? undefined : value;
}
