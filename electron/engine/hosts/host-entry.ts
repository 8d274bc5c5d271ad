import type { SudoAnswer } from '#shared/contract/hosts';
import type { HostSpec, HostStatus, SshTarget } from '#shared/domain/host';
import { HostMemory, type HungCommand } from './batch/host-memory';
import { BundleHost } from './bundle-host';
import type { Host } from './host';
import { LocalHost } from './local-host';
import type { SshConnection } from './ssh/ssh-connection';
import { SshHost } from './ssh/ssh-host';
import { trySudoPassword } from './sudo-password';

export interface HostEntryOptions {
  readonly nowMs: () => number;
  readonly connect: (target: SshTarget, options: { hostId: string; signal: AbortSignal }) => Promise<SshConnection>;
  readonly onDidChange: (entry: HostEntry) => void;
  /** It can be asked, from now on or again. */
  readonly onDidConnect: () => void;
  /** What an earlier session left hanging, and where to keep what does now. */
  readonly hung: readonly HungCommand[];
  readonly keepHung: (hostId: string, hung: readonly HungCommand[]) => void;
}

/** A saved host: what is saved of it, how it stands, and what runs commands there, made when first wanted. */
export class HostEntry {
  private current: HostStatus;
  private opened: Host | null = null;
  private readonly memory: HostMemory;

  constructor(
    private saved: HostSpec,
    private readonly options: HostEntryOptions,
  ) {
    this.memory = new HostMemory({
      hung: options.hung,
      onHungChange: (hung) => {
        options.keepHung(saved.id, hung);
        this.publish({ hungCommands: this.memory.hungCommands() });
      },
      onSudoChange: () => {
        const { sudoPassword, isSudoDenied } = this.memory;
        this.publish({ hasSudoPassword: sudoPassword !== null, isSudoDenied });
      },
      onSeen: () => this.publish({ lastSeenAtMs: options.nowMs() }),
    });
    this.current = {
      hostId: saved.id,
      connection: saved.kind === 'ssh' ? 'idle' : 'connected',
      error: null,
      connectedAtMs: null,
      lastSeenAtMs: saved.kind === 'bundle' ? saved.collectedAtMs : null,
      hungCommands: this.memory.hungCommands(),
    };
  }

  get spec(): HostSpec {
    return this.saved;
  }

  get status(): HostStatus {
    return this.current;
  }

  get host(): Host {
    this.opened ??= this.createHost();
    return this.opened;
  }

  /** Takes over a changed spec; what is open to the place it was at before is closed. */
  async change(spec: HostSpec): Promise<void> {
    const before = this.saved;
    this.saved = spec;
    const isMoved =
      spec.kind === 'ssh' && before.kind === 'ssh' && JSON.stringify(spec.target) !== JSON.stringify(before.target);
    if (isMoved) await this.close();
    this.publish({});
  }

  /** Tries the password at once, and keeps it in memory where sudo takes it. */
  async giveSudoPassword(password: string, signal?: AbortSignal): Promise<SudoAnswer> {
    const answer = await trySudoPassword(this.host, this.memory, password, signal);
    if (answer.answer === 'right') this.memory.sudoPassword = password;
    return answer;
  }

  forgetSudoPassword(): void {
    this.memory.sudoPassword = null;
  }

  /** Ends what is open; the next use opens it anew. */
  async close(): Promise<void> {
    this.forgetSudoPassword();
    await this.opened?.close();
    this.opened = null;
  }

  private publish(change: Partial<HostStatus>): void {
    this.current = { ...this.current, ...change };
    this.options.onDidChange(this);
  }

  private createHost(): Host {
    const { memory, saved: spec } = this;
    const { nowMs, connect, onDidConnect } = this.options;
    const { id } = spec;
    if (spec.kind === 'local') {
      onDidConnect();
      return new LocalHost({ id, nowMs, memory });
    }
    if (spec.kind === 'bundle') {
      // What it held was read when it was imported; there is no node to ask for more.
      const { name: hostName, collectedAtMs } = spec;
      return new BundleHost(id, { hostName, collectedAtMs, results: [], isComplete: true });
    }
    const host: SshHost = new SshHost({
      id,
      memory,
      nowMs,
      connect: ({ signal }) => connect(spec.target, { hostId: id, signal }),
      onDidChange: ({ connection, error }) => {
        // A host that was replaced (its target changed) has nothing to say any more.
        if (this.opened !== host && connection !== 'idle') return;
        const atMs = nowMs();
        this.publish({
          connection,
          error,
          connectedAtMs: connection === 'connected' ? atMs : null,
          ...(connection === 'connected' ? { lastSeenAtMs: atMs } : {}),
        });
        if (connection === 'connected') onDidConnect();
      },
    });
    return host;
  }
}
