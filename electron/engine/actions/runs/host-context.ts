import { setTimeout as delay } from 'node:timers/promises';
import type { FactsOf, ProbeId } from '#shared/domain/facts/index';
import { type Host, HostUnavailableError } from '../../hosts/host';
import type { Inventory } from '../../inventory/inventory';
import type { ActionContext } from '../action';

/** What an action sees of a connected host: every command's output is kept, a lost connection always throws. */
export function hostContext(options: {
  host: Host;
  inventory: Inventory;
  signal: AbortSignal;
  nowMs: () => number;
}): ActionContext {
  const { host, inventory, signal, nowMs } = options;
  return {
    hostId: host.id,
    hostKind: host.kind,
    signal,
    nowMs,
    async run(command, { stdin, isAbortable = true } = {}) {
      signal.throwIfAborted();
      // Most commands that change something are let finish: ended half-way, nobody would know what they did.
      const result = await host.exec(command, {
        ...(stdin ? { stdin } : {}),
        ...(isAbortable ? { signal } : {}),
      });
      const evidenceId = inventory.keepEvidence(host.id, null, result);
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
      const askedAtMs = nowMs();
      await inventory.refresh(host.id, { probeIds: [probeId], signal });
      const result = inventory.results(host.id).find((one) => one.probeId === probeId);
      // A refresh that joined an older one may have been answered before we asked.
      if (result && result.observedAtMs + result.durationMs < askedAtMs) {
        await inventory.refresh(host.id, { probeIds: [probeId], signal });
      }
      const latest = inventory.results(host.id).find((one) => one.probeId === probeId);
      return latest?.state === 'ok' ? (latest.facts as FactsOf<Id>) : null;
    },
    wait: async (durationMs) => {
      await delay(durationMs, undefined, { signal });
    },
  };
}
