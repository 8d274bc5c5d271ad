import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeModel } from './model/node-model';
import { type AnswerCall, CallServer, type ToolCall } from './node/call-server';
import { FleetDirectory } from './node/fleet-directory';
import { nodeProfiles } from './profiles';
import type { NodeProfile } from './profiles/profile';
import { SimNode } from './sim-node';
import { generateKey } from './ssh/host-keys';
import type { NodeUser } from './ssh/node-server';
import { processesOf, sendSignal } from './ssh/real-processes';
import { emulatedTools } from './tools';
import { realPaceMs } from './tools/pace';

export interface SimUser {
  readonly name: string;
  /** No password means none is accepted. */
  readonly password?: string;
  /** Further public keys (`ssh-ed25519 AAAA…`) beside the fleet's own. */
  readonly publicKeys?: readonly string[];
}

export interface SimFleetOptions {
  /** How many, cycling through the profiles, or exactly which. */
  readonly nodes: number | readonly NodeProfile[];
  /** The same seed makes the same fleet. */
  readonly seed?: number;
  /** The first node's port, the others following; free ones are taken when absent. */
  readonly basePort?: number;
  readonly users?: readonly SimUser[];
  /** Tools take as long as real ones do; else they answer at once. */
  readonly isAtRealPace?: boolean;
  /** Milliseconds since 1970; for tests that move time. */
  readonly now?: () => number;
}

export interface SimFleet {
  readonly nodes: readonly SimNode[];
  /** Key that every node accepts for every user. */
  readonly privateKeyPath: string;
  /** Writes a known_hosts file with the keys that the nodes show now. */
  writeKnownHosts(path: string): void;
  close(): Promise<void>;
}

const DEFAULT_USERS: readonly SimUser[] = [{ name: 'ops', password: 'gantry-demo' }];

/** Starts the nodes on loopback. At rest they cost nothing: no timer runs, and a node's files appear when first used. */
export async function startSimFleet(options: SimFleetOptions): Promise<SimFleet> {
  if (process.platform === 'win32')
    throw new Error('The simulated fleet needs a POSIX system: its nodes run a real /bin/sh');
  const profiles = profilesOf(options.nodes);
  const directory = new FleetDirectory(profiles.length);
  const ids = profiles.map((_, index) => `n${index}`);
  const clientKey = generateKey();
  const privateKeyPath = join(directory.path, 'id_ed25519');
  const nodes: SimNode[] = [];
  let calls: CallServer | null = null;
  const leaveNothing = (): void => {
    for (const pid of processesOf(directory.path)) sendSignal(pid, 'SIGKILL');
    directory.remove();
  };
  // A process that ends without closing its fleet must not leave shells and files behind either.
  process.once('exit', leaveNothing);
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.close()));
    calls?.close();
    leaveNothing();
    process.off('exit', leaveNothing);
  };
  try {
    writeFileSync(privateKeyPath, clientKey.privateKey);
    chmodSync(privateKeyPath, 0o600);
    directory.prepare(ids);
    const users = (options.users ?? DEFAULT_USERS).map(
      (user): NodeUser => ({
        name: user.name,
        password: user.password ?? null,
        publicKeys: [clientKey.publicKey, ...(user.publicKeys ?? [])],
      }),
    );
    const names = uniqueNames(profiles);
    for (const [index, profile] of profiles.entries()) {
      const model = new NodeModel({
        profile,
        name: names[index] ?? profile.hostname,
        seed: options.seed ?? 1,
        now: options.now ?? Date.now,
      });
      const id = ids[index] ?? '';
      directory.installPrograms(id, emulatedTools(model));
      nodes.push(new SimNode({ model, base: directory.base(id), users, privateKeyPath }));
    }
    const answer: AnswerCall = (call) => {
      const node = nodes[Number(call.node.slice(1))];
      return node ? node.answer(call) : { stdout: '', stderr: '', exitCode: 126 };
    };
    const pace = options.isAtRealPace ? ({ tool, args }: ToolCall) => realPaceMs(tool, args) : undefined;
    calls = new CallServer(directory.path, answer, pace);
    await Promise.all(
      nodes.map((node, index) => node.listen(options.basePort === undefined ? 0 : options.basePort + index)),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    nodes,
    privateKeyPath,
    writeKnownHosts(path) {
      writeFileSync(path, nodes.map((node) => `${node.knownHostsLine}\n`).join(''));
    },
    close,
  };
}

function profilesOf(nodes: number | readonly NodeProfile[]): readonly NodeProfile[] {
  if (typeof nodes !== 'number') return nodes;
  if (!Number.isInteger(nodes) || nodes < 1) throw new RangeError(`a fleet needs at least one node, not ${nodes}`);
  return Array.from({ length: nodes }, (_, index) => nodeProfiles[index % nodeProfiles.length] as NodeProfile);
}

/** `dgx01`, `dgx02` …: the profile's host name and a number of its own. */
function uniqueNames(profiles: readonly NodeProfile[]): string[] {
  const counts = new Map<string, number>();
  return profiles.map((profile) => {
    const count = (counts.get(profile.hostname) ?? 0) + 1;
    counts.set(profile.hostname, count);
    return `${profile.hostname}${String(count).padStart(2, '0')}`;
  });
}
