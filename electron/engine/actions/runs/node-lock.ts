import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { CommandSpec } from '#shared/domain/command';
import { type FoundLock, type NodeLock, nodeLockSchema } from '#shared/domain/node-lock';
import { printable } from '#shared/domain/text';
import { type Host, HostUnavailableError } from '../../hosts/host';

/** In memory on every system we know, so that it goes with a restart; who is not root may write there on Debian and Ubuntu. */
export const lockPath = '/run/lock/gantry';

/** What a lock is to this installation. */
export interface LockOwner {
  readonly installation: string;
  readonly operator: string;
  readonly machine: string;
}

/**
 * The lock of one node: a symbolic link that leads nowhere, whose text says who holds it. Making it either succeeds with the whole
 * text in it or fails because there is one: symlink(2), EEXIST. So does Emacs lock files.
 */
export class NodeLockFile {
  constructor(
    private readonly owner: LockOwner,
    private readonly path: string,
  ) {}

  /** Null: nobody holds the node, or that can't be told. Throws HostUnavailableError. */
  async read(host: Host, signal?: AbortSignal): Promise<FoundLock | null> {
    const { stdout, exitCode } = await this.#run(host, { id: 'lock-read', argv: ['readlink', this.path] }, signal);
    const text = new TextDecoder().decode(stdout).replace(/\n$/, '');
    if (exitCode !== 0 || text === '') return null;
    return this.#found(text);
  }

  /** Whether it was made: not where there is one, and not where this login may not. */
  async make(host: Host, what: string, nowMs: number): Promise<boolean> {
    const { installation, operator, machine } = this.owner;
    const lock: NodeLock = { installation, operator, machine, sinceMs: nowMs, what };
    const argv = ['ln', '-s', '-T', JSON.stringify(lock), this.path] as const;
    const { exitCode } = await this.#run(host, { id: 'lock-take', argv, privilege: 'root-else-user' });
    return exitCode === 0;
  }

  /** False: this login may not write where locks lie, or there is no such folder. True also where that can't be told. */
  async canBeMade(host: Host, signal?: AbortSignal): Promise<boolean> {
    const argv = ['test', '-w', posix.dirname(this.path)] as const;
    const { exitCode } = await this.#run(host, { id: 'lock-folder', argv, privilege: 'root-else-user' }, signal);
    return exitCode !== 1;
  }

  /** Removes the one that was found, and no other; false: another one is there, or this login may not. */
  async remove(host: Host, { token }: FoundLock): Promise<boolean> {
    if ((await this.read(host))?.token !== token) return false;
    const argv = ['rm', '-f', this.path] as const;
    const { exitCode } = await this.#run(host, { id: 'lock-release', argv, privilege: 'root-else-user' });
    return exitCode === 0;
  }

  async #run(host: Host, command: CommandSpec, signal?: AbortSignal) {
    const result = await host.exec({ timeoutMs: 10_000, ...command }, signal ? { signal } : {});
    if (result.state === 'lost')
      throw new HostUnavailableError(host.id, { code: 'connection-lost', detail: command.id });
    return result;
  }

  /** What it says was written by anybody: it is shown, and compared. */
  #found(text: string): FoundLock {
    const { installation, machine } = this.owner;
    const token = createHash('sha256').update(text).digest('hex');
    const lock = nodeLockSchema.safeParse(parseJson(text)).data;
    if (!lock) {
      const operator = printable(text).slice(0, 100);
      return { installation: '?', operator, machine: '?', sinceMs: null, what: '?', token, isOurs: false };
    }
    const isOurs = lock.installation === installation && lock.machine === machine;
    const shown = (word: string) => printable(word).replaceAll('\n', ' ');
    return {
      ...lock,
      operator: shown(lock.operator),
      machine: shown(lock.machine),
      what: shown(lock.what),
      token,
      isOurs,
    };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
