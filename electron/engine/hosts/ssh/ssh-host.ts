import type { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { CommandSpec } from '#shared/domain/command';
import type { HostError } from '#shared/domain/host';
import { abortable, abortError, throwIfAborted } from '../abort';
import { runBatch, type ShellSession } from '../batch/batch-run';
import type { HostMemory } from '../batch/host-memory';
import { runStream } from '../batch/stream-run';
import {
  type BatchOptions,
  type CommandResult,
  type ExecOptions,
  type Host,
  HostUnavailableError,
  type StreamOptions,
} from '../host';
import type { SshConnection } from './ssh-connection';
import { FORWARD_TIMEOUT_MS, openSocket } from './ssh-socket';

export interface SshHostOptions {
  readonly id: string;
  readonly connect: (options: { signal: AbortSignal }) => Promise<SshConnection>;
  readonly memory: HostMemory;
  readonly nowMs: () => number;
  readonly onDidChange: (change: SshHostState) => void;
  readonly reconnectDelayMs?: (attempt: number) => number;
}

export interface SshHostState {
  readonly connection: 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'failed';
  readonly error: HostError | null;
}

/** Errors that trying again by itself can't mend, or must not. */
const finalCodes: ReadonlySet<HostError['code']> = new Set([
  'auth-failed',
  'host-key-changed',
  'host-key-rejected',
  'host-key-not-saved',
  'bad-config',
  'unsupported',
  'cancelled',
  'unanswered',
]);

/** Full jitter up to 1, 2, 4 … 30 s: nodes of a rack that come back together are not all called at once. */
function jitteredDelayMs(attempt: number): number {
  return 250 + Math.random() * Math.min(30_000, 1000 * 2 ** attempt);
}

/** A node over SSH: connects when first needed, stays connected, comes back by itself when the connection is lost. */
export class SshHost implements Host {
  readonly kind = 'ssh';
  readonly id: string;
  private connection: SshConnection | null = null;
  private connecting: { promise: Promise<SshConnection>; cancel: AbortController; waiters: number } | null = null;
  private readonly closed = new AbortController();

  constructor(private readonly options: SshHostOptions) {
    this.id = options.id;
  }

  /** The open connection, or a new one; concurrent callers share it, and it is given up when all of them have gone. */
  async ensure(signal?: AbortSignal): Promise<SshConnection> {
    throwIfAborted(signal);
    if (this.closed.signal.aborted) throw new HostUnavailableError(this.id, { code: 'cancelled' });
    if (this.connection?.isOpen) return this.connection;
    if (!this.connecting) this.connecting = this.start();
    const joined = this.connecting;
    joined.waiters += 1;
    try {
      return await abortable(joined.promise, signal);
    } finally {
      joined.waiters -= 1;
      if (joined.waiters === 0) joined.cancel.abort();
    }
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

  async *stream(argv: readonly [string, ...string[]], options: StreamOptions): AsyncGenerator<Uint8Array> {
    const { signal, onGap } = options;
    for (;;) {
      try {
        const connection = await this.ensure(signal);
        yield* runStream(() => this.open(connection, signal), argv, signal);
        return;
      } catch (error) {
        if (signal.aborted) throw abortError();
        if (!onGap || !isConnectionLost(error)) throw error;
      }
      const fromMs = this.options.nowMs();
      await this.whenConnected(signal);
      onGap({ fromMs, toMs: this.options.nowMs() });
    }
  }

  async forward(address: string, port: number, signal: AbortSignal): Promise<Duplex> {
    const gateway = await this.ensure(signal);
    const options = { hostId: this.id, gateway, via: null, connectTimeoutMs: FORWARD_TIMEOUT_MS };
    const channel = await openSocket({ ...options, address, port, signal });
    // A channel of a lost connection never gets its own end.
    const forget = gateway.onDidClose(() => channel.destroy());
    channel.once('close', forget);
    channel.on('error', () => {});
    return channel;
  }

  async close(): Promise<void> {
    this.closed.abort();
    this.connecting?.cancel.abort();
    this.connection?.close();
    this.connection = null;
    this.options.onDidChange({ connection: 'idle', error: null });
  }

  private start(): { promise: Promise<SshConnection>; cancel: AbortController; waiters: number } {
    const cancel = new AbortController();
    this.options.onDidChange({ connection: 'connecting', error: null });
    const promise = this.options.connect({ signal: cancel.signal }).then(
      (connection) => {
        this.connecting = null;
        this.adopt(connection);
        return connection;
      },
      (error) => {
        this.connecting = null;
        const isCancelled = !(error instanceof HostUnavailableError) || error.hostError.code === 'cancelled';
        this.options.onDidChange({
          connection: isCancelled ? 'idle' : 'failed',
          error: error instanceof HostUnavailableError ? error.hostError : null,
        });
        throw error;
      },
    );
    promise.catch(() => {});
    return { promise, cancel, waiters: 0 };
  }

  private adopt(connection: SshConnection): void {
    if (this.closed.signal.aborted) {
      connection.close();
      return;
    }
    this.connection = connection;
    this.options.memory.forgetLogin();
    this.options.onDidChange({ connection: 'connected', error: null });
    connection.onDidClose((reason) => {
      if (this.connection !== connection) return;
      this.connection = null;
      if (reason && !this.closed.signal.aborted) void this.reconnect(reason);
    });
  }

  private async reconnect(reason: HostError): Promise<void> {
    let error = reason;
    for (let attempt = 0; !this.closed.signal.aborted; attempt += 1) {
      this.options.onDidChange({ connection: 'reconnecting', error });
      const delayMs = (this.options.reconnectDelayMs ?? jitteredDelayMs)(attempt);
      try {
        await abortable(new Promise((done) => setTimeout(done, delayMs).unref()), this.closed.signal);
        // Someone who needed the host may have connected it meanwhile.
        if (this.connection?.isOpen) return;
        await this.ensure(this.closed.signal);
        return;
      } catch (failure) {
        if (!(failure instanceof HostUnavailableError) || finalCodes.has(failure.hostError.code)) return;
        error = failure.hostError;
      }
    }
  }

  private async whenConnected(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.ensure(signal);
        return;
      } catch (error) {
        if (!(error instanceof HostUnavailableError) || finalCodes.has(error.hostError.code)) throw error;
        const delayMs = (this.options.reconnectDelayMs ?? jitteredDelayMs)(attempt);
        await abortable(new Promise((done) => setTimeout(done, delayMs)), signal);
      }
    }
  }

  private async *run(
    commands: readonly CommandSpec[],
    options: BatchOptions,
    input?: Uint8Array,
  ): AsyncGenerator<CommandResult> {
    const connection = await this.ensure(options.signal);
    yield* runBatch(() => this.open(connection, options.signal, options.keptAs), commands, {
      ...options,
      hostId: this.id,
      memory: this.options.memory,
      nowMs: this.options.nowMs,
      ...(input ? { input } : {}),
    });
  }

  private async open(connection: SshConnection, signal?: AbortSignal, name?: string): Promise<ShellSession> {
    // `exec` and no quoting: every login shell, csh and fish too, understands it.
    const channel = await connection.exec(name === undefined ? 'exec /bin/sh' : `exec /bin/sh -s ${name}`, signal);
    return toSession(channel, connection);
  }
}

function toSession(channel: ClientChannel, connection: SshConnection): ShellSession {
  channel.stderr.resume();
  channel.on('error', () => {});
  return {
    output: untilLost(channel, connection),
    // Channel, request, program.
    roundTrips: 3,
    write: (text) => void channel.write(text),
    closeInput: () => {
      if (channel.writable) channel.end();
    },
    destroy: (pids) => {
      if (pids.length > 0 && connection.isOpen) void endGroups(connection, pids);
      channel.close();
      channel.resume();
    },
  };
}

async function* untilLost(channel: ClientChannel, connection: SshConnection): AsyncGenerator<Uint8Array> {
  // A lost connection ends its channels without a word; the difference matters to whoever reads.
  const forget = connection.onDidClose(() => channel.destroy());
  try {
    // Not destroyed on return: the channel still has to read up to its end to be closed on both sides.
    for await (const chunk of channel.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch (error) {
    connection.throwIfClosed();
    throw error;
  } finally {
    forget();
  }
  connection.throwIfClosed();
}

/** For what the program itself could not end: a second channel that ends the process groups. */
async function endGroups(connection: SshConnection, pids: readonly number[]): Promise<void> {
  try {
    const channel = await connection.exec(`/bin/kill -s KILL -- ${pids.map((pid) => `-${pid}`).join(' ')}`);
    channel.resume();
    channel.stderr.resume();
  } catch {
    // The connection went meanwhile, and its end ends the rest.
  }
}

function isConnectionLost(error: unknown): boolean {
  return error instanceof HostUnavailableError && error.hostError.code === 'connection-lost';
}
