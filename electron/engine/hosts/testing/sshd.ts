import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const sshdFile = '/usr/sbin/sshd';

/** Why no sshd can be started here; null when one can. */
export const sshdMissing: string | null = existsSync(sshdFile)
  ? null
  : `${sshdFile} is not installed (Debian: openssh-server)`;

export interface Sshd {
  readonly port: number;
  readonly folder: string;
  readonly user: string;
  /** A private key that the server accepts for `user`. */
  readonly keyFile: string;
  readonly hostKeyFile: string;
  /** The line for a known_hosts file. */
  knownHostsLine(): string;
  log(): string;
  /** Kills the server and every session of it. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with another host key when asked to. */
  restart(options?: { newHostKey?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

export interface SshdOptions {
  /** Further lines of sshd_config; the first value of a keyword wins, so these come first. */
  readonly config?: readonly string[];
  readonly user?: string;
}

export function makeKey(file: string, options: { type?: string; passphrase?: string; comment?: string } = {}): string {
  const { type = 'ed25519', passphrase = '', comment = 'test' } = options;
  execFileSync('ssh-keygen', ['-q', '-a', '1', '-t', type, '-N', passphrase, '-C', comment, '-f', file], {
    stdio: 'ignore',
  });
  return file;
}

/** A real OpenSSH server on loopback with keys of its own. Root only sees logins of any user; others only their own. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const user = options.user ?? userInfo().username;
  const folder = mkdtempSync(join(tmpdir(), 'gantry-sshd-'));
  // sshd refuses an authorized_keys file in a folder that others can write.
  chmodSync(folder, 0o755);
  if (process.getuid?.() === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
  const hostKeyFile = makeKey(join(folder, 'host_key'));
  const keyFile = makeKey(join(folder, 'user_key'));
  const authorizedKeys = join(folder, 'authorized_keys');
  writeFileSync(authorizedKeys, readFileSync(`${keyFile}.pub`));
  // Read as the user who logs in, whatever this machine's umask says.
  chmodSync(authorizedKeys, 0o644);
  const port = await freePort();
  const configFile = join(folder, 'sshd_config');
  writeFileSync(
    configFile,
    [
      ...(options.config ?? []),
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKeyFile}`,
      `PidFile ${join(folder, 'sshd.pid')}`,
      `AuthorizedKeysFile ${authorizedKeys}`,
      'StrictModes no',
      'PermitRootLogin yes',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      'PrintMotd no',
      'LogLevel VERBOSE',
      '',
    ].join('\n'),
  );
  let child: ChildProcess | null = null;
  let log = '';
  const start = async (): Promise<void> => {
    const started = spawn(sshdFile, ['-D', '-e', '-f', configFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    started.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    for (let attempt = 0; attempt < 200; attempt += 1) {
      if (started.exitCode !== null) throw new Error(`sshd ended at once:\n${log}`);
      if (await canConnect(port)) return;
      await new Promise((done) => setTimeout(done, 25));
    }
    throw new Error(`sshd does not listen:\n${log}`);
  };
  const kill = async (): Promise<void> => {
    const ended = child;
    child = null;
    if (!ended || ended.pid === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
    const closed = new Promise<void>((done) => ended.once('close', () => done()));
    for (const pid of descendants(ended.pid)) end(pid);
    end(ended.pid);
    ended.stderr?.destroy();
    await closed;
  };
  await start();
  return {
    port,
    folder,
    user,
    keyFile,
    hostKeyFile,
    knownHostsLine: () => `[127.0.0.1]:${port} ${readFileSync(`${hostKeyFile}.pub`, 'utf8').trim()}`,
    log: () => log,
    kill,
    restart: async ({ newHostKey = false } = {}) => {
      await kill();
      if (newHostKey) {
        rmSync(hostKeyFile);
        rmSync(`${hostKeyFile}.pub`);
        makeKey(hostKeyFile);
      }
      await start();
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port where nothing listens. Below those that the kernel hands out by itself, so that no test beside takes it meanwhile. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((done) => {
      server.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true));
    });
    if (!isFree) continue;
    await new Promise<void>((done) => server.close(() => done()));
    return port;
  }
  throw new Error('no port is free');
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

/** The processes of the server's sessions, the logins' own commands left alone. */
function descendants(pid: number): number[] {
  let children: number[] = [];
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
  return children.flatMap((child) => (isSshd(child) ? [...descendants(child), child] : []));
}

function isSshd(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('sshd');
  } catch {
    return false;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
