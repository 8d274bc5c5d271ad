import { join } from 'node:path';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { openStore } from '../../../store/open-store';
import { takeKeeperLock } from '../keeper-lock';
import { SampleStore } from '../sample-store';
import { Summing } from '../summing';
import { telemetrySchema } from '../telemetry-schema';

const layout: readonly MetricId[] = ['gpu.temperatureC', 'gpu.powerW'];
export const keptSubjects = 40;

/**
 * Keeps samples of a second of its own clock after another, as fast as it can, going on where it was killed; prints the
 * second when its samples were acknowledged.
 */
export function main(dataDir: string, fromSecond: number): void {
  let second = fromSecond;
  const nowMs = () => second * 1000;
  if (!takeKeeperLock(join(dataDir, 'telemetry.keeper'))) throw new Error('another one keeps');
  const store = openStore(join(dataDir, 'telemetry.db'), nowMs, telemetrySchema);
  const samples = new SampleStore({ store, nowMs });
  const summing = new Summing(store, samples.repository, nowMs);
  const keep = (): void => {
    second += 1;
    const values = [second, second / 10];
    const frame = (id: number): Frame => ({ subject: { kind: 'gpu', id: `${id}` }, layout, atMs: nowMs(), values });
    samples.append(
      'node',
      Array.from({ length: keptSubjects }, (_, id) => frame(id)),
    );
    samples.flush();
    summing.work(samples.tracks(), 2);
    process.stdout.write(`${second}\n`);
    setImmediate(keep);
  };
  keep();
}
