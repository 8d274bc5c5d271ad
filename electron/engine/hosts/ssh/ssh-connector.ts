import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { ParsedKey } from 'ssh2';
import type { SshTarget } from '#shared/domain/host';
import type { Message } from '#shared/domain/text';
import { HostUnavailableError } from '../host';
import { parseDestination } from '../host-list';
import type { Prompts } from '../prompts';
import type { SecretKeeper } from '../secret-keeper';
import { Slots } from '../slots';
import { expandTilde } from './config-paths';
import type { ResolvedSshHost } from './resolve-config';
import { readSshConfig, type SshConfigFile } from './ssh-config';
import type { SshConnection } from './ssh-connection';
import type { ConnectionStep } from './ssh-handshake';

export interface SshConnectorOptions {
  readonly homeDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly settings: () => {
    readonly sshConfigFile: string | null;
    readonly knownHostsFile: string | null;
    readonly connectTimeoutMs: number;
  };
  readonly prompts: Prompts;
  readonly secrets: SecretKeeper;
}

export interface ConnectOptions {
  readonly hostId: string | null;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: ConnectionStep, detail: string) => void;
}

/** The keys that OpenSSH tries when none is named. */
const usualKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const maxHops = 8;
/** sshd's MaxStartups is 10:30:100. */
const maxHandshakes = 8;

interface Hop {
  readonly target: SshTarget;
  readonly label: string;
}

interface SharedGateway {
  users: number;
  readonly connection: Promise<SshConnection>;
}

/** Turns a target into a connection: ssh config, gateways (shared between the nodes behind them), keys and files. */
export class SshConnector {
  private readonly handshakes = new Map<string, Slots>();
  private readonly gateways = new Map<string, SharedGateway>();

  private readonly unlockedKeys = new Map<string, ParsedKey>();

  constructor(private readonly options: SshConnectorOptions) {}

  get configFile(): string {
    return this.options.settings().sshConfigFile ?? join(this.options.homeDir, '.ssh', 'config');
  }

  config(file = this.configFile): SshConfigFile {
    const { homeDir, environment } = this.options;
    return readSshConfig(expandTilde(file, homeDir), {
      homeDir,
      localUser: environment.USER || environment.LOGNAME || loginName(),
      localHostName: hostname(),
      environment,
    });
  }

  /** Fills what is not given from ssh config, then from OpenSSH's defaults. */
  resolve(given: Partial<SshTarget> & { address: string }, config = this.config()): SshTarget {
    const alias = given.alias ?? (config.aliases.includes(given.address) ? given.address : null);
    const found = config.resolve(alias ?? given.address, given.user);
    return {
      alias,
      // An address given beside an alias is the user's own choice; alone it may be a name that the config translates.
      address: alias !== null && given.address !== alias ? given.address : found.address,
      port: given.port ?? found.port,
      user: given.user ?? found.user,
      identityFiles: given.identityFiles ?? [...found.identityFiles],
      useAgent: given.useAgent ?? found.identityAgent !== 'none',
      proxyJump: given.proxyJump ?? [...found.proxyJump],
      ...(given.knownHostsFile !== undefined ? { knownHostsFile: given.knownHostsFile } : {}),
    };
  }

  /** Connects through every gateway. Throws HostUnavailableError or AbortError. */
  async connect(target: SshTarget, options: ConnectOptions): Promise<SshConnection> {
    const config = this.config();
    const gateway = await this.gateway(this.chain(target.proxyJump, config, options.hostId), config, options);
    try {
      const connection = await this.open(target, gateway?.connection ?? null, config, options, null);
      if (gateway) {
        connection.onDidClose(gateway.release);
        gateway.connection.onDidClose(() => connection.close());
      }
      return connection;
    } catch (error) {
      gateway?.release();
      throw error;
    }
  }

  /** The hops from near to far; a first hop that has gateways of its own brings them along. */
  private chain(proxyJump: readonly string[], config: SshConfigFile, hostId: string | null): Hop[] {
    const hops: Hop[] = [];
    let rest = [...proxyJump];
    const seen = new Set<string>();
    while (rest.length > 0) {
      const [label = '', ...later] = rest;
      const destination = parseDestination(label);
      if ('detail' in destination)
        throw this.badConfig(hostId, { key: 'hosts.config.hopInvalid', params: { hop: label } }, config.file);
      const target = this.resolve(
        {
          address: destination.address,
          ...(destination.user !== null ? { user: destination.user } : {}),
          ...(destination.port !== null ? { port: destination.port } : {}),
        },
        config,
      );
      if (hops.length === 0 && !seen.has(label) && target.proxyJump.length > 0 && rest.length <= maxHops) {
        seen.add(label);
        rest = [...target.proxyJump, ...rest];
        continue;
      }
      if (hops.length >= maxHops)
        throw this.badConfig(hostId, { key: 'hosts.config.tooManyHops', params: { limit: maxHops } }, config.file);
      hops.push({ target, label });
      rest = later;
    }
    return hops;
  }

  private async gateway(
    hops: readonly Hop[],
    config: SshConfigFile,
    options: ConnectOptions,
  ): Promise<{ connection: SshConnection; release: () => void } | null> {
    const last = hops.at(-1);
    if (!last) return null;
    const key = hops.map(({ target }) => `${target.user}@${target.address}:${target.port}`).join(' ');
    for (;;) {
      let shared = this.gateways.get(key);
      if (!shared) {
        shared = { users: 0, connection: this.openGateway(hops, config, options) };
        this.gateways.set(key, shared);
        const mine = shared;
        shared.connection.then(
          (connection) => connection.onDidClose(() => this.forget(key, mine)),
          () => this.forget(key, mine),
        );
      }
      const used = shared;
      used.users += 1;
      let isHeld = true;
      const release = (): void => {
        if (!isHeld) return;
        isHeld = false;
        used.users -= 1;
        if (used.users > 0) return;
        this.forget(key, used);
        used.connection.then(
          (connection) => connection.close(),
          () => {},
        );
      };
      try {
        const connection = await used.connection;
        if (connection.isOpen) return { connection, release };
        release();
      } catch (error) {
        release();
        // Whoever began it gave up; that is no answer to the others.
        if ((error as Error).name === 'AbortError' && !options.signal?.aborted) continue;
        throw error;
      }
    }
  }

  private async openGateway(
    hops: readonly Hop[],
    config: SshConfigFile,
    options: ConnectOptions,
  ): Promise<SshConnection> {
    const own = hops.at(-1) as Hop;
    const { onStep: _, ...quiet } = options;
    const before = await this.gateway(hops.slice(0, -1), config, quiet);
    try {
      const connection = await this.open(own.target, before?.connection ?? null, config, quiet, own.label);
      if (before) {
        connection.onDidClose(before.release);
        before.connection.onDidClose(() => connection.close());
      }
      return connection;
    } catch (error) {
      before?.release();
      throw error;
    }
  }

  private forget(key: string, shared: SharedGateway): void {
    if (this.gateways.get(key) === shared) this.gateways.delete(key);
  }

  private async open(
    target: SshTarget,
    gateway: SshConnection | null,
    config: SshConfigFile,
    options: ConnectOptions,
    via: string | null,
  ): Promise<SshConnection> {
    const { homeDir, environment, settings, prompts, secrets } = this.options;
    const { connectTimeoutMs } = settings();
    const found = config.resolve(target.alias ?? target.address, target.user);
    if (found.problem) throw this.badConfig(options.hostId, found.problem, config.file);
    const isNamed = target.identityFiles.length > 0;
    const identityFiles = isNamed ? target.identityFiles : usualKeys.map((name) => join(homeDir, '.ssh', name));
    const agent = found.identityAgent ?? environment.SSH_AUTH_SOCK ?? null;
    // ssh2 takes a while to load, which the start of the engine must not wait for.
    const { openSshConnection } = await import('./ssh-handshake');
    return openSshConnection({
      ...options,
      address: target.address,
      port: target.port,
      authentication: {
        user: target.user,
        identityFiles: identityFiles.map((path) => ({ path: expandTilde(path, homeDir), isExplicit: isNamed })),
        identitiesOnly: found.identitiesOnly,
        agentSocket: target.useAgent && agent !== 'none' ? agent : null,
        secrets,
        homeDir,
        unlockedKeys: this.unlockedKeys,
      },
      knownHostsFiles: this.knownHostsFiles(target, found),
      hostKeyAlias: found.hostKeyAlias,
      connectTimeoutMs,
      prompts,
      gateway,
      via,
      handshakes: this.slots(target),
    });
  }

  private knownHostsFiles(target: SshTarget, found: ResolvedSshHost): [string, ...string[]] {
    const { homeDir, settings } = this.options;
    const own = target.knownHostsFile ?? settings().knownHostsFile;
    if (own) return [expandTilde(own, homeDir)];
    const [first, ...more] = found.knownHostsFiles ?? [];
    const system = '/etc/ssh/ssh_known_hosts';
    if (first) return [first, ...more, system];
    return [join(homeDir, '.ssh', 'known_hosts'), join(homeDir, '.ssh', 'known_hosts2'), system];
  }

  private slots(target: SshTarget): Slots {
    const key = `${target.proxyJump.join(',')} ${target.address}`;
    let slots = this.handshakes.get(key);
    if (!slots) {
      slots = new Slots(maxHandshakes);
      this.handshakes.set(key, slots);
    }
    return slots;
  }

  private badConfig(hostId: string | null, message: Message, file: string): HostUnavailableError {
    return new HostUnavailableError(hostId, { code: 'bad-config', message, file, line: null });
  }
}

/** Who runs this, where the environment does not say, as in a cron job. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A number without an entry in the passwd file, as in some containers.
    return 'root';
  }
}
