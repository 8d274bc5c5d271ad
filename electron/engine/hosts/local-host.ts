import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { CommandSpec } from '#shared/domain/command';
import { abortError } from './abort';
import { runBatch, type ShellSession } from './batch/batch-run';
import { HostMemory } from './batch/host-memory';
import { runStream } from './batch/stream-run';
import {
  type BatchOptions,
  type CommandResult,
  type ExecOptions,
  type Host,
  HostUnavailableError,
  type StreamOptions,
} from './host';
import { FORWARD_TIMEOUT_MS, openSocket } from './ssh/ssh-socket';

export interface LocalHostOptions {
  readonly id: string;
  readonly nowMs?: () => number;
  readonly memory?: HostMemory;
  /** The shell as argv; tests run other ones. */
  readonly shell?: readonly [string, ...string[]];
  readonly environment?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
}

/** The workstation itself, through the same program that nodes run. */
export class LocalHost implements Host {
  readonly kind = 'local';
  readonly id: string;
  readonly memory: HostMemory;
  private readonly sessions = new Set<ShellSession>();

  constructor(private readonly options: LocalHostOptions) {
    this.id = options.id;
    this.memory = options.memory ?? new HostMemory();
  }

  batch(commands: readonly CommandSpec[], options: BatchOptions = {}): AsyncIterable<CommandResult> {
    return this.run(commands, options);
  }

  async exec(command: CommandSpec, options: ExecOptions = {}): Promise<CommandResult> {
    for await (const result of this.run(
      [command],
      { signal: options.signal, onOutput: options.onOutput, keptAs: options.keptAs, trySudo: options.trySudo },
      options.stdin,
    ))
      return result;
    throw abortError();
  }

  stream(argv: readonly [string, ...string[]], { signal }: StreamOptions): AsyncIterable<Uint8Array> {
    return runStream(async () => this.open(), argv, signal);
  }

  forward(address: string, port: number, signal: AbortSignal): Promise<Duplex> {
    const options = { hostId: this.id, gateway: null, via: null, connectTimeoutMs: FORWARD_TIMEOUT_MS };
    return openSocket({ ...options, address, port, signal });
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.closeInput();
  }

  private run(
    commands: readonly CommandSpec[],
    options: BatchOptions,
    input?: Uint8Array,
  ): AsyncGenerator<CommandResult> {
    return runBatch(async () => this.open(options.keptAs), commands, {
      ...options,
      hostId: this.id,
      memory: this.memory,
      nowMs: this.options.nowMs ?? Date.now,
      ...(input ? { input } : {}),
    });
  }

  private open(name?: string): ShellSession {
    if ((this.options.platform ?? process.platform) === 'win32') {
      throw new HostUnavailableError(this.id, {
        code: 'unsupported',
        detail: 'This workstation runs Windows, which has no POSIX shell; add the Linux node over SSH instead.',
      });
    }
    const [file, ...args] = this.options.shell ?? ['/bin/sh'];
    const child = spawn(file, name === undefined ? args : [...args, '-s', name], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: this.options.environment ?? process.env,
    });
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (error) =>
        reject(new HostUnavailableError(this.id, { code: 'no-shell', detail: error.message }, { cause: error })),
      );
    });
    failed.catch(() => {});
    // The program may end before all of it is written (EPIPE); what it printed tells the rest.
    child.stdin.on('error', () => {});
    const session: ShellSession = {
      output: untilFailure(child.stdout, failed),
      roundTrips: 1,
      write: (text) => void child.stdin.write(text),
      closeInput: () => void child.stdin.end(),
      destroy: (pids) => {
        child.stdout.destroy();
        for (const pid of pids) endGroup(pid);
        if (pids.length > 0 && child.pid !== undefined) endGroup(child.pid);
      },
    };
    this.sessions.add(session);
    child.once('close', () => this.sessions.delete(session));
    return session;
  }
}

async function* untilFailure(output: AsyncIterable<Uint8Array>, failed: Promise<never>): AsyncGenerator<Uint8Array> {
  const iterator = output[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([iterator.next(), failed]);
    if (next.done) return;
    yield next.value;
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already, or another user's: the program on the other side reports that one as hung.
  }
}
