import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RealPrometheus } from '../../telemetry/prometheus/testing/real-prometheus';
import { createTestBench } from '../testing/test-bench';

const before =
  '# mine\nglobal:\n  scrape_interval: 1s\nscrape_configs:\n  - job_name: itself # kept\n    static_configs: []\n';

let folder: string;
let prometheus: RealPrometheus;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-scrape-'));
  prometheus = await RealPrometheus.start(folder, before);
  // Stands in for systemd, which a container has none of: what its unit does on reload.
  mkdirSync(join(folder, 'bin'));
  writeFileSync(
    join(folder, 'bin/systemctl'),
    `#!/bin/sh\n[ "$*" = 'reload prometheus' ] && pkill -HUP -f '${folder}/data'\n`,
  );
  chmodSync(join(folder, 'bin/systemctl'), 0o755);
});
afterEach(async () => {
  await prometheus.close();
  rmSync(folder, { recursive: true, force: true });
});

it.skipIf(process.getuid?.() !== 0)(
  'has a real Prometheus read targets, changes them without a reload, and takes all back',
  async () => {
    const bench = createTestBench({ shell: ['env', `PATH=${join(folder, 'bin')}:${process.env.PATH}`, 'sh'] });
    const { port } = new URL(prometheus.url);
    const config = join(folder, 'prometheus.yml');
    const plan = (targets: string) =>
      bench.actions.plan({
        actionId: 'prometheus-scrape',
        hostId: bench.hostId,
        parameters: { job: 'dcgm', targets, config, folder: join(folder, 'targets'), port: Number(port) },
      });
    const apply = async (targets: string) => {
      const { id: planId, fingerprint, isBlocked, steps } = await plan(targets);
      expect(isBlocked).toBe(false);
      const run = await bench.actions.apply({ planId, fingerprint });
      expect(await bench.settled(run.id)).toMatchObject({ state: 'verified', error: null });
      return { id: run.id, steps: steps.map(({ id }) => id) };
    };

    const first = await apply('127.0.0.1:9400');
    expect(first.steps).toEqual(['targets-folder', 'targets', 'job', 'check', 'load']);
    expect(readFileSync(config, 'utf8')).toBe(
      `${before}  - { job_name: "dcgm", file_sd_configs: [{ files: ["${folder}/targets/gantry-dcgm.json"] }] }\n`,
    );
    const second = await apply('127.0.0.1:9400 [::1]:9401');
    expect(second.steps).toEqual(['targets']);
    expect(await plan('127.0.0.1:9400 [::1]:9401')).toMatchObject({ isAlreadyDone: true });

    for (const { id } of [second, first]) {
      await expect
        .poll(() =>
          bench.actions.undo(id).then(
            () => true,
            () => false,
          ),
        )
        .toBe(true);
      expect(await bench.settled(id)).toMatchObject({ state: 'undone' });
    }
    expect(readFileSync(config, 'utf8')).toBe(before);
    expect(existsSync(join(folder, 'targets'))).toBe(false);
  },
);
