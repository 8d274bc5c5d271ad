import type { ActionContext } from '../action';
import type { FilledStep } from './filled-step';

/** Beside the file, so that giving it its name is one step. */
export const partOf = (path: string) => `${path}.gantry-part`;

/**
 * How content comes to stand in a file: whole or not at all (rename(2)), after a power loss too (fsync(2)). One that is there leaves the
 * new one its owner, mode and labels. Standard input goes to `argv`.
 */
export function besideCommands(path: string, isThere: boolean) {
  const part = partOf(path);
  return {
    first: isThere ? [['cp', '-a', '-T', path, part]] : [],
    argv: ['tee', part],
    last: [
      ['sync', part],
      ['mv', '-T', part, path],
    ],
    cleanup: ['rm', '-f', part],
  };
}

/** A link stays one: what it leads to is written in place, as nothing tells who else does. */
export function writtenBeside(
  step: FilledStep,
  { path, before, isLink }: { path: string; before: { kind: string }; isLink: boolean },
): FilledStep {
  return isLink ? { ...step, argv: ['tee', path] } : { ...step, ...besideCommands(path, before.kind === 'text') };
}

/** All that a step runs, in turn. */
export function commandsOf({ first, argv, last }: Pick<FilledStep, 'argv' | 'first' | 'last'>): string[][] {
  return [...(first ?? []), argv, ...(last ?? [])];
}

/** Takes away what a write that was cut off left beside its file. What may not be removed stays, and the next write replaces it. */
export async function removeParts(context: ActionContext, steps: readonly FilledStep[]): Promise<void> {
  for (const privilege of ['root', 'user'] as const) {
    const parts = steps
      .filter(({ isRoot, last }) => last && isRoot === (privilege === 'root'))
      .flatMap(({ path }) => (path === null ? [] : [partOf(path)]));
    if (parts.length === 0) continue;
    const argv: [string, ...string[]] = ['rm', '-f', ...new Set(parts)];
    await context.run({ id: 'remove-parts', argv, privilege, timeoutMs: 30_000 }, { isAbortable: false });
  }
}
