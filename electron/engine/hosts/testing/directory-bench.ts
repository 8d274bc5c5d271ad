import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewHost, Prompt } from '#shared/contract/hosts';
import type { AuditEntry } from '#shared/domain/audit';
import type { CommandSpec } from '#shared/domain/command';
import type { SshTarget } from '#shared/domain/host';
import { openStore } from '../../store/open-store';
import type { CommandResult } from '../host';
import { type ConnectedHostDirectory, createHostDirectory } from '../host-directory';
import type { SecretBox } from '../secret-keeper';
import type { Sshd } from './sshd';

/** `undefined` leaves the question open. */
type Answer = (prompt: Prompt) => string[] | null | undefined;

export interface DirectoryBench {
  readonly directory: ConnectedHostDirectory;
  /** Another session on the same store. */
  restart(): Promise<void>;
  readonly homeDir: string;
  readonly prompts: Prompt[];
  readonly audited: string[];
  /** Keys of what the user was told unasked. */
  readonly notices: string[];
  /** Who sits at the screen. The default says yes to host keys and cancels everything else. */
  answer: Answer;
  remember: boolean;
  /** Adds a host that the server lets in by its own key. */
  add(server: Sshd, target?: Partial<SshTarget>): string;
  close(): Promise<void>;
}

export const acceptKeys: Answer = (prompt) => (prompt.kind === 'host-key' ? ['yes'] : null);

/** A directory with a home folder of its own, and someone who answers its questions. */
export function createDirectoryBench(
  options: { environment?: Record<string, string>; connectTimeoutMs?: number; secrets?: SecretBox | null } = {},
): DirectoryBench {
  const homeDir = mkdtempSync(join(tmpdir(), 'gantry-home-'));
  const store = openStore(':memory:');
  const audited: string[] = [];
  const notices: string[] = [];
  const start = () =>
    createHostDirectory({
      store,
      audit: {
        append: ({ event }) => {
          audited.push(event);
          return {} as AuditEntry;
        },
      },
      secrets: options.secrets ?? null,
      notify: ({ key }) => notices.push(key),
      homeDir,
      settings: () => ({
        sshConfigFile: null,
        knownHostsFile: null,
        connectTimeoutMs: options.connectTimeoutMs ?? 30_000,
      }),
      nowMs: Date.now,
      environment: { USER: 'nobody-here', ...options.environment },
    });
  let directory = start();
  const stop = new AbortController();
  const bench: DirectoryBench = {
    get directory() {
      return directory;
    },
    restart: async () => {
      await directory.close();
      directory = start();
      attend(directory).catch(() => {});
    },
    homeDir,
    prompts: [],
    audited,
    notices,
    answer: acceptKeys,
    remember: false,
    add: (server, target = {}) => {
      const host: NewHost = {
        kind: 'ssh',
        target: {
          address: '127.0.0.1',
          port: server.port,
          user: server.user,
          identityFiles: [server.keyFile],
          useAgent: false,
          ...target,
        },
      };
      const [spec] = directory.add([host]);
      return spec?.id ?? '';
    },
    close: async () => {
      stop.abort();
      await directory.close();
      store.close();
      rmSync(homeDir, { recursive: true, force: true });
    },
  };
  const attend = async (directory: ConnectedHostDirectory): Promise<void> => {
    for await (const event of directory.prompts.watch(stop.signal)) {
      if (event.event !== 'opened') continue;
      bench.prompts.push(event.prompt);
      const given = bench.answer(event.prompt);
      if (given !== undefined) directory.prompts.answer(event.prompt.id, given, bench.remember);
    }
  };
  attend(directory).catch(() => {});
  return bench;
}

export function writeHomeFile(homeDir: string, path: string, text: string): string {
  const file = join(homeDir, path);
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** With far more time than it needs: what a test says about time limits is in `more`. */
export function shell(id: string, script: string, more: Partial<CommandSpec> = {}): CommandSpec {
  return { id, argv: ['sh', '-c', script], timeoutMs: 30_000, ...more };
}

export async function collect(results: AsyncIterable<CommandResult>): Promise<Map<string, CommandResult>> {
  const byId = new Map<string, CommandResult>();
  for await (const result of results) byId.set(result.spec.id, result);
  return byId;
}

export function text(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}

export async function until(check: () => boolean, what: string, timeoutMs = 90_000): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  while (!check()) {
    if (Date.now() > deadlineMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}
