import type { ProbeResult } from '#shared/domain/probe';
import { HostUnavailableError } from '../../hosts/host';
import type { Inventory } from '../../inventory/inventory';
import type { WantedReadings } from '../walk/walk';

export interface ReadAgain extends Pick<WantedReadings, 'probeIds' | 'times' | 'everyMs'> {
  readonly hostId: string;
  readonly signal: AbortSignal;
  /** Waits so long; rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onRead: (done: number) => void;
}

/**
 * Adds later readings of probes to `results`. A node that goes away, or a saved collection, gives none: what came until then is what there
 * is, and the walk goes on without. Throws what the signal was aborted with.
 */
export async function readAgain(inventory: Inventory, results: ProbeResult[], options: ReadAgain): Promise<void> {
  const { hostId, probeIds, times, everyMs, signal, wait, onRead } = options;
  for (let done = 0; done < times; done += 1) {
    await wait(everyMs, signal);
    const onResult = (result: ProbeResult): void => {
      if (probeIds.includes(result.probeId)) results.push(result);
    };
    const before = results.length;
    try {
      await inventory.refresh(hostId, { probeIds, signal, isFresh: true, onResult });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof HostUnavailableError) return;
      throw error;
    }
    signal.throwIfAborted();
    if (results.length === before) return;
    onRead(done + 1);
  }
}
