import { z } from 'zod';
import type { GeneratedFile } from '#shared/domain/generators/generator';
import type { ActionContext, PlanCheck, RanCommand, Verification } from '../../action';
import type { Texts } from '../../knowledge';

/** One command of an activation; all of it runs as root. */
const commandSchema = z.object({
  id: z.string(),
  /** The key of its words. */
  title: z.string(),
  argv: z.array(z.string()).min(1),
  timeoutMs: z.number(),
  /** It may say no without harm. */
  mayFail: z.boolean().optional(),
});
export type ActivationCommand = z.infer<typeof commandSchema>;

/** What makes a file count, and what takes that back: filled in when the plan is made, saved with the run. */
export const activationSchema = z.object({
  kind: z.string(),
  commands: z.array(commandSchema),
  /** While the new file is still there. */
  undoFirst: z.array(commandSchema),
  /** Once the file is what it was. */
  undoAfter: z.array(commandSchema),
  /** What `prove` compares with: of its kind. */
  wanted: z.unknown(),
  before: z.unknown(),
});
export type Activation = z.infer<typeof activationSchema>;

/** The file as it will lie on the node. */
export interface ActivationTarget {
  readonly file: GeneratedFile;
  readonly path: string;
  /** Whether a file is there already. */
  readonly isThere: boolean;
  /** Where Prometheus answers. */
  readonly port: number;
}

/** A way in which what reads a file is made to read it. */
export interface ActivationKind {
  readonly kind: string;
  prepare(
    context: ActionContext,
    target: ActivationTarget,
    texts: Texts,
  ): Promise<{ checks: readonly PlanCheck[]; activation: Activation | null }>;
  /** Asks the node whether it is so. `expected`: `wanted` or `before` of its own plan. */
  prove(context: ActionContext, expected: unknown, texts: Texts): Promise<Verification>;
}

export const minute = 60_000;

export function command(
  id: string,
  argv: readonly string[],
  { title = 'runCommand', timeoutMs = minute, ...own }: Partial<ActivationCommand> = {},
): ActivationCommand {
  return { id, title, argv: [...argv], timeoutMs, ...own };
}

/** Reads something and changes nothing. */
export function ask(
  context: ActionContext,
  id: string,
  argv: readonly [string, ...string[]],
  privilege: 'user' | 'root-else-user' = 'root-else-user',
): Promise<RanCommand> {
  return context.run({ id, argv, privilege, timeoutMs: 20_000 });
}

export function isGood({ state, exitCode }: RanCommand): boolean {
  return state === 'exited' && exitCode === 0;
}

export function said({ stdout, stderr, state }: Pick<RanCommand, 'stdout' | 'stderr' | 'state'>): string {
  return stderr.trim() || stdout.trim() || state;
}

export function check(
  texts: Texts,
  outcome: PlanCheck['outcome'],
  detail: PlanCheck['detail'],
  evidenceId?: string,
): PlanCheck {
  return { title: texts('checkActivation'), outcome, detail, ...(evidenceId === undefined ? {} : { evidenceId }) };
}
