import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import type { HostError } from '#shared/domain/host';
import { abortable } from '../abort';
import { HostUnavailableError } from '../host';
import { Slots } from '../slots';
import { askForLife, KeepAlive } from './keep-alive';

/** sshd's MaxSessions is 10: two are left for whoever else uses the login. */
const maxChannels = 8;
/** sshd counts a session until its process is reaped, which may be a moment after its channel closed. */
const reapWaitsMs = [25, 50, 100, 200, 400, 800];

/** One authenticated connection with channels on it. */
export class SshConnection {
  private readonly channels = new Slots(maxChannels);
  private readonly listeners = new Set<(reason: HostError | null) => void>();
  private readonly alive: KeepAlive;
  private isClosed = false;
  private hasServed = false;
  private reason: HostError | null = null;

  constructor(
    readonly client: Client,
    private readonly hostId: string | null,
    /** What the peer is heard through. */
    socket: Duplex,
  ) {
    this.alive = new KeepAlive({
      ask: () => askForLife(client),
      onDead: () => this.end({ code: 'connection-lost', detail: 'Keepalive timeout' }),
    });
    socket.on('data', () => this.alive.heard());
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
    for (let refusals = 0; ; ) {
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
        const waitMs = isRefused && this.hasServed ? reapWaitsMs[refusals] : undefined;
        if (waitMs !== undefined) {
          refusals += 1;
          await abortable(new Promise((done) => setTimeout(done, waitMs)), signal);
          continue;
        }
        if ((error as Error).name === 'AbortError') throw error;
        throw new HostUnavailableError(
          this.hostId,
          { code: 'no-shell', detail: (error as Error).message },
          { cause: error },
        );
      }
      this.hasServed = true;
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
    this.alive.stop();
    this.isClosed = true;
    this.reason = reason;
    const listeners = [...this.listeners];
    this.listeners.clear();
    for (const listener of listeners) listener(reason);
  }
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
