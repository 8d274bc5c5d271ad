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

/** A Prometheus server of the system's package on loopback, with a folder of its own. It takes remote write. */
export class RealPrometheus {
  #process: ChildProcess | null = null;

  private constructor(
    private readonly folder: string,
    private readonly listen: string,
  ) {}

  static async start(folder: string, config: string): Promise<RealPrometheus> {
    writeFileSync(join(folder, 'prometheus.yml'), config);
    const prometheus = new RealPrometheus(folder, `127.0.0.1:${await freePort()}`);
    await prometheus.resume();
    return prometheus;
  }

  get url(): string {
    return `http://${this.listen}`;
  }

  /** Starts it again where it was, with what it had. */
  async resume(): Promise<void> {
    const words: string[] = [];
    const process = spawn(
      'prometheus',
      [
        `--config.file=${join(this.folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(this.folder, 'data')}`,
        `--web.listen-address=${this.listen}`,
        '--web.enable-remote-write-receiver',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#process = process;
    process.stderr.on('data', (piece: Buffer) => words.push(piece.toString()));
    for (;;) {
      if (process.exitCode !== null) throw new Error(`prometheus ended: ${words.join('')}`);
      const isReady = await fetch(`${this.url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return;
      await pause(100);
    }
  }

  /** Every sample of a series within the last hour, as it is stored. */
  async samples(selector: string): Promise<Array<readonly [atMs: number, value: number]>> {
    const { result } = await this.#ask<Array<{ values: Array<[number, string]> }>>(`${selector}[1h]`);
    return result.flatMap(({ values }) =>
      values.map(([seconds, text]) => [Math.round(seconds * 1000), Number(text)] as const),
    );
  }

  async query(promql: string): Promise<Series[]> {
    const { result } = await this.#ask<Array<{ metric: Record<string, string>; value: [number, string] }>>(promql);
    return result.map(({ metric, value: [, text] }) => {
      const value = Number(text);
      return { metric, value: Number.isFinite(value) ? value : null };
    });
  }

  /** The alert rules that it judges. */
  async rules(): Promise<Array<{ name: string; lastError?: string }>> {
    const response = await fetch(`${this.url}/api/v1/rules`);
    const body = (await response.json()) as {
      data: { groups: Array<{ rules: Array<{ name: string; lastError?: string }> }> };
    };
    return body.data.groups.flatMap(({ rules }) => rules);
  }

  async #ask<Result>(promql: string): Promise<{ result: Result }> {
    const response = await fetch(`${this.url}/api/v1/query?${new URLSearchParams({ query: promql })}`);
    const body = (await response.json()) as { error?: string; data?: { result: Result } };
    if (!body.data) throw new Error(`${promql}: ${body.error}`);
    return body.data;
  }

  async close(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    if (!process || process.exitCode !== null) return;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill();
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
