import type { ProbeResult } from '#shared/domain/probe';
import type { Inventory } from '../../inventory/inventory';

interface Collection {
  hostId: string;
  probeIds: readonly string[];
  /** What was observed before is asked again. */
  startedAtMs: number;
  signal: AbortSignal;
  /** Told after each result. */
  onProgress: (results: ReadonlyMap<string, ProbeResult>) => void;
}

/** Fresh results of these probes by probe id; fills `results` as they come, so that they are there when it fails too. */
export async function collectResults(
  inventory: Inventory,
  results: Map<string, ProbeResult>,
  { hostId, probeIds, startedAtMs, signal, onProgress }: Collection,
): Promise<void> {
  const onResult = (result: ProbeResult): void => {
    if (!probeIds.includes(result.probeId) || signal.aborted) return;
    results.set(result.probeId, result);
    onProgress(results);
  };
  await inventory.refresh(hostId, { probeIds, signal, onResult });
  // A refresh that was under way may have been joined; what it did not cover is fetched now.
  const missing = probeIds.filter((id) => !results.has(id));
  for (const result of inventory.results(hostId)) {
    if (missing.includes(result.probeId) && result.observedAtMs >= startedAtMs) onResult(result);
  }
  const still = probeIds.filter((id) => !results.has(id));
  if (still.length > 0) await inventory.refresh(hostId, { probeIds: still, signal, onResult });
  // A saved collection has old results only; they are its facts all the same.
  for (const result of inventory.results(hostId)) if (!results.has(result.probeId)) onResult(result);
  signal.throwIfAborted();
}
