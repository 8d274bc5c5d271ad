import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factsOf } from '../testing/check';
import { isDebian, ToolBench } from '../testing/real-tools';
import { upsProbe } from './ups-probe';

const device = (status: string, charge: number) => `device.type: ups
device.serial: AS1234567890
ups.status: ${status}
battery.charge: ${charge}
battery.runtime: 1260
ups.load: 41
input.voltage: 231.0
output.voltage: 230.4
ups.realpower.nominal: 2700
ups.firmware: UPS 09.3
`;

describe.skipIf(!isDebian)(
  'an UPS that real upsc asks a real upsd about (NUT’s dummy-ups, where Debian’s nut-server can be had)',
  () => {
    const bench = new ToolBench();
    const servers: Record<'upsd' | 'rack7' | 'rack8', () => void> = {
      upsd: () => {},
      rack7: () => {},
      rack8: () => {},
    };

    beforeAll(async () => {
      const port = await freePort();
      const { username } = userInfo();
      const driver = (name: string) => `[${name}]\n  driver = dummy-ups\n  port = ${name}.dev\n  mode = dummy-once\n`;
      bench.file('ups.conf', driver('rack7') + driver('rack8'));
      bench.file('rack7.dev', device('OB DISCHRG RB', 87));
      bench.file('rack8.dev', device('OL CHRG', 100));
      bench.file('upsd.conf', `LISTEN 127.0.0.1 ${port}\n`);
      bench.file('upsd.users', '');
      bench.file('state/keep', '');
      const state = `${bench.folder}/state`;
      const env = { NUT_CONFPATH: bench.folder, NUT_STATEPATH: state, NUT_ALTPIDPATH: state, NUT_PIDPATH: state };
      // Debian's /sbin/upsd is a script that asks /etc/nut first whether the machine is meant to have one.
      for (const name of ['rack7', 'rack8'] as const) {
        servers[name] = bench.serve('/lib/nut/dummy-ups', ['-F', '-u', username, '-a', name], env);
      }
      servers.upsd = bench.serve('/lib/nut/upsd', ['-F', '-u', username], env);
      const at = `127.0.0.1:${port}`;
      bench.tool(
        'upsc',
        `case $1 in -l) exec /usr/bin/upsc -l ${at};; *) u=$1; shift; exec /usr/bin/upsc "$u@${at}" "$@";; esac`,
      );
      for (const name of ['rack7', 'rack8']) {
        // Until the driver has read its device, all there is to see is `ups.status: WAIT`.
        const answer = await bench.until('upsc', [name, 'battery.charge']);
        if (answer.exitCode !== 0) throw new Error(`upsd does not answer for ${name}: ${answer.stderr}`);
      }
    });
    afterAll(() => bench.stop());

    it('is read with its states, charge and serial number', { timeout: 60_000 }, () => {
      const { source, devices } = factsOf(upsProbe, bench.outputsOf(upsProbe));
      expect(source).toBe('nut');
      expect(devices).toMatchObject([
        {
          name: 'rack7',
          problem: null,
          deviceType: 'ups',
          states: ['on-battery', 'discharging', 'replace-battery'],
          chargePercent: 87,
          runtimeSeconds: 1260,
          loadPercent: 41,
          inputV: 231,
          outputV: 230.4,
          nominalPowerW: 2700,
          model: 'Dummy UPS',
          serial: 'AS1234567890',
          firmwareVersion: 'UPS 09.3',
        },
        { name: 'rack8', states: ['online', 'charging'], chargePercent: 100 },
      ]);
    });

    it('is told from one whose driver is dead, and from a server that is', { timeout: 60_000 }, async () => {
      servers.rack7();
      const read = () => factsOf(upsProbe, bench.outputsOf(upsProbe)).devices;
      await expect.poll(() => read()[0]?.problem, { timeout: 30_000, interval: 500 }).not.toBeNull();
      const [dead, alive] = read();
      expect(['no-driver', 'stale']).toContain(dead?.problem);
      expect(dead).toMatchObject({ name: 'rack7', states: [], chargePercent: null });
      expect(alive).toMatchObject({ name: 'rack8', problem: null });
      servers.upsd();
      const silent = () => upsProbe.parse(bench.outputsOf(upsProbe));
      await expect.poll(() => silent().reason?.key, { timeout: 30_000, interval: 500 }).toBe('probes.upsServerSilent');
      expect(silent()).toMatchObject({ state: 'ok', facts: { devices: [] } });
    });
  },
);

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
