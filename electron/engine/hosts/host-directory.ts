import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { EventPublisher } from '@orpc/server';
import type {
  AnsiblePreview,
  ConnectionTest,
  HostView,
  NewHost,
  RemovedHost,
  SudoAnswer,
} from '#shared/contract/hosts';
import type { HostSpec, HostStatus, SshTarget } from '#shared/domain/host';
import type { Message } from '#shared/domain/text';
import type { AuditLog } from '../audit/audit-log';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import { onForeignWrite } from '../store/foreign-writes';
import { type Store, StoreError } from '../store/store';
import { abortable } from './abort';
import { previewInventory } from './ansible/preview-inventory';
import type { HungCommand } from './batch/host-memory';
import { testConnection } from './connection-test';
import type { Host } from './host';
import { HostEntry } from './host-entry';
import { type ParsedHostList, parseHostList } from './host-list';
import { HostRepository } from './host-repository';
import { Prompts } from './prompts';
import { hostAt, sameHost } from './same-host';
import { type SecretBox, SecretKeeper } from './secret-keeper';
import { SshConnector, type SshConnectorOptions } from './ssh/ssh-connector';
import { SshHost } from './ssh/ssh-host';

export interface HostDirectoryDeps {
  readonly store: Store;
  readonly audit: AuditLog;
  readonly secrets: SecretBox | null;
  /** Takes what nobody asked about and the user should know. */
  readonly notify: (message: Message) => void;
  readonly homeDir: string;
  readonly settings: SshConnectorOptions['settings'];
  readonly nowMs: () => number;
  readonly environment: SshConnectorOptions['environment'];
}

export interface SshConfigListing {
  readonly file: string;
  readonly entries: Array<{ alias: string; target: SshTarget; isAlreadyAdded: boolean; problem: Message | null }>;
  readonly problems: Array<{ file: string; line: number | null; message: Message }>;
}

/** Saved hosts and their open connections. */
export interface HostDirectory {
  list(): HostView[];
  /** Also those that were removed: incidents and the audit log still speak of them. */
  everyHost(): HostSpec[];
  /** Throws NotFoundError. */
  spec(hostId: string): HostSpec;
  add(hosts: readonly NewHost[]): HostSpec[];
  addBundle(bundle: { name: string; collectedAtMs: number | null; importedAtMs: number }): HostSpec;
  remove(hostId: string): Promise<void>;
  /** The connected host, connecting first when needed. Throws HostUnavailableError, NotFoundError or AbortError. */
  open(hostId: string, options?: { signal?: AbortSignal }): Promise<Host>;
  onDidRemove(listener: (hostId: string) => void): () => void;
}

/** Saved hosts with their connections, and everything that adding, testing and connecting them takes. */
export interface ConnectedHostDirectory extends HostDirectory {
  readonly prompts: Prompts;
  status(hostId: string): HostStatus;
  /** Told right after a node was connected, or was again; of this machine once it is first used. */
  onDidConnect(listener: (hostId: string) => void): () => void;
  update(spec: HostSpec): Promise<HostSpec>;
  /** Throws NotFoundError, and then has changed none. */
  tag(hostIds: readonly string[], tags: { add: readonly string[]; remove: readonly string[] }): Promise<HostSpec[]>;
  connect(hostId: string, options?: { signal?: AbortSignal }): Promise<HostStatus>;
  /** Tries sudo's password on this host and, where it is right, keeps it in memory until the host is closed or sudo refuses it. */
  giveSudoPassword(hostId: string, password: string, options?: { signal?: AbortSignal }): Promise<SudoAnswer>;
  forgetSudoPassword(hostId: string): HostStatus;
  disconnect(hostId: string): Promise<HostStatus>;
  /** Whoever opens one of these waits until then: where they are is being found out. */
  holdUntil(hostIds: readonly string[], known: Promise<unknown>): void;
  test(what: { host?: NewHost; hostId?: string }, options?: { signal?: AbortSignal }): Promise<ConnectionTest>;
  readSshConfig(file?: string): SshConfigListing;
  parseList(text: string): ParsedHostList;
  readAnsibleInventory(inventory: { text: string; fileName?: string; path?: string }): AnsiblePreview;
  /** The current status of each host at once, then each change and removal. */
  watch(signal?: AbortSignal): AsyncGenerator<HostStatus | RemovedHost>;
  close(): Promise<void>;
}

export function createHostDirectory(deps: HostDirectoryDeps): ConnectedHostDirectory {
  const { store, audit, homeDir, settings, nowMs, environment } = deps;
  const repository = new HostRepository(store);
  const prompts = new Prompts();
  const secrets = new SecretKeeper(store, deps.secrets, deps.notify);
  const connector = new SshConnector({ homeDir, environment, settings, prompts, secrets });
  const publisher = new EventPublisher<{ status: HostStatus | RemovedHost }>();
  const removeListeners = new Set<(hostId: string) => void>();
  const connectListeners = new Set<(hostId: string) => void>();
  const entries = new Map<string, HostEntry>();
  const held = new Map<string, Promise<void>>();

  const publish = (entry: HostEntry): void => {
    if (entries.has(entry.spec.id)) publisher.publish('status', entry.status);
  };

  const hung = repository.hung();
  const keepHung = (hostId: string, commands: readonly HungCommand[]): void => {
    try {
      repository.keepHung(hostId, commands);
    } catch (error) {
      // Known until Gantry ends; whatever else is to be saved meets the same disk and says so.
      if (!(error instanceof StoreError)) throw error;
    }
  };

  const track = (spec: HostSpec): HostEntry => {
    const entry = new HostEntry(spec, {
      nowMs,
      connect: (target, options) => connector.connect(target, options),
      onDidChange: publish,
      // What opens it is let finish first: a listener asks the host.
      onDidConnect: () =>
        queueMicrotask(() => {
          for (const listener of connectListeners) listener(spec.id);
        }),
      hung: hung.get(spec.id) ?? [],
      keepHung,
    });
    entries.set(spec.id, entry);
    return entry;
  };
  for (const spec of repository.list()) track(spec);
  let seenVersion = store.foreignVersion();

  /** Takes over what another engine (the CLI beside the app) added, changed or removed since last time. */
  const catchUp = (): void => {
    const version = store.foreignVersion();
    if (version === seenVersion) return;
    const specs = new Map(repository.list().map((spec) => [spec.id, spec]));
    seenVersion = version;
    for (const entry of [...entries.values()]) {
      const spec = specs.get(entry.spec.id);
      if (!spec) drop(entry).catch(() => {});
      else if (!isDeepStrictEqual(spec, entry.spec)) entry.change(spec).catch(() => {});
    }
    for (const spec of specs.values()) if (!entries.has(spec.id)) publish(track(spec));
  };

  const find = (hostId: string): HostEntry => {
    catchUp();
    const entry = entries.get(hostId);
    if (!entry) throw new NotFoundError('host', hostId);
    return entry;
  };

  const savedSpecs = (): HostSpec[] => [...entries.values()].map(({ spec }) => spec);

  const toSpec = (given: NewHost, config = connector.config()): HostSpec => {
    if (given.kind === 'local') {
      return { kind: 'local', id: randomUUID(), name: oneLine(given.name ?? '') || 'localhost', tags: [] };
    }
    const target = connector.resolve(given.target, config);
    const name = oneLine(given.name ?? '') || target.alias || given.target.address;
    const tags = (given.tags ?? []).map(oneLine).filter(Boolean);
    return { kind: 'ssh', id: randomUUID(), name, tags, target };
  };

  const drop = async (entry: HostEntry): Promise<void> => {
    const hostId = entry.spec.id;
    entries.delete(hostId);
    publisher.publish('status', { hostId, isRemoved: true });
    try {
      await entry.close();
    } finally {
      for (const listener of removeListeners) listener(hostId);
    }
  };

  const directory: ConnectedHostDirectory = {
    prompts,
    everyHost: () => [...repository.removed(), ...repository.list()],

    list: () => {
      catchUp();
      return [...entries.values()].map(({ spec, status }): HostView => ({ spec, status }));
    },
    spec: (hostId) => find(hostId).spec,
    status: (hostId) => find(hostId).status,

    add(hosts) {
      // Read once, however many there are.
      const config = connector.config();
      // Two aliases of ssh config, or a name and its address, may lead to the same node: it is added once.
      const specs = hosts
        .map((host) => toSpec(host, config))
        .filter((spec, index, all) => !sameHost(spec, all.slice(0, index)));
      store.transaction(() => {
        // Looked up with the write lock held: two engines that add the same host at once end with one.
        catchUp();
        for (const spec of specs) refuseTwin(spec, savedSpecs());
        repository.add(specs);
        for (const spec of specs) audit.append({ event: 'host.add', hostId: spec.id, detail: describe(spec) });
      });
      for (const spec of specs) publish(track(spec));
      return specs;
    },

    addBundle({ name, collectedAtMs, importedAtMs }) {
      const id = randomUUID();
      const spec: HostSpec = { kind: 'bundle', id, name: oneLine(name), tags: [], collectedAtMs, importedAtMs };
      store.transaction(() => {
        repository.add([spec]);
        audit.append({ event: 'host.import', hostId: spec.id, detail: describe(spec) });
      });
      publish(track(spec));
      return spec;
    },

    async update(spec) {
      const entry = find(spec.id);
      const before = entry.spec;
      if (before.kind !== spec.kind) throw new InvalidError('hosts.kindFixed', { name: before.name });
      refuseTwin(spec, savedSpecs());
      store.transaction(() => {
        repository.update(spec);
        audit.append({ event: 'host.update', hostId: spec.id, detail: describe(spec) });
      });
      await entry.change(spec);
      return spec;
    },

    async tag(hostIds, { add, remove }) {
      const added = add.map(oneLine).filter(Boolean);
      const tagged = (tags: readonly string[]) => [
        ...new Set([...tags.filter((tag) => !remove.includes(tag)), ...added]),
      ];
      const changed = [...new Set(hostIds)].map(find).map((entry) => {
        return { entry, spec: { ...entry.spec, tags: tagged(entry.spec.tags) } };
      });
      store.transaction(() => {
        for (const { spec } of changed) {
          repository.update(spec);
          audit.append({ event: 'host.tag', hostId: spec.id, detail: { name: spec.name, tags: spec.tags } });
        }
      });
      for (const { entry, spec } of changed) await entry.change(spec);
      return changed.map(({ spec }) => spec);
    },

    async remove(hostId) {
      const entry = find(hostId);
      store.transaction(() => {
        repository.remove(hostId);
        audit.append({ event: 'host.remove', hostId, detail: describe(entry.spec) });
      });
      await drop(entry);
    },

    async open(hostId, options = {}) {
      const known = held.get(hostId);
      if (known) await abortable(known, options.signal);
      const { host } = find(hostId);
      if (host instanceof SshHost) await host.ensure(options.signal);
      return host;
    },

    async connect(hostId, options = {}) {
      await directory.open(hostId, options);
      return find(hostId).status;
    },

    async giveSudoPassword(hostId, password, options = {}) {
      // sudo reads one line of at most 1023 bytes.
      if (password === '' || /[\0\r\n]/.test(password) || Buffer.byteLength(password) > 1023) {
        throw new InvalidError('hosts.sudo.notOneLine');
      }
      await directory.open(hostId, options);
      const entry = find(hostId);
      if (entry.spec.kind === 'bundle') throw new InvalidError('hosts.nothingToTest');
      const answer = await entry.giveSudoPassword(password, options.signal);
      audit.append({ event: 'host.sudo', hostId, detail: { answer: answer.answer } });
      return answer;
    },

    forgetSudoPassword(hostId) {
      const entry = find(hostId);
      entry.forgetSudoPassword();
      return entry.status;
    },

    async disconnect(hostId) {
      const entry = find(hostId);
      await entry.close();
      return entry.status;
    },

    holdUntil(hostIds, known) {
      for (const hostId of hostIds) {
        const over = () => void held.delete(hostId);
        held.set(hostId, known.then(over, over));
      }
    },

    async test({ host, hostId }, options = {}) {
      const spec = hostId !== undefined ? find(hostId).spec : host ? toSpec(host) : null;
      if (!spec || spec.kind === 'bundle') throw new InvalidError('hosts.nothingToTest');
      return testConnection(spec.kind === 'local' ? 'local' : spec.target, {
        connector,
        hostId: hostId ?? null,
        nowMs,
        ...options,
      });
    },

    readSshConfig(file) {
      const config = connector.config(file);
      return {
        file: config.file,
        entries: config.aliases.map((alias) => {
          const target = connector.resolve({ alias, address: alias }, config);
          return {
            alias,
            target,
            isAlreadyAdded: hostAt(target, savedSpecs()) !== null,
            problem: config.resolve(alias).problem,
          };
        }),
        problems: [...config.problems],
      };
    },

    readAnsibleInventory({ text, fileName, path }) {
      const config = connector.config();
      return previewInventory({
        text,
        fileName,
        path,
        resolve: (target) => connector.resolve(target, config),
        saved: savedSpecs(),
      });
    },

    parseList(text) {
      const config = connector.config();
      return parseHostList(text, ({ user, address, port }) => {
        const given = { address, ...(user !== null ? { user } : {}), ...(port !== null ? { port } : {}) };
        return hostAt(connector.resolve(given, config), savedSpecs())?.name ?? null;
      });
    },

    async *watch(signal) {
      const changes = publisher.subscribe('status', { signal });
      const stopLooking = onForeignWrite(store, catchUp);
      try {
        catchUp();
        for (const { status } of [...entries.values()]) yield status;
        yield* changes;
      } finally {
        stopLooking();
        await changes.return(undefined);
      }
    },

    onDidConnect(listener) {
      connectListeners.add(listener);
      return () => connectListeners.delete(listener);
    },
    onDidRemove(listener) {
      removeListeners.add(listener);
      return () => removeListeners.delete(listener);
    },

    async close() {
      await Promise.all([...entries.values()].map((entry) => entry.close()));
    },
  };
  return directory;
}

function refuseTwin(spec: HostSpec, others: readonly HostSpec[]): void {
  const twin = sameHost(spec, others);
  if (twin) throw new ConflictError('hosts.duplicate', { name: twin.name });
}

/** A name has its line in tables and menus. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** What the audit log keeps of a host: where it is, nothing secret. */
function describe(spec: HostSpec): Record<string, unknown> {
  if (spec.kind !== 'ssh') return { kind: spec.kind, name: spec.name };
  const { user, address, port, proxyJump } = spec.target;
  return { kind: 'ssh', name: spec.name, user, address, port, proxyJump };
}
