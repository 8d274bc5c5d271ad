import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import type { ConnectedHostDirectory } from '../hosts/host-directory';
import { storeError } from '../store/store';
import { type RunningDemo, runningDemo } from './running-demo';

/** What the engine needs of a simulator; `electron/sim` is one. Kept apart so that the engine does without it. */
export interface FleetSimulator {
  readonly faults: ReadonlyArray<{ name: string; description: string }>;
  start(nodes: number): Promise<SimulatedFleet>;
}

export type FaultOptions = Readonly<Record<string, string | number | boolean>>;

/** One thing that a fault can hit: a GPU, a disk, a link. */
export interface FaultTarget {
  readonly group: string | null;
  readonly label: string;
  readonly options: FaultOptions;
}

export interface SimulatedNode {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly profile: string;
  readonly privateKeyPath: string;
  /** The line for a known_hosts file. */
  readonly knownHostsLine: string;
  faults(): string[];
  /** What it has that the fault could break. */
  possibleFaults(): string[];
  targets(fault: string): FaultTarget[];
  /** Throws RangeError for what the node does not have. */
  inject(fault: string, options?: FaultOptions): void | Promise<void>;
  clear(fault?: string): void | Promise<void>;
}

export interface SimulatedFleet {
  readonly nodes: readonly SimulatedNode[];
  close(): Promise<void>;
}

export interface DemoFleet {
  status(): { isRunning: boolean; nodes: DemoNode[]; faults: Array<{ name: string; description: string }> };
  start(nodes: number): Promise<DemoNode[]>;
  /**
   * Brings back the fleet of an engine that was killed, behind the hosts that it had and broken as it was, in the background;
   * hosts of one that ended with its engine are removed. An engine without a simulator leaves them to their owner.
   */
  takeOver(): Promise<void>;
  /** What the fault can hit on the node, the usual one first; none where there is nothing to choose. */
  targets(node: string, fault: string): FaultTarget[];
  inject(node: string, fault: string, options?: FaultOptions): Promise<DemoNode>;
  clear(node: string, fault?: string): Promise<DemoNode>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface DemoNode {
  name: string;
  hostId: string | null;
  address: string;
  port: number;
  user: string;
  profile: string;
  faults: string[];
  possibleFaults: string[];
}

/**
 * The fleet behind "Explore a demo fleet". Its nodes become ordinary SSH hosts with a tag; the engine knows their keys
 * because it started them, so they go into a known_hosts file of the demo's own and the user's stays untouched.
 */
export function createDemoFleet(deps: {
  simulator: FleetSimulator | null;
  hosts: ConnectedHostDirectory;
  dataDir: string;
  /** No part of a simulated node is kept once it is gone. */
  forgetHost: (hostId: string) => void;
}): DemoFleet {
  const { simulator, hosts, forgetHost } = deps;
  let fleet: SimulatedFleet | null = null;
  let starting: Promise<DemoNode[]> | null = null;
  const hostIds = new Map<string, string>();
  /** Also tells the demo's hosts from those that a person tagged the same. */
  const knownHostsFile = join(deps.dataDir, 'demo', 'known_hosts');
  const noted = runningDemo(join(deps.dataDir, 'demo', 'running.json'));
  let running: RunningDemo = { nodes: 1, faults: [] };
  const note = (change: Partial<RunningDemo>): void => {
    running = { ...running, ...change };
    noted.note(running);
  };

  const view = (node: SimulatedNode): DemoNode => ({
    name: node.name,
    hostId: hostIds.get(node.name) ?? null,
    address: node.address,
    port: node.port,
    user: node.user,
    profile: node.profile,
    faults: node.faults(),
    possibleFaults: node.possibleFaults(),
  });
  const find = (name: string): SimulatedNode => {
    const node = fleet?.nodes.find((candidate) => candidate.name === name);
    if (!node) throw new NotFoundError('simulated node', name);
    return node;
  };
  const checkFault = (fault: string) => {
    if (!simulator?.faults.some(({ name }) => name === fault)) throw new NotFoundError('fault', fault);
  };

  const ownHosts = () =>
    hosts
      .list()
      .flatMap(({ spec }) => (spec.kind === 'ssh' && spec.target.knownHostsFile === knownHostsFile ? [spec] : []));
  /** Hosts of a fleet that is gone. */
  const removeHosts = async () => {
    for (const { id } of ownHosts()) {
      await hosts.remove(id);
      forgetHost(id);
    }
    hostIds.clear();
  };

  const start = async (count: number, toHosts = addHosts): Promise<DemoNode[]> => {
    if (!simulator) throw new ConflictError('engine.demoNotIncluded');
    if (toHosts === addHosts) await removeHosts();
    const started = await simulator.start(count);
    try {
      await toHosts(started);
    } catch (error) {
      await started.close();
      throw error;
    }
    fleet = started;
    note({ nodes: count, faults: [] });
    return fleet.nodes.map(view);
  };

  /** The nodes of a killed engine have new ports and keys; their hosts stay what they are. */
  const rejoinHosts = async ({ nodes }: SimulatedFleet): Promise<void> => {
    writeKnownHosts(nodes);
    for (const spec of ownHosts()) {
      const node = nodes.find(({ name }) => name === spec.name);
      if (!node) continue;
      const { address, port, user, privateKeyPath } = node;
      const target = { ...spec.target, address, port, user, identityFiles: [privateKeyPath] };
      await hosts.update({ ...spec, target });
      hostIds.set(spec.name, spec.id);
    }
  };

  const resume = async (left: RunningDemo): Promise<void> => {
    starting = start(left.nodes, rejoinHosts).finally(() => {
      starting = null;
    });
    hosts.holdUntil(
      ownHosts().map(({ id }) => id),
      starting,
    );
    try {
      await starting;
    } catch {
      return removeHosts();
    }
    await Promise.allSettled([...hostIds.values()].map((id) => hosts.connect(id)));
    for (const { node, fault, options } of left.faults) await inject(node, fault, options);
  };

  const inject = async (name: string, fault: string, options?: FaultOptions): Promise<DemoNode> => {
    const node = find(name);
    checkFault(fault);
    try {
      await node.inject(fault, options);
    } catch (error) {
      if (error instanceof RangeError) throw new InvalidError('engine.demoImpossible', { detail: error.message });
      throw error;
    }
    note({ faults: [...running.faults, { node: name, fault, ...(options && { options }) }] });
    return view(node);
  };

  const writeKnownHosts = (nodes: readonly SimulatedNode[]): void => {
    try {
      mkdirSync(dirname(knownHostsFile), { recursive: true });
      writeFileSync(knownHostsFile, nodes.map(({ knownHostsLine }) => `${knownHostsLine}\n`).join(''), { mode: 0o600 });
    } catch (error) {
      throw storeError(error, knownHostsFile);
    }
  };

  const addHosts = ({ nodes }: SimulatedFleet): void => {
    writeKnownHosts(nodes);
    const added = hosts.add(
      nodes.map((node) => ({
        kind: 'ssh',
        name: node.name,
        tags: [demoTag],
        target: {
          address: node.address,
          port: node.port,
          user: node.user,
          identityFiles: [node.privateKeyPath],
          useAgent: false,
          proxyJump: [],
          knownHostsFile,
        },
      })),
    );
    for (const spec of added) hostIds.set(spec.name, spec.id);
  };

  const end = async (): Promise<void> => {
    // One that is being brought back must not outlive its engine.
    await starting?.catch(() => {});
    noted.take();
    await fleet?.close();
    fleet = null;
  };

  return {
    async takeOver() {
      if (!simulator) return;
      const left = noted.take();
      // On a full disk they stay a while longer, and the engine starts all the same.
      if (left === null) await removeHosts().catch(() => {});
      else resume(left).catch(() => {});
    },
    status: () => ({
      isRunning: fleet !== null,
      nodes: fleet?.nodes.map(view) ?? [],
      faults: [...(simulator?.faults ?? [])],
    }),
    async start(count) {
      if (fleet) return fleet.nodes.map(view);
      starting ??= start(count).finally(() => {
        starting = null;
      });
      return starting;
    },
    targets(name, fault) {
      checkFault(fault);
      return find(name).targets(fault);
    },
    inject,
    async clear(name, fault) {
      const node = find(name);
      if (fault !== undefined) checkFault(fault);
      await node.clear(fault);
      note({
        faults: running.faults.filter((one) => one.node !== name || (fault !== undefined && one.fault !== fault)),
      });
      return view(node);
    },
    async stop() {
      await removeHosts();
      await end();
    },
    close: end,
  };
}

const demoTag = 'demo';
