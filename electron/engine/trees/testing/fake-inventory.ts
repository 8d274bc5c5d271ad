import type { ProbeResult } from '#shared/domain/probe';
import type { Inventory, RefreshReport } from '../../inventory/inventory';

/** An inventory whose refreshes give what a test says. */
export class FakeInventory implements Inventory {
  readonly asked: (readonly string[])[] = [];
  readonly kept: ProbeResult[] = [];
  /** What a refresh does; resolves after giving results. */
  work: (give: (result: ProbeResult) => void, signal: AbortSignal | undefined) => Promise<void> = async (give) => {
    give(result('memory', { availableBytes: 50 }));
    give(result('os', { hostname: 'n1' }));
  };

  async refresh(_hostId: string, options: Parameters<Inventory['refresh']>[1] = {}): Promise<RefreshReport> {
    this.asked.push(options.probeIds ?? []);
    await this.work((one) => options.onResult?.(one), options.signal);
    return { ok: 2, total: 2, durationMs: 1, roundTrips: 1, nodeCpuMs: null };
  }

  results(): ProbeResult[] {
    return this.kept;
  }

  facts(): never {
    throw new Error('not used');
  }

  evidenceBytes(): never {
    throw new Error('not used');
  }

  keepEvidence(): never {
    throw new Error('not used');
  }

  evidence(): never {
    throw new Error('not used');
  }
}

export function result(probeId: string, facts: unknown, observedAtMs = 2000): ProbeResult {
  return { hostId: 'h', probeId, state: 'ok', reason: null, facts, observedAtMs, durationMs: 1, commands: [] };
}
