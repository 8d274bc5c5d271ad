import { setTimeout as delay } from 'node:timers/promises';
import type { CommandSpec } from '#shared/domain/command';
import type { FactsOf, NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { SiteScope } from '#shared/domain/site';
import { type Host, HostUnavailableError } from '../../hosts/host';
import type { Inventory } from '../../inventory/inventory';
import type { ActionContext } from '../action';
import { commandLineOf } from '../command-line';
import { keptAs } from './kept-command';

/** What an action sees of a connected host: every command's output is kept, a lost connection always throws. */
export function hostContext(options: {
  host: Host;
  inventory: Inventory;
  signal: AbortSignal;
  nowMs: () => number;
  site?: (() => SiteScope) | undefined;
  /** Facts that were read since then are taken as they are; else each is read anew. */
  readSinceMs?: number | undefined;
  /** Given what each command prints, as it does. */
  onOutput?: (bytes: Uint8Array) => void;
  /** The run that it is about: what must not be ended half-way goes on without us. */
  runId?: string | undefined;
  /** Given each output that something is read from: of commands, and of the probes whose facts are taken. */
  onRead?: (output: { commandLine: string; evidenceId: string }) => void;
}): ActionContext {
  const {
    host,
    inventory,
    signal,
    nowMs,
    site,
    readSinceMs = Number.POSITIVE_INFINITY,
    onOutput,
    runId,
    onRead,
  } = options;
  const read = (
    { argv, privilege }: { argv: readonly string[]; privilege?: CommandSpec['privilege'] },
    evidenceId: string,
  ) => onRead?.({ commandLine: commandLineOf(argv, privilege === 'root' ? 'root' : 'user'), evidenceId });

  async function facts(probeIds: readonly ProbeId[]): Promise<NodeFacts> {
    if (probeIds.length === 0) return {};
    const askedAtMs = nowMs();
    const results = () => inventory.results(host.id).filter(({ probeId }) => probeIds.some((id) => id === probeId));
    const known = new Set(
      results().flatMap(({ probeId, observedAtMs }) => (observedAtMs >= readSinceMs ? [probeId] : [])),
    );
    const wanted = probeIds.filter((id) => !known.has(id));
    if (wanted.length > 0) await inventory.refresh(host.id, { probeIds: wanted, signal });
    // A refresh that joined an older one may have been answered before we asked.
    const isOld = ({ probeId, observedAtMs, durationMs }: ReturnType<typeof results>[number]) =>
      !known.has(probeId) && observedAtMs + durationMs < askedAtMs;
    if (results().some(isOld)) await inventory.refresh(host.id, { probeIds: wanted, signal });
    for (const { commands } of results()) for (const command of commands) read(command, command.evidenceId);
    return Object.fromEntries(
      results().flatMap(({ probeId, state, facts: found }) => (state === 'ok' ? [[probeId, found]] : [])),
    );
  }

  return {
    hostId: host.id,
    hostKind: host.kind,
    signal,
    nowMs,
    ...(site ? { site: site() } : {}),
    async run(command, { stdin, isAbortable = true } = {}) {
      signal.throwIfAborted();
      // Most commands that change something are let finish: ended half-way, nobody would know what they did.
      const result = await host.exec(command, {
        ...(stdin ? { stdin } : {}),
        ...(isAbortable ? { signal } : runId === undefined ? {} : { keptAs: keptAs(runId) }),
        ...(onOutput ? { onOutput } : {}),
      });
      const evidenceId = inventory.keepEvidence(host.id, null, result);
      read(command, evidenceId);
      const { state } = result;
      if (state === 'lost') throw new HostUnavailableError(host.id, { code: 'connection-lost', detail: command.id });
      if (state === 'cancelled') throw new DOMException('cancelled', 'AbortError');
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return {
        state,
        exitCode: result.exitCode,
        stdout: decode(result.stdout),
        stdoutBytes: result.stdout,
        stderr: decode(result.stderr),
        evidenceId,
      };
    },
    async probe<Id extends ProbeId>(probeId: Id) {
      return ((await facts([probeId]))[probeId] ?? null) as FactsOf<Id> | null;
    },
    facts,
    wait: async (durationMs) => {
      await delay(durationMs, undefined, { signal });
    },
  };
}
