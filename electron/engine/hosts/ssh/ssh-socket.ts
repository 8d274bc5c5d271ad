import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex, Writable } from 'node:stream';
import type { HostError } from '#shared/domain/host';
import { abortable, abortError } from '../abort';
import { HostUnavailableError } from '../host';
import type { SshConnection } from './ssh-connection';

/** To a port of the node itself, or near it. */
export const FORWARD_TIMEOUT_MS = 5000;

/** What it takes to reach a server's port, before any SSH. */
export interface SocketOptions {
  readonly hostId: string | null;
  readonly address: string;
  readonly port: number;
  readonly connectTimeoutMs: number;
  /** The connection to go through; it stays its owner's to close. */
  readonly gateway: SshConnection | null;
  /** Name of this hop in errors when it is itself a gateway. */
  readonly via: string | null;
  readonly signal?: AbortSignal;
}

/** The server hung up before its first word, as it does past MaxStartups. */
export class StartupRefused extends Error {
  constructor(
    readonly unavailable: HostUnavailableError,
    /** The server said that it has too many logins going on, so one of them will end. */
    readonly isBusy = false,
  ) {
    super('refused at start-up');
  }
}

/** Resolves the name, only to tell early and precisely when that fails; returns what to show of it. */
export async function resolveAddress(options: SocketOptions): Promise<string> {
  const { address, gateway, via, hostId, signal } = options;
  // Behind a gateway the name is the gateway's to resolve.
  if (gateway || isIP(address)) return address;
  try {
    const found = await abortable(lookup(address, { all: true }), signal);
    return found.map((entry) => entry.address).join(', ');
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new HostUnavailableError(hostId, { code: 'dns', address, via }, { cause: error });
  }
}

/** Opens the TCP connection, from here or from the gateway. */
export async function openSocket(options: SocketOptions): Promise<Duplex> {
  const { address, port, gateway, via, hostId, connectTimeoutMs, signal } = options;
  const fail = (error: HostError, cause: unknown): never => {
    throw new HostUnavailableError(hostId, error, { cause });
  };
  const timeout = AbortSignal.timeout(connectTimeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  if (gateway) {
    const opening = gateway.forward(address, port);
    try {
      return await abortable(opening, either);
    } catch (error) {
      // Opened after all, when nobody waits for it any more.
      opening.then(
        (channel) => channel.destroy(),
        () => {},
      );
      if (signal?.aborted) throw abortError();
      if (timeout.aborted) return fail({ code: 'timeout', address, port, timeoutMs: connectTimeoutMs, via }, error);
      if (error instanceof HostUnavailableError) throw error;
      // SSH_OPEN_ADMINISTRATIVELY_PROHIBITED 1, SSH_OPEN_CONNECT_FAILED 2 (RFC 4254, 5.1)
      const reason = (error as { reason?: number }).reason;
      if (reason === 1) return fail({ code: 'forwarding-refused', address, port, via }, error);
      // OpenSSH gives the system's words for why, as strerror(3) has them.
      const isRefused = reason === 2 && /connection refused/i.test((error as Error).message);
      return fail({ code: isRefused ? 'refused' : 'unreachable', address, port, via }, error);
    }
  }
  const socket: Socket = connectTcp({ host: address, port });
  socket.setNoDelay(true);
  const onAbort = (): void => void socket.destroy(abortError());
  either.addEventListener('abort', onAbort, { once: true });
  try {
    await once(socket, 'connect');
    gatherWrites(socket);
    return socket;
  } catch (error) {
    socket.destroy();
    if (signal?.aborted) throw abortError();
    const code = (error as NodeJS.ErrnoException).code;
    if (timeout.aborted || code === 'ETIMEDOUT') {
      return fail({ code: 'timeout', address, port, timeoutMs: connectTimeoutMs, via }, error);
    }
    if (code === 'ECONNRESET') {
      // Accepted and dropped at once, by a busy server or by something in between.
      throw new StartupRefused(new HostUnavailableError(hostId, { code: 'busy', detail: code, via }, { cause: error }));
    }
    if (code === 'ECONNREFUSED') return fail({ code: 'refused', address, port, via }, error);
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return fail({ code: 'dns', address, via }, error);
    return fail({ code: 'unreachable', address, port, via }, error);
  } finally {
    either.removeEventListener('abort', onAbort);
  }
}

/** ssh2 writes each packet in three pieces: what it writes in one go leaves in one. */
export function gatherWrites(socket: Writable): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let isGathering = false;
  const leave = (): void => {
    isGathering = false;
    socket.uncork();
  };
  socket.write = (...args: unknown[]): boolean => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      process.nextTick(leave);
    }
    return write(...args);
  };
}

/** Waits for the server's first bytes and puts them back: what does not begin with `SSH-` is no SSH server. */
export async function checkGreeting(socket: Duplex, options: SocketOptions): Promise<void> {
  const { address, port, via, hostId, connectTimeoutMs, signal } = options;
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
      throw new StartupRefused(new HostUnavailableError(hostId, { code: 'busy', detail, via }, { cause: error }));
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
    throw new StartupRefused(
      new HostUnavailableError(hostId, { code: 'busy', detail, via }),
      /Exceeded MaxStartups/.test(text),
    );
  }
  const detail = text
    .slice(0, 200)
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim();
  throw new HostUnavailableError(hostId, { code: 'not-ssh', address, port, detail });
}
