import fs from 'node:fs';
import type { Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { HostError } from '#shared/domain/host';
import { storageMessage, storageProblem } from '#shared/domain/storage-problem';
import { abortable, abortError, throwIfAborted } from '../abort';
import { HostUnavailableError } from '../host';
import type { Prompts } from '../prompts';
import type { Slots } from '../slots';
import { Authentication, type AuthenticationOptions } from './authentication';
import { addHostKey, describeHostKey, knownHostName, knownKeyTypes, lookUpHostKey } from './known-hosts';
import { SshConnection } from './ssh-connection';
import { checkGreeting, openSocket, resolveAddress, type SocketOptions, StartupRefused } from './ssh-socket';

export type ConnectionStep = 'resolve' | 'connect' | 'host-key' | 'authenticate';

export interface SshConnectionOptions extends SocketOptions {
  readonly authentication: Omit<AuthenticationOptions, 'hostId' | 'address' | 'port'>;
  /** The first one gets new keys. */
  readonly knownHostsFiles: readonly [string, ...string[]];
  readonly hostKeyAlias: string | null;
  readonly prompts: Prompts;
  readonly handshakes: Slots;
  readonly onStep?: (step: ConnectionStep, detail: string) => void;
}

/** sshd drops connections at random past MaxStartups; trying again is what it expects. */
const startupAttempts = 4;
/** Logins take seconds each where accounts come from a slow directory; one that says that it is busy is worth a longer wait. */
const busyAttempts = 12;
const maxStartupWaitMs = 3000;
/** How often a login goes on with another connection where the server lets one try only so much on each. */
const maxLoginConnections = 4;
/** A second factor may be a question on someone's phone: the server waits for that, and says nothing meanwhile. */
const loginTimeoutMs = 90_000;

/** The login ended with more to try, on a connection of its own. */
class LoginCutShort extends Error {
  constructor(readonly unavailable: HostUnavailableError) {
    super('the login was cut short');
  }
}

/** Opens a connection and logs in. Throws HostUnavailableError or AbortError. */
export async function openSshConnection(options: SshConnectionOptions): Promise<SshConnection> {
  const { signal, handshakes } = options;
  throwIfAborted(signal);
  options.onStep?.('resolve', await resolveAddress(options));
  const { hostId, address, port } = options;
  const authentication = new Authentication({ ...options.authentication, hostId, address, port });
  let logins = 0;
  for (let attempt = 1; ; attempt += 1) {
    const release = await handshakes.take(signal);
    try {
      return await handshake(options, authentication);
    } catch (error) {
      if (error instanceof LoginCutShort) {
        logins += 1;
        if (logins >= maxLoginConnections) throw error.unavailable;
        attempt = 0;
        continue;
      }
      if (!(error instanceof StartupRefused)) throw error;
      if (attempt >= (error.isBusy ? busyAttempts : startupAttempts)) throw error.unavailable;
    } finally {
      release();
    }
    const waitMs = Math.min(200 * 2 ** attempt, maxStartupWaitMs) * (0.5 + Math.random());
    await abortable(new Promise((done) => setTimeout(done, waitMs)), signal);
  }
}

async function handshake(options: SshConnectionOptions, authentication: Authentication): Promise<SshConnection> {
  const { hostId, port, via, prompts, signal, knownHostsFiles, connectTimeoutMs } = options;
  const socket = await openSocket(options);
  await checkGreeting(socket, options);
  options.onStep?.('connect', `${options.address}:${port}`);
  const name = knownHostName(options.address, options.port, options.hostKeyAlias);
  const client = new ssh2.Client();
  const progress = { isKeyExchanged: false };
  let verdict: HostError | null = null;
  let failure: unknown = null;
  // What waits for an answer has nobody to give it to after that: ssh2 can't be called any more.
  const over = new AbortController();
  const { signal: overSignal } = over;
  let isAsking = false;
  let timer: NodeJS.Timeout | undefined;
  const limit = (): void => {
    const timeoutMs = progress.isKeyExchanged ? loginTimeoutMs : connectTimeoutMs;
    clearTimeout(timer);
    timer = setTimeout(() => {
      verdict ??= { code: 'timeout', address: options.address, port, timeoutMs, via };
      client.destroy();
    }, timeoutMs);
  };
  // However long the person takes to compare fingerprints or to type is no fault of the node.
  const ask: Prompts['ask'] = async (question, asking) => {
    clearTimeout(timer);
    isAsking = true;
    try {
      return await prompts.ask(question, asking);
    } finally {
      if (!overSignal.aborted) {
        isAsking = false;
        limit();
      }
    }
  };
  limit();
  authentication.begin({ prompts: { ask }, giveUp: () => void client.destroy(), signal: overSignal });
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
    const knownHostsFile = knownHostsFiles[0];
    const answer = await ask(
      { kind: 'host-key', hostId, target: name, offered, knownHostsFile },
      { signal: overSignal },
    );
    if (answer?.answers[0] !== 'yes') {
      verdict = { code: 'host-key-rejected', offered, via };
      return false;
    }
    try {
      addHostKey(knownHostsFile, name, blob);
      return true;
    } catch (error) {
      const message = storageMessage(storageProblem(error, knownHostsFile, fs));
      verdict = { code: 'host-key-not-saved', offered, message, via };
      return false;
    }
  };

  const onAbort = (): void => {
    over.abort();
    client.destroy();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('handshake', () => {
        progress.isKeyExchanged = true;
        limit();
        options.onStep?.('host-key', name);
      });
      client.once('ready', () => resolve());
      client.on('error', (error) => {
        failure ??= error;
        over.abort();
        reject(error);
      });
      client.once('close', () => {
        over.abort();
        reject(new Error('the connection was closed'));
      });
      const types = knownKeyTypes(knownHostsFiles, name).flatMap((type) =>
        type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type],
      );
      client.connect({
        sock: socket as Socket,
        username: options.authentication.user,
        readyTimeout: 0,
        authHandler: authentication.handler,
        hostVerifier: (blob: Buffer, done: (isTrusted: boolean) => void) => {
          void verify(blob)
            .catch((error) => {
              failure ??= error;
              return false;
            })
            .then((isTrusted) => overSignal.aborted || done(isTrusted));
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
    if (isAsking) fail({ code: 'unanswered', via });
    if (authentication.wasCancelled) fail({ code: 'cancelled' });
    if (isTooManyTries(failure)) authentication.cutOff();
    if (authentication.isCutShort || isRefusal(failure)) {
      const refusal: HostError = {
        code: 'auth-failed',
        user: options.authentication.user,
        offered: [...authentication.offered],
        tried: authentication.tried,
        skipped: authentication.skipped,
        via,
      };
      if (!authentication.isCutShort) fail(refusal);
      throw new LoginCutShort(new HostUnavailableError(hostId, refusal, { cause: failure ?? error }));
    }
    const detail = error instanceof Error ? error.message : String(error);
    // Cut in the middle of the login is not refused: it is worth another try.
    if (progress.isKeyExchanged) fail({ code: 'connection-lost', detail });
    fail({ code: 'handshake', detail, via });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
  options.onStep?.('authenticate', authentication.tried.at(-1) ?? 'none');
  client.removeAllListeners('close');
  client.removeAllListeners('error');
  return new SshConnection(client, hostId, socket);
}

/** Every method failed, or the server said goodbye with a reason of its own (`Too many authentication failures`). */
function isRefusal(error: unknown): boolean {
  const { level, code } = (error ?? {}) as { level?: unknown; code?: unknown };
  return level === 'client-authentication' || typeof code === 'number';
}

/** OpenSSH past MaxAuthTries: SSH_DISCONNECT_PROTOCOL_ERROR with these words. */
function isTooManyTries(error: unknown): boolean {
  return isRefusal(error) && error instanceof Error && /too many authentication failures/i.test(error.message);
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
