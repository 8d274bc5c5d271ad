import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { build } from 'vite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../store/open-store';
import { exportSamples } from './export-samples';
import { takeKeeperLock } from './keeper-lock';
import { SampleStore } from './sample-store';
import { telemetrySchema } from './telemetry-schema';
import { keptSubjects } from './testing/busy-keeper';

const rootDir = fileURLToPath(new URL('../../../..', import.meta.url));
const firstSecond = 1_700_000_000;

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gantry-killed-keeper-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function bundle(): Promise<string> {
  const outDir = join(dataDir, 'bundle');
  await build({
    configFile: false,
    logLevel: 'error',
    root: rootDir,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: fileURLToPath(new URL('./testing/busy-keeper.ts', import.meta.url)),
      outDir,
      rolldownOptions: { external: ['libsql'], output: { entryFileNames: 'busy-keeper.mjs' } },
    },
  });
  symlinkSync(join(rootDir, 'node_modules'), join(outDir, 'node_modules'));
  return join(outDir, 'busy-keeper.mjs');
}

/** Returns the last second that was acknowledged. */
async function runUntilKilled(program: string, fromSecond: number, seconds: number, afterMs: number): Promise<number> {
  const script = 'const { main } = await import(process.argv[1]); main(process.argv[2], Number(process.argv[3]));';
  const argv = ['--input-type=module', '-e', script, program, dataDir, String(fromSecond)];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split('\n').length > seconds) setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  // A line that was cut was not read by anyone.
  return Number(text.split('\n').at(-2));
}

it('a keeper killed at random moments has kept every second that it acknowledged, once, and its lock is free', {
  timeout: 120_000,
}, async () => {
  const program = await bundle();
  let second = firstSecond;
  for (const seconds of [1, 60, 250, 800]) {
    const acknowledged = await runUntilKilled(program, second, seconds, Math.random() * 30);
    const file = new Database(join(dataDir, 'telemetry.db'));
    expect(file.prepare('PRAGMA integrity_check').pluck().all()).toEqual(['ok']);
    file.close();
    const lock = takeKeeperLock(join(dataDir, 'telemetry.keeper'));
    expect(lock).not.toBe(null);
    lock?.release();

    const store = openStore(join(dataDir, 'telemetry.db'), Date.now, telemetrySchema);
    const samples = new SampleStore({ store, nowMs: Date.now });
    for (const subject of ['gpu 0', `gpu ${keptSubjects - 1}`]) {
      const range = { hostIds: ['node'], subjects: [subject], fromMs: 0, toMs: 1e13, format: 'json' as const };
      let text = '';
      for await (const piece of exportSamples(samples, range, { nameOf: () => 'node' })) text += piece;
      const values = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { metric: string; value: number });
      const kept = values.flatMap(({ metric, value }) => (metric === 'gpu.temperatureC' ? [value] : []));
      expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => firstSecond + 1 + index));
      expect(kept.at(-1)).toBeGreaterThanOrEqual(acknowledged);
      second = kept.at(-1) ?? second;
    }
    store.close();
  }
});
