import {
  type CommandOutput,
  type CommandRecord,
  type CommandSpec,
  commandKey,
  writtenArgv,
} from '#shared/domain/command';
import type { OsFacts } from '#shared/domain/facts/system';
import type { ProbeResult } from '#shared/domain/probe';
import { printable } from '#shared/domain/text';
import type { BatchOptions, CommandResult, Host } from '../hosts/host';
import { problem, toolOf } from './lib/outcome';
import { sudoersUser } from './lib/sudoers';
import type { ParseResult, Probe } from './probe';

export interface RunProbesOptions {
  readonly signal?: AbortSignal;
  /** Keeps the raw output of a command and returns its evidence id. */
  readonly keep: (result: CommandResult, probeId: string) => string;
  /** The login on the node, for the sudoers lines in reasons. */
  readonly user?: string | null;
  readonly nowMs?: () => number;
  readonly onCost?: BatchOptions['onCost'];
  readonly onClockOffset?: BatchOptions['onClockOffset'];
}

/** One command of the batch and who waits for it; the same command of two probes runs once. */
interface Planned {
  readonly command: CommandSpec;
  readonly users: Array<{ probe: Probe; commandId: string }>;
}

/**
 * Runs probes on a host in one batch and yields each result as soon as its last command is in. Throws what
 * `Host.batch` throws; a probe's own failure is a result.
 */
export async function* runProbes(
  host: Host,
  probes: readonly Probe[],
  options: RunProbesOptions,
): AsyncGenerator<ProbeResult> {
  const nowMs = options.nowMs ?? Date.now;
  const plan = planCommands(probes);
  const collected = new Map<Probe, Collected>(
    probes.map((probe) => [probe, new Collected(probe, plan.filter(({ users }) => usesOf(users, probe)).length)]),
  );
  let clockOffsetMs: number | null = null;
  const finish = (progress: Collected) =>
    progress.toResult(host.id, {
      nowMs,
      clockOffsetMs,
      user: options.user ?? null,
      isCollection: host.kind === 'bundle',
    });
  const batch = host.batch(
    plan.map((planned) => planned.command),
    {
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.onCost ? { onCost: options.onCost } : {}),
      onClockOffset: (offset) => {
        clockOffsetMs = offset;
        options.onClockOffset?.(offset);
      },
    },
  );
  for await (const result of batch) {
    const planned = plan.find((candidate) => candidate.command === result.spec);
    const [first] = planned?.users ?? [];
    if (!planned || !first) continue;
    const evidenceId = options.keep(result, first.probe.id);
    const output = toOutput(result);
    for (const { probe, commandId } of planned.users) {
      const progress = collected.get(probe);
      if (!progress) continue;
      progress.add(commandId, output, toRecord(result, commandId, evidenceId));
      if (!progress.isComplete) continue;
      collected.delete(probe);
      yield finish(progress);
    }
  }
  // A collection of an older version lacks what it did not know.
  for (const progress of collected.values()) yield finish(progress);
}

function usesOf(users: Planned['users'], probe: Probe): boolean {
  return users.some((user) => user.probe === probe);
}

/**
 * The shortest command of the lane comes first: when its tool hangs, that is known soonest and costs least, and the
 * others are not started.
 */
function planCommands(probes: readonly Probe[]): Planned[] {
  const byKey = new Map<string, Planned>();
  for (const probe of probes) {
    for (const command of probe.commands) {
      const key = commandKey(command);
      const planned = byKey.get(key) ?? { command, users: [] };
      byKey.set(key, planned);
      planned.users.push({ probe, commandId: command.id });
    }
  }
  const plan = [...byKey.values()];
  const laned = plan.filter(({ command }) => command.lane === 'nvml' && (command.privilege ?? 'user') === 'user');
  const limitOf = ({ command }: Planned) => command.timeoutMs ?? 0;
  const first = laned.reduce<Planned | null>(
    (one, other) => (one && limitOf(one) <= limitOf(other) ? one : other),
    null,
  );
  return first ? [first, ...plan.filter((planned) => planned !== first)] : plan;
}

/** The commands of all probes as one list, each once: what a batch or the offline collector runs. */
export function commandsOf(probes: readonly Probe[]): CommandSpec[] {
  return planCommands(probes).map((planned) => planned.command);
}

class Collected {
  private readonly outputs: Record<string, CommandOutput> = {};
  private readonly records: CommandRecord[] = [];

  constructor(
    private readonly probe: Probe,
    private readonly commandCount: number,
  ) {}

  get isComplete(): boolean {
    return this.records.length === this.commandCount;
  }

  add(commandId: string, output: CommandOutput, record: CommandRecord): void {
    this.outputs[commandId] = output;
    this.records.push(record);
  }

  toResult(
    hostId: string,
    context: { nowMs: () => number; clockOffsetMs: number | null; user: string | null; isCollection: boolean },
  ): ProbeResult {
    const { probe, records } = this;
    const startedAtMs = records.length > 0 ? Math.min(...records.map((record) => record.startedAtMs)) : context.nowMs();
    const endedAtMs = Math.max(startedAtMs, ...records.map((record) => record.startedAtMs + record.durationMs));
    const lost = probe.commands.find((command) => this.outputs[command.id]?.state === 'lost');
    // What a probe would make of the outputs that came before the connection went is half of the truth.
    const parsed = lost
      ? problem('failed', context.isCollection ? 'collectionCut' : 'connectionLost', { tool: toolOf(lost) })
      : records.length > 0
        ? parse(probe, this.outputs)
        : problem('failed', 'notInBundle', { probe: probe.id });
    const order = probe.commands.map((command) => command.id);
    return {
      hostId,
      probeId: probe.id,
      state: parsed.state,
      reason: withUser(parsed.reason ?? null, context.user),
      facts: parsed.state === 'ok' ? withClock(probe, parsed.facts, context.clockOffsetMs) : null,
      observedAtMs: startedAtMs,
      durationMs: endedAtMs - startedAtMs,
      commands: [...records].sort((a, b) => order.indexOf(a.commandId) - order.indexOf(b.commandId)),
    };
  }
}

/** Parsers never throw; should one, its probe alone has no facts. */
export function parse(
  probe: Probe,
  outputs: Readonly<Record<string, CommandOutput | undefined>>,
): ParseResult<unknown> {
  try {
    return probe.parse(outputs);
  } catch {
    return problem('unparsable', 'parserFailed', { probe: probe.id });
  }
}

/** What parsers see has no control characters: what a node prints is hostile, and facts are made of it. */
function toText(bytes: Uint8Array): string {
  return printable(new TextDecoder('utf-8').decode(bytes));
}

function toOutput(result: CommandResult): CommandOutput {
  // To a parser, what has nothing to look at has looked and found nothing.
  const isNeeded = result.state !== 'not-needed';
  return {
    state: isNeeded ? result.state : 'exited',
    exitCode: isNeeded ? result.exitCode : 0,
    stdout: toText(result.stdout),
    stderr: toText(result.stderr),
    isTruncated: result.isTruncated,
    privilege: result.privilege,
  };
}

export function toRecord(result: CommandResult, commandId: string, evidenceId: string): CommandRecord {
  return {
    commandId,
    argv: writtenArgv(result.spec),
    privilege: result.privilege,
    state: result.state,
    exitCode: result.exitCode,
    startedAtMs: result.startedAtMs,
    durationMs: result.durationMs,
    stdoutBytes: result.stdout.byteLength,
    stderrBytes: result.stderr.byteLength,
    isTruncated: result.isTruncated,
    evidenceId,
  };
}

/** The offset of the node's clock is measured by the batch itself, not by a command. */
function withClock(probe: Probe, facts: unknown, clockOffsetMs: number | null): unknown {
  return probe.id === 'os' ? { ...(facts as OsFacts), clockOffsetMs } : facts;
}

function withUser(reason: ProbeResult['reason'], user: string | null): ProbeResult['reason'] {
  const sudoers = reason?.params?.sudoers;
  if (!reason || typeof sudoers !== 'string' || user === null) return reason;
  return { ...reason, params: { ...reason.params, sudoers: sudoersUser(sudoers, user) } };
}
