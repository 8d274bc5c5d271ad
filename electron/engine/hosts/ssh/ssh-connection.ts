import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import ssh2 from 'ssh2';
import type { HostError } from '#shared/domain/host';
import { abortable, abortError, throwIfAborted } from '../abort';
import { HostUnavailableError } from '../host';
import type { Prompts } from '../prompts';
import { Slots } from '../slots';
import { Authentication, type AuthenticationOptions } from './authentication';
import { addHostKey, describeHostKey, knownHostName, knownKeyTypes, lookUpHostKey } from './known-hosts';

export type ConnectionStep = 'resolve' | 'connect' | 'host-key' | 'authenticate';

export interface SshConnectionOptions {
  readonly hostId: string | null;
  readonly address: string;
  readonly port: number;
  readonly authentication: Omit<AuthenticationOptions, 'hostId' | 'address' | 'port' | 'prompts' | 'signal'>;
  /** The first one gets new keys. */
  readonly knownHostsFiles: readonly [string, ...string[]];
  readonly hostKeyAlias: string | null;
  readonly connectTimeoutMs: number;
  readonly prompts: Prompts;
  /** The connection to go through; it stays its owner's to close. */
  readonly gateway: SshConnection | null;
  /** Name of this hop in errors when it is itself a gateway. */
  readonly via: string | null;
  readonly handshakes: Slots;
  readonly onStep?: (step: ConnectionStep, detail: string) => void;
  readonly signal?: AbortSignal;
}

/** sshd's MaxSessions is 10: two are left for whoever else uses the login. */
const maxChannels = 8;
/** Two lost answers in a row, 3 s apart, and the third ends it: a dead peer shows within 9 s. */
const keepaliveIntervalMs = 3000;
const keepaliveCountMax = 2;
/** sshd drops connections at random past MaxStartups; trying again is what it expects. */
const startupAttempts = 4;

/** One authenticated connection with channels on it. */
export class SshConnection {
  private readonly channels = new Slots(maxChannels);
  private readonly listeners = new Set<(reason: HostError | null) => void>();
  private isClosed = false;
  private reason: HostError | null = null;

  constructor(
    readonly client: Client,
    private readonly hostId: string | null,
  ) {
    client.on('error', (error) => this.end({ code: 'connection-lost', detail: error.message }));
    client.on('close', () => this.end({ code: 'connection-lost', detail: 'the connection was closed' }));
    client.on('end', () => this.end({ code: 'connection-lost', detail: 'the node closed the connection' }));
  }

  get isOpen(): boolean {
    return !this.isClosed;
  }

  /** Why it is not open any more; null while it is, or when it was closed on purpose. */
  get lostBecause(): HostError | null {
    return this.reason;
  }

  /** Tells once, at once when it is closed already; the returned function stops listening. */
  onDidClose(listener: (reason: HostError | null) => void): () => void {
    if (this.isClosed) listener(this.reason);
    else this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Starts a command line on a channel of its own, waiting for a free one. `release` runs by itself when it closes. */
  async exec(command: string, signal?: AbortSignal): Promise<ClientChannel> {
    for (;;) {
      const release = await this.channels.take(signal);
      this.throwIfClosed();
      let channel: ClientChannel;
      try {
        channel = await abortableChannel(
          new Promise<ClientChannel>((resolve, reject) => {
            this.client.exec(command, (error, opened) => (error ? reject(error) : resolve(opened)));
          }),
          signal,
        );
      } catch (error) {
        const isRefused = typeof (error as { reason?: unknown }).reason === 'number';
        release();
        this.throwIfClosed();
        // The node allows fewer sessions than the default: take what it gives and wait for one to end.
        if (isRefused && this.channels.taken > 0) {
          this.channels.limitTo(this.channels.taken);
          continue;
        }
        if ((error as Error).name === 'AbortError') throw error;
        throw new HostUnavailableError(
          this.hostId,
          { code: 'no-shell', detail: (error as Error).message },
          { cause: error },
        );
      }
      // A channel of a lost connection never gets its own close.
      const forget = this.onDidClose(() => release());
      channel.once('close', () => {
        forget();
        release();
      });
      return channel;
    }
  }

  /** Opens a TCP connection from the node, for a jump. */
  async forward(address: string, port: number): Promise<Duplex> {
    this.throwIfClosed();
    return new Promise((resolve, reject) => {
      this.client.forwardOut('127.0.0.1', 0, address, port, (error, channel) =>
        error ? reject(error) : resolve(channel),
      );
    });
  }

  close(): void {
    if (!this.isOpen) return;
    this.finish(null);
    this.client.end();
    // A peer that does not answer the goodbye must not keep the process alive.
    setTimeout(() => this.client.destroy(), 1000).unref();
  }

  throwIfClosed(): void {
    if (this.isOpen) return;
    throw new HostUnavailableError(
      this.hostId,
      this.reason ?? { code: 'connection-lost', detail: 'the connection was closed' },
    );
  }

  private end(reason: HostError): void {
    if (!this.isOpen) return;
    this.finish(reason);
    this.client.destroy();
  }

  private finish(reason: HostError | null): void {
    this.isClosed = true;
    this.reason = reason;
    const listeners = [...this.listeners];
    this.listeners.clear();
    for (const listener of listeners) listener(reason);
  }
}

/** Opens a connection and logs in. Throws HostUnavailableError or AbortError. */
export async function openSshConnection(options: SshConnectionOptions): Promise<SshConnection> {
  const { signal, handshakes } = options;
  throwIfAborted(signal);
  const resolved = await resolveAddress(options);
  for (let attempt = 1; ; attempt += 1) {
    const release = await handshakes.take(signal);
    try {
      return await handshake(options, resolved);
    } catch (error) {
      if (!(error instanceof StartupRefused)) throw error;
      if (attempt >= startupAttempts) throw error.unavailable;
    } finally {
      release();
    }
    const waitMs = 200 * 2 ** attempt * (0.5 + Math.random());
    await abortable(new Promise((done) => setTimeout(done, waitMs)), signal);
  }
}

/** The server hung up before its first word, as it does past MaxStartups. */
class StartupRefused extends Error {
  constructor(readonly unavailable: HostUnavailableError) {
    super('refused at start-up');
  }
}

async function resolveAddress(options: SshConnectionOptions): Promise<string> {
  const { address, gateway, via, hostId, signal } = options;
  // Behind a gateway the name is the gateway's to resolve.
  if (gateway) {
    options.onStep?.('resolve', address);
    return address;
  }
  if (isIP(address)) {
    options.onStep?.('resolve', address);
    return address;
  }
  try {
    const found = await abortable(lookup(address, { all: true }), signal);
    options.onStep?.('resolve', found.map((entry) => entry.address).join(', '));
    return address;
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new HostUnavailableError(hostId, { code: 'dns', address, via }, { cause: error });
  }
}

async function openSocket(options: SshConnectionOptions, address: string): Promise<Duplex> {
  const { port, gateway, via, hostId, connectTimeoutMs, signal } = options;
  const fail = (error: HostError, cause: unknown): never => {
    throw new HostUnavailableError(hostId, error, { cause });
  };
  const timeout = AbortSignal.timeout(connectTimeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  if (gateway) {
    try {
      return await abortable(gateway.forward(address, port), either);
    } catch (error) {
      if (signal?.aborted) throw abortError();
      if (timeout.aborted) return fail({ code: 'timeout', address, port, timeoutMs: connectTimeoutMs, via }, error);
      if (error instanceof HostUnavailableError) throw error;
      // SSH_OPEN_ADMINISTRATIVELY_PROHIBITED 1, SSH_OPEN_CONNECT_FAILED 2 (RFC 4254, 5.1)
      const reason = (error as { reason?: number }).reason;
      if (reason === 1) {
        return fail(
          { code: 'handshake', detail: `the gateway does not allow forwarding to ${address}:${port}`, via },
          error,
        );
      }
      return fail({ code: 'unreachable', address, port, via }, error);
    }
  }
  const socket: Socket = connectTcp({ host: address, port });
  socket.setNoDelay(true);
  const onAbort = (): void => void socket.destroy(abortError());
  either.addEventListener('abort', onAbort, { once: true });
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    socket.destroy();
    if (signal?.aborted) throw abortError();
    const code = (error as NodeJS.ErrnoException).code;
    if (timeout.aborted || code === 'ETIMEDOUT') {
      return fail({ code: 'timeout', address, port, timeoutMs: connectTimeoutMs, via }, error);
    }
    if (code === 'ECONNREFUSED') return fail({ code: 'refused', address, port, via }, error);
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return fail({ code: 'dns', address, via }, error);
    return fail({ code: 'unreachable', address, port, via }, error);
  } finally {
    either.removeEventListener('abort', onAbort);
  }
}

/** Waits for the server's first bytes and puts them back: what does not begin with `SSH-` is no SSH server. */
async function checkGreeting(socket: Duplex, options: SshConnectionOptions, address: string): Promise<void> {
  const { port, via, hostId, connectTimeoutMs, signal } = options;
  const timeout = AbortSignal.timeout(connectTimeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const parts: Buffer[] = [];
  const seen = (): string => Buffer.concat(parts).toString('latin1');
  try {
    while (!/^SSH-/m.test(seen()) && seen().length < 4096) {
      const chunk = socket.read() as Buffer | null;
      if (chunk) {
        parts.push(chunk);
        continue;
      }
      if (socket.readableEnded || socket.destroyed) break;
      await Promise.race([once(socket, 'readable', { signal: either }), once(socket, 'close', { signal: either })]);
      if (socket.readableLength === 0 && (socket.readableEnded || socket.destroyed)) break;
      if (socket.readableLength === 0) {
        // `readable` with nothing to read announces the end.
        socket.read();
        if (socket.readableEnded || socket.destroyed) break;
        await Promise.race([once(socket, 'end', { signal: either }), once(socket, 'readable', { signal: either })]);
      }
    }
  } catch (error) {
    socket.destroy();
    if (signal?.aborted) throw abortError();
    if (!timeout.aborted) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new StartupRefused(new HostUnavailableError(hostId, { code: 'handshake', detail, via }, { cause: error }));
    }
    if (parts.length === 0) {
      throw new HostUnavailableError(hostId, { code: 'timeout', address, port, timeoutMs: connectTimeoutMs, via });
    }
  }
  const text = seen();
  if (/^SSH-/m.test(text)) {
    socket.unshift(Buffer.concat(parts));
    return;
  }
  socket.destroy();
  if (text === '' || /Exceeded MaxStartups|Not allowed at this time/.test(text)) {
    const detail = text.trim() || 'the server closed the connection before it said anything';
    throw new StartupRefused(new HostUnavailableError(hostId, { code: 'handshake', detail, via }));
  }
  const detail = text
    .slice(0, 200)
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim();
  throw new HostUnavailableError(hostId, { code: 'not-ssh', address, port, detail });
}

async function handshake(options: SshConnectionOptions, address: string): Promise<SshConnection> {
  const { hostId, port, via, prompts, signal, knownHostsFiles, connectTimeoutMs } = options;
  const socket = await openSocket(options, address);
  await checkGreeting(socket, options, address);
  options.onStep?.('connect', `${address}:${port}`);
  const name = knownHostName(options.hostKeyAlias ?? options.address, options.port);
  const client = new ssh2.Client();
  const authentication = new Authentication({
    ...options.authentication,
    hostId,
    address: options.address,
    port: options.port,
    prompts,
    ...(signal ? { signal } : {}),
  });
  let verdict: HostError | null = null;
  let failure: unknown = null;
  const progress = { isKeyExchanged: false };
  let timer: NodeJS.Timeout | undefined;
  const limit = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      verdict ??= { code: 'timeout', address: options.address, port, timeoutMs: connectTimeoutMs, via };
      client.destroy();
    }, connectTimeoutMs);
  };
  limit();

  const verify = async (blob: Buffer): Promise<boolean> => {
    const offered = describeHostKey(blob);
    const found = lookUpHostKey(knownHostsFiles, name, blob);
    if (found.kind === 'match') return true;
    if (found.kind === 'changed') {
      verdict = {
        code: 'host-key-changed',
        offered,
        known: [...found.known],
        knownHostsFile: found.file,
        line: found.line,
        via,
      };
      return false;
    }
    // However long the person takes to compare fingerprints is no fault of the node.
    clearTimeout(timer);
    const knownHostsFile = knownHostsFiles[0];
    const answer = await prompts.ask({ kind: 'host-key', hostId, target: name, offered, knownHostsFile }, { signal });
    if (answer?.answers[0] !== 'yes') {
      verdict = { code: 'host-key-rejected', offered, via };
      return false;
    }
    addHostKey(knownHostsFile, name, blob);
    limit();
    return true;
  };

  const onAbort = (): void => void client.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('handshake', () => {
        progress.isKeyExchanged = true;
        // From here on the person may be typing; each wait of the server's is bounded by its LoginGraceTime.
        clearTimeout(timer);
        options.onStep?.('host-key', name);
      });
      client.once('ready', () => resolve());
      client.on('error', (error) => {
        failure ??= error;
        reject(error);
      });
      client.once('close', () => reject(new Error('the connection was closed')));
      const types = knownKeyTypes(knownHostsFiles, name).flatMap((type) =>
        type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type],
      );
      client.connect({
        sock: socket as Socket,
        username: options.authentication.user,
        readyTimeout: 0,
        keepaliveInterval: keepaliveIntervalMs,
        keepaliveCountMax,
        authHandler: authentication.handler,
        hostVerifier: (blob: Buffer, done: (isTrusted: boolean) => void) => {
          verify(blob).then(done, (error) => {
            failure ??= error;
            done(false);
          });
        },
        // Types on file first, so that a server with several keys shows the one that is known.
        ...(types.length > 0 ? { algorithms: { serverHostKey: preferred(types) } } : {}),
      });
    });
  } catch (error) {
    client.on('error', () => {});
    client.destroy();
    if (signal?.aborted) throw abortError();
    const fail = (hostError: HostError): never => {
      throw new HostUnavailableError(hostId, hostError, { cause: failure ?? error });
    };
    if (verdict) fail(verdict);
    if (authentication.isCancelled) fail({ code: 'cancelled' });
    if (progress.isKeyExchanged) {
      fail({
        code: 'auth-failed',
        user: options.authentication.user,
        offered: [...authentication.offered],
        tried: authentication.tried,
        skipped: authentication.skipped,
        via,
      });
    }
    fail({ code: 'handshake', detail: error instanceof Error ? error.message : String(error), via });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
  options.onStep?.('authenticate', authentication.tried.at(-1) ?? 'none');
  client.removeAllListeners('close');
  client.removeAllListeners('error');
  return new SshConnection(client, hostId);
}

type HostKeyAlgorithm = 'ssh-ed25519' | 'ecdsa-sha2-nistp256' | 'rsa-sha2-512';

function preferred(types: readonly string[]): HostKeyAlgorithm[] {
  const defaults = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ssh-rsa',
  ];
  const usable = types.filter((type) => defaults.includes(type));
  return [...usable, ...defaults.filter((type) => !usable.includes(type))] as HostKeyAlgorithm[];
}

/** A channel that opens after its opener has gone is closed at once. */
async function abortableChannel(opening: Promise<ClientChannel>, signal?: AbortSignal): Promise<ClientChannel> {
  try {
    return await abortable(opening, signal);
  } catch (error) {
    opening.then(
      (channel) => channel.close(),
      () => {},
    );
    throw error;
  }
}
