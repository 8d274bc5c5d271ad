import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A process of its own; each line it prints was acknowledged. */
export function startBusyEngine(bundle: string, dataDir: string): ChildProcessByStdio<null, Readable, null> {
  const script = 'const { main } = await import(process.argv[1]); await main(process.argv[2]);';
  return spawn(process.execPath, ['--input-type=module', '-e', script, bundle, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
