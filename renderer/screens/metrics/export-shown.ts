import type { SamplesWanted } from '#shared/contract/telemetry';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { engine } from '../../rpc/client';
import type { Compared } from './compared-subjects';

/** As much as is written in one piece; more is for the command line, which writes as it reads. */
const MOST_CHARS = 64 * 1024 * 1024;

export class TooMuchError extends Error {}

interface Wanted extends Pick<SamplesWanted, 'format' | 'fromMs' | 'toMs'> {
  readonly metrics: readonly MetricId[];
}

/** Every sample of what is compared, exactly as it was measured. Throws TooMuchError. */
export async function exportShown(
  compared: readonly Compared[],
  { metrics, fromMs, toMs, format }: Wanted,
  signal: AbortSignal,
): Promise<string> {
  const byHost = new Map<string, string[]>();
  for (const { hostId, key } of compared) byHost.set(hostId, [...(byHost.get(hostId) ?? []), key]);
  const range = { fromMs: Math.round(fromMs), toMs: Math.round(toMs), format };
  const pieces: string[] = [];
  let chars = 0;
  for (const [hostId, subjects] of byHost) {
    const wanted = { hostIds: [hostId], subjects, metrics: [...metrics], ...range };
    let isFirst = true;
    for await (const piece of await engine.telemetry.exportSamples(wanted, { signal })) {
      // One file has one head.
      const isHeadAgain = isFirst && pieces.length > 0 && format === 'csv';
      pieces.push(isHeadAgain ? piece.slice(piece.indexOf('\n') + 1) : piece);
      isFirst = false;
      chars += piece.length;
      if (chars > MOST_CHARS) throw new TooMuchError();
    }
  }
  return pieces.join('');
}
