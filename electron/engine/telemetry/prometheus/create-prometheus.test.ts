import { afterEach, describe, expect, it } from 'vitest';
import type { MetricsServerStatus } from '#shared/contract/prometheus';
import { type MetricsServing, usualMetricsServing } from '#shared/domain/telemetry/metrics-serving';
import { freePort } from '../../hosts/testing/sshd';
import { EngineBench } from '../../testing/engine-bench';

let bench: EngineBench;
afterEach(() => bench.close());

async function start(isTelemetryKeeper: boolean) {
  bench = new EngineBench();
  const { client } = await bench.start({ isTelemetryKeeper });
  return {
    async choose(isOn: boolean, serving: Partial<MetricsServing>): Promise<MetricsServerStatus> {
      await client.system.updateSettings({ metricsServer: { ...usualMetricsServing, ...serving, isOn } });
      return client.prometheus.status();
    },
    status: () => client.prometheus.status(),
  };
}

const reach = (port: number) =>
  fetch(`http://127.0.0.1:${port}/metrics`).then(
    ({ status }) => status,
    () => 'nobody',
  );

describe('serving as the settings say', () => {
  it('is off until somebody switches it on, then follows each change, and ends with the engine', async () => {
    const { choose, status } = await start(true);
    expect(await status()).toEqual({ state: 'off' });
    const [port, other] = [await freePort(), await freePort()];
    expect(await choose(true, { port })).toEqual({ state: 'listening', url: `http://127.0.0.1:${port}/metrics` });
    expect(await reach(port)).toBe(200);
    await choose(true, { port: other });
    expect([await reach(port), await reach(other)]).toEqual(['nobody', 200]);
    expect(await choose(false, { port: other })).toEqual({ state: 'off' });
    expect(await reach(other)).toBe('nobody');
    await choose(true, { port: other });
    await bench.close();
    expect(await reach(other)).toBe('nobody');
  });

  it('says why it does not serve, and serves once that is mended', async () => {
    const { choose } = await start(true);
    expect(await choose(true, { address: '0.0.0.0' })).toEqual({
      state: 'failed',
      message: { key: 'prometheus.needsTokenAndTls', params: { address: '0.0.0.0' } },
    });
    expect(await choose(true, { port: await freePort() })).toMatchObject({ state: 'listening' });
  });

  it('is left to the process that keeps the samples', async () => {
    const { choose } = await start(false);
    expect(await choose(true, { port: await freePort() })).toEqual({ state: 'off' });
  });
});
