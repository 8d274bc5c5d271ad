import type { CommandSpec, Evidence } from '#shared/domain/command';
import { commandKey } from '#shared/domain/command';
import type { ProbeResult } from '#shared/domain/probe';
import type { Replay } from '#shared/domain/transcript/transcript';
import { canonicalJson } from '../audit/canonical-json';
import { BundleHost } from '../hosts/bundle-host';
import type { CommandResult, Host } from '../hosts/host';
import { allProbes } from '../probes/all';
import { runProbes } from '../probes/run-probes';

/** Results with their recorded outputs read again by the parsers of this version. */
export interface ReadOutputs {
  readonly results: readonly ProbeResult[];
  readonly readings: Replay['readings'];
}

/** Reads recorded outputs again. A result whose outputs are not all there stays as it was recorded. */
export async function readOutputs(
  recorded: readonly ProbeResult[],
  evidence: ReadonlyMap<string, Evidence>,
): Promise<ReadOutputs> {
  const results: ProbeResult[] = [];
  const different: Replay['readings']['different'] = [];
  let notKept = 0;
  for (const one of recorded) {
    const again = await readAgain(one, evidence);
    results.push(again ?? one);
    if (again === null) notKept += 1;
    else {
      const paths = differingPaths(one.facts, again.facts);
      if (again.state === one.state && paths.length === 0) continue;
      different.push({ probeId: one.probeId, recordedState: one.state, state: again.state, paths });
    }
  }
  return { results, readings: { read: recorded.length - notKept, notKept, different } };
}

async function readAgain(one: ProbeResult, evidence: ReadonlyMap<string, Evidence>): Promise<ProbeResult | null> {
  const probe = allProbes.find(({ id }) => id === one.probeId);
  const kept = one.commands.flatMap(({ evidenceId }) => evidence.get(evidenceId) ?? []);
  if (probe === undefined || kept.length === 0 || kept.length < one.commands.length) return null;
  for await (const result of runProbes(recordedHost(one, kept), [probe], { keep: (_, id) => id })) {
    return {
      ...one,
      state: result.state,
      // What a reason says beside its code (who may sudo what) is of the login, and not in the outputs.
      reason: result.reason?.key === one.reason?.key ? one.reason : result.reason,
      facts: JSON.parse(JSON.stringify(result.facts ?? null)),
    };
  }
  return null;
}

/** A node that answers what is recorded. */
function recordedHost(one: ProbeResult, kept: readonly Evidence[]): Host {
  const results = kept.map((evidence, at) => commandResult(evidence, one.commands[at] ?? evidence.record));
  const host = new BundleHost(one.hostId, { hostName: null, collectedAtMs: null, results, isComplete: true });
  const held = new Set(results.map(({ spec }) => commandKey(spec)));
  const isHeld = (command: CommandSpec): boolean =>
    (command.privilege === 'root-else-user' ? (['root', 'user'] as const) : [command.privilege]).some((privilege) =>
      held.has(commandKey({ ...command, privilege })),
    );
  const clock = (one.facts as { clockOffsetMs?: unknown } | null)?.clockOffsetMs;
  return {
    id: host.id,
    kind: 'bundle',
    async *batch(commands, options) {
      if (typeof clock === 'number') options?.onClockOffset?.(clock);
      yield* host.batch(commands.filter(isHeld), options);
    },
    exec: (command, options) => host.exec(command, options),
    stream: (argv) => host.stream(argv),
    forward: () => host.forward(),
    close: () => host.close(),
  };
}

function commandResult(
  { stdoutText, stdoutBase64, stderrText, stderrBase64 }: Evidence,
  record: Evidence['record'],
): CommandResult {
  const { commandId, argv, privilege, state, exitCode, startedAtMs, durationMs, isTruncated } = record;
  const bytes = (text: string, base64: string | undefined): Uint8Array =>
    base64 === undefined ? new TextEncoder().encode(text) : Buffer.from(base64, 'base64');
  const [first = '', ...rest] = argv;
  return {
    spec: { id: commandId, argv: [first, ...rest], privilege },
    privilege,
    state,
    exitCode,
    startedAtMs,
    durationMs,
    stdout: bytes(stdoutText, stdoutBase64),
    stderr: bytes(stderrText, stderrBase64),
    isTruncated,
  };
}

const maxPaths = 8;

/** Where two values differ, the first few. */
export function differingPaths(one: unknown, other: unknown): string[] {
  const found: string[] = [];
  const look = (left: unknown, right: unknown, path: string): void => {
    if (found.length >= maxPaths || canonicalJson(left) === canonicalJson(right)) return;
    if (!isObject(left) || !isObject(right) || Array.isArray(left) !== Array.isArray(right)) {
      found.push(path);
      return;
    }
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      look(left[key], right[key], path === '' ? key : `${path}.${key}`);
    }
  };
  look(one, other, '');
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
