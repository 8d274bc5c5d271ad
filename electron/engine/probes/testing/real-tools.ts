import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CommandOutput } from '#shared/domain/command';
import type { Probe } from '../probe';

/** Set-up installs the packages of the tests on Debian and its kin; elsewhere they can not be had. */
export const isDebian = existsSync('/var/lib/dpkg/status');

/** A folder with servers of its own that run until `stop`, and tools in front of PATH that know how to reach them. */
export class ToolBench {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'gantry-tools-'));
  private readonly stops: Array<() => void> = [];

  file(name: string, text: string): string {
    const at = path.join(this.folder, name);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, text, { mode: 0o600 });
    return at;
  }

  tool(name: string, body: string): void {
    chmodSync(this.file(`bin/${name}`, `#!/bin/sh\n${body}\n`), 0o700);
  }

  /** Returns what ends it before the bench does. */
  serve(file: string, args: readonly string[], env: Record<string, string> = {}): () => void {
    const child = spawn(file, args, { cwd: this.folder, env: { ...process.env, ...env }, stdio: 'ignore' });
    child.on('error', () => {});
    const stop = () => void child.kill('SIGTERM');
    this.stops.push(stop);
    return stop;
  }

  run(file: string, args: readonly string[]): CommandOutput {
    const { status, stdout, stderr } = spawnSync(file, args, {
      encoding: 'utf8',
      timeout: 60_000,
      env: {
        ...process.env,
        LC_ALL: 'C',
        TZ: 'UTC',
        PATH: `${path.join(this.folder, 'bin')}:${process.env.PATH ?? ''}`,
      },
    });
    return { state: 'exited', exitCode: status, stdout, stderr, isTruncated: false };
  }

  /** What the commands of a probe print here, by their ids. */
  outputsOf(probe: Probe): Record<string, CommandOutput> {
    return Object.fromEntries(probe.commands.map(({ id, argv: [file, ...args] }) => [id, this.run(file, args)]));
  }

  /** Waits until a command ends well, as a server needs its time to come up. */
  async until(file: string, args: readonly string[]): Promise<CommandOutput> {
    for (let attempt = 0; ; attempt += 1) {
      const output = this.run(file, args);
      if (output.exitCode === 0 || attempt >= 100) return output;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  stop(): void {
    for (const stop of this.stops) stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
