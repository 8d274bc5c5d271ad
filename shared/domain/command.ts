import { z } from 'zod';

/** With which rights a command ran: those of the login, or root's. */
export const privileges = ['user', 'root'] as const;
export type Privilege = (typeof privileges)[number];

/** With which it is to run. */
export const wantedPrivileges = [...privileges, 'root-else-user'] as const;

export const lanes = ['nvml', 'bmc'] as const;
export type Lane = (typeof lanes)[number];

/** A read-only or changing command as declared: argv, never a shell line put together from data. */
export interface CommandSpec {
  /** Unique within its probe, kebab-case. */
  readonly id: string;
  readonly argv: readonly [string, ...string[]];
  /**
   * `root`: run as is when the login is root, else with `sudo -n`. `root-else-user`: the same, and as the login where sudo
   * is not there or does not allow it, for what the login may do as well and root sees more of.
   */
  readonly privilege?: (typeof wantedPrivileges)[number];
  /** Enforced on the node and here. Default 3 s. */
  readonly timeoutMs?: number;
  /** What is kept of stdout; the rest is cut and `isTruncated` set. Default 4 MiB. */
  readonly maxOutputBytes?: number;
  /**
   * Commands with the same lane never run at the same time on a host; after one hangs, or two run out of time, the rest of
   * the lane is skipped. `nvml`: the NVIDIA driver. `bmc`: the management controller, which is slow and does one thing at a time.
   */
  readonly lane?: Lane;
  /**
   * Runs argv once for each file of the node that matches (shell patterns, blanks between), `{}` in it being the file's path
   * and `{/}` its name. What each printed stands in stdout between `==> PATH` and `<== EXIT-CODE`.
   */
  readonly forEach?: string;
  /** Shell patterns, blanks between: without a file that matches any, the node has nothing for this command. */
  readonly onlyWhere?: string;
}

/** argv as a person reads it: the patterns of `forEach` in place of one file. */
export function writtenArgv({ argv, forEach }: Pick<CommandSpec, 'argv' | 'forEach'>): [string, ...string[]] {
  if (forEach === undefined) return [...argv];
  const names = forEach.replace(/\S*\//g, '');
  return argv.map((word) => (word === '{}' ? forEach : word === '{/}' ? names : word)) as [string, ...string[]];
}

/** Two commands with one key do the same on a node. */
export function commandKey(command: Pick<CommandSpec, 'argv' | 'privilege' | 'forEach'>): string {
  return JSON.stringify([command.privilege ?? 'user', writtenArgv(command)]);
}

export const commandStates = [
  'exited',
  'missing-tool',
  'denied',
  'timeout',
  'hung',
  'skipped',
  'not-needed',
  'cancelled',
  'lost',
] as const;
/**
 * How a command ended. `exited`: by itself, any exit code. `hung`: outlived its kill and was abandoned. `skipped`: not
 * started because its lane hung. `not-needed`: not started because the node has no file of `forEach` or `onlyWhere`. `lost`: the connection went while it ran. `denied`: needs root and has none.
 */
export type CommandState = (typeof commandStates)[number];

/** What a command printed, decoded as UTF-8 with replacement characters; what parsers see. */
export interface CommandOutput {
  readonly state: CommandState;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly isTruncated: boolean;
  /** With which it ran. Left out: as the login. */
  readonly privilege?: Privilege;
}

/** One command that ran, without its output, which is kept as evidence under `evidenceId`. */
export const commandRecordSchema = z.object({
  commandId: z.string(),
  argv: z.array(z.string()),
  privilege: z.enum(privileges),
  state: z.enum(commandStates),
  exitCode: z.number().nullable(),
  startedAtMs: z.number(),
  durationMs: z.number(),
  stdoutBytes: z.number(),
  stderrBytes: z.number(),
  isTruncated: z.boolean(),
  evidenceId: z.string(),
});
export type CommandRecord = z.infer<typeof commandRecordSchema>;

/**
 * Raw output as shown: control characters replaced. Where that or the decoding changed something, and the exact bytes
 * were asked for, `stdoutBase64` and `stderrBase64` have them.
 */
export const evidenceSchema = z.object({
  id: z.string(),
  hostId: z.string(),
  probeId: z.string().nullable(),
  record: commandRecordSchema,
  stdoutText: z.string(),
  stderrText: z.string(),
  stdoutBase64: z.string().optional(),
  stderrBase64: z.string().optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;
