/** What `gantry` ends with. Documented in `--help` and docs/cli.md. */
export const exitCodes = {
  /** Done; nothing wrong was found. */
  fine: 0,
  /** Done; findings that need attention. */
  findings: 1,
  /** The command line makes no sense: unknown option, noun, host or id. */
  usage: 2,
  /** Could not be judged or carried out: node unreachable, probe failed, output not understood, store not writable. */
  couldNotJudge: 3,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the command with a message on stderr and a code, without a stack trace. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.usage,
  ) {
    super(message);
  }
}
