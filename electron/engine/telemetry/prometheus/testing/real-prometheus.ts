import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../hosts/testing/sshd';

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Null where the value is no number. */
  readonly value: number | null;
}

/** A Prometheus server of the system's package on loopback, with a folder of its own. */
export class RealPrometheus {
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.#url = url;
  }

  static async start(folder: string, config: string): Promise<RealPrometheus> {
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, config);
    const listen = `127.0.0.1:${await freePort()}`;
    const words: string[] = [];
    const process = spawn(
      'prometheus',
      [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${listen}`],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    process.stderr.on('data', (piece: Buffer) => words.push(piece.toString()));
    const url = `http://${listen}`;
    for (;;) {
      if (process.exitCode !== null) throw new Error(`prometheus ended: ${words.join('')}`);
      const isReady = await fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return new RealPrometheus(process, url);
      await pause(100);
    }
  }

  async query(promql: string): Promise<Series[]> {
    const response = await fetch(`${this.#url}/api/v1/query?${new URLSearchParams({ query: promql })}`);
    const body = (await response.json()) as {
      error?: string;
      data?: { result: Array<{ metric: Record<string, string>; value: [number, string] }> };
    };
    if (!body.data) throw new Error(`${promql}: ${body.error}`);
    return body.data.result.map(({ metric, value: [, text] }) => {
      const value = Number(text);
      return { metric, value: Number.isFinite(value) ? value : null };
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill();
    await ended;
  }
}

/** Exit code and all output of promtool. */
export function promtool(args: readonly string[], input = ''): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile('promtool', args, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` });
    });
    child.stdin?.end(input);
  });
}
