import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { ProbeState } from '#shared/domain/probe';
import type { Message } from '#shared/domain/text';
import type { probes as words } from '#shared/i18n/en/probes';
import type { CommandOutputs } from '../probe';
import { sudoersLine, sudoersLineForAll } from './sudoers';

/** Why a probe has no facts. */
export interface Problem {
  readonly state: Exclude<ProbeState, 'ok'>;
  readonly reason: Message;
}

/** A key of the English catalogue's `probes`. */
export type ProblemKey = keyof typeof words;

export function problem(state: Problem['state'], key: ProblemKey, params?: Message['params']): Problem {
  return { state, reason: params === undefined ? { key: `probes.${key}` } : { key: `probes.${key}`, params } };
}

/** Says what stands in the way of reading a command's output; null when it ended by itself, whatever its exit code. */
export function commandProblem(output: CommandOutput | undefined, spec: CommandSpec): Problem | null {
  const tool = toolOf(spec);
  if (output === undefined) return problem('failed', 'notRun', { tool });
  switch (output.state) {
    case 'exited':
      // A fixed script ends with 127 when the tool it is about is not there.
      if (output.exitCode === 127) return problem('missing-tool', 'missingTool', { tool });
      if (output.exitCode === 126) return problem('denied', 'notExecutable', { tool });
      return null;
    case 'missing-tool':
      return problem('missing-tool', 'missingTool', { tool });
    case 'denied':
      return problem('denied', 'denied', { tool, sudoers: sudoersLine(spec) });
    case 'timeout':
      return problem('timeout', 'timeout', { tool, seconds: Math.round((spec.timeoutMs ?? 3000) / 1000) });
    case 'hung':
      return problem('hung', 'hung', { tool });
    case 'not-needed':
      return null;
    case 'skipped':
      return problem('hung', 'skippedAfterHang', { tool });
    case 'cancelled':
      return problem('failed', 'cancelled', { tool });
    case 'lost':
      return problem('failed', 'connectionLost', { tool });
  }
}

/** The login was refused what root may do: the line that would allow it, or `asRoot` where root was refused as well. */
export function refusal(output: CommandOutput | undefined, specs: readonly CommandSpec[], asRoot: ProblemKey): Problem {
  const [spec] = specs;
  if (!spec || output?.privilege === 'root') return problem('denied', asRoot);
  return problem('denied', 'denied', { tool: toolOf(spec), sudoers: sudoersLineForAll(specs) });
}

/** The problem of a command that ended with an exit code of failure and nothing better is known about it. */
export function exitProblem(output: CommandOutput, spec: CommandSpec): Problem | null {
  if (output.exitCode === 0 || output.exitCode === null) return null;
  const detail = firstLine(output.stderr) || firstLine(output.stdout);
  return problem('failed', detail ? 'exitCodeDetail' : 'exitCode', {
    tool: toolOf(spec),
    exitCode: output.exitCode,
    ...(detail ? { detail } : {}),
  });
}

/** The output of a probe's command, or why there is none to read. */
export function readCommand(outputs: CommandOutputs, spec: CommandSpec): CommandOutput | Problem {
  const output = outputs[spec.id];
  return commandProblem(output, spec) ?? (output as CommandOutput);
}

export function isProblem(value: object): value is Problem {
  return 'reason' in value && 'state' in value && !('stdout' in value);
}

/** Output that was there and made no sense as what the command prints. */
export function unparsable(
  spec: CommandSpec,
  output: CommandOutput | undefined,
  key: ProblemKey = 'unparsable',
): Problem {
  return problem('unparsable', output?.isTruncated ? 'truncated' : key, { tool: toolOf(spec) });
}

/** The tool a person would name for a command: a script's own subject is its id. */
export function toolOf(spec: CommandSpec): string {
  if (spec.argv[0] !== 'sh') return spec.argv[0];
  return spec.argv[2]?.includes('exec nvidia-smi ') ? 'nvidia-smi' : spec.id;
}

function firstLine(text: string): string {
  const line = text.trimStart().split('\n', 1)[0] ?? '';
  return line.trim().slice(0, 200);
}
