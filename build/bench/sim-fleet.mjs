import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { rootDir } from '../setup/paths.mjs';

/** @typedef {{ name: string, address: string, port: number, user: string, privateKeyPath: string, knownHosts: string }} Node */

/**
 * A node as `hosts.add` takes it.
 * @param {Node} node
 */
export function hostOf({ name, address, port, user, privateKeyPath, knownHosts }) {
  const target = { address, port, user, identityFiles: [privateKeyPath], useAgent: false, knownHostsFile: knownHosts };
  return { kind: /** @type {const} */ ('ssh'), name, target };
}

/**
 * Nodes are other machines: here they get what is left of the cores. Every command of theirs is a session of its own,
 * which Linux would give as much as the whole window, so that a group of the scheduler has to hold them (as root).
 */
const asOtherMachine = `
v1=/sys/fs/cgroup/cpu/gantry-bench-nodes v2=/sys/fs/cgroup/gantry-bench-nodes
limit() { mkdir -p $1 && echo $3 >$1/$2 && echo $$ >$1/cgroup.procs; }
{ limit $v1 cpu.shares 2 || limit $v2 cpu.weight 1; } 2>/dev/null ||
  echo "the nodes take a full share of the cores: run as root for a fair reading" >&2
exec chrt --idle 0 "$@"`;

/**
 * A simulated fleet in a process of its own, so that neither side of a measurement pays for it more than the other.
 * `isElsewhere`: it gets only what is left of the cores. `isAtRealPace`: its tools take as long as real ones.
 * @param {string} folder
 * @param {{ nodes: number, isElsewhere?: boolean, isAtRealPace?: boolean, profile?: string }} options
 * @returns {Promise<{ process: import('node:child_process').ChildProcess, nodes: Node[] }>}
 */
export async function startFleet(folder, { nodes, isElsewhere = false, isAtRealPace = false, profile }) {
  const fleet = [process.execPath, `${rootDir}/out/cli/index.js`, 'sim', '--nodes', String(nodes), '--json'];
  const shape = [...(isAtRealPace ? ['--real-pace'] : []), ...(profile ? ['--profile', profile] : [])];
  const argv = [...fleet, ...shape, '--known-hosts', `${folder}/known_hosts`];
  const child = spawn('sh', ['-c', isElsewhere ? asOtherMachine : 'exec "$@"', 'sh', ...argv], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let printed = '';
  // It goes on printing what it answers to commands on its stdin.
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    if (/^\]$/m.test(printed)) break;
  }
  child.stdout.resume();
  return { process: child, nodes: JSON.parse(printed) };
}

/**
 * Nodes that answer as `node` does, at its pace, in one process that does no work of theirs: see `replay-nodes.mjs`.
 * @param {string} folder
 * @param {Node} node
 * @param {number} count
 * @returns {Promise<{ process: import('node:child_process').ChildProcess, nodes: Node[] }>}
 */
export async function startReplay(folder, node, count) {
  const nodeFile = `${folder}/node.json`;
  await writeFile(nodeFile, JSON.stringify(node));
  const child = spawn(process.execPath, [`${rootDir}/build/bench/replay-nodes.mjs`, nodeFile, String(count), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    if (printed.endsWith('\n')) break;
  }
  return { process: child, nodes: JSON.parse(printed) };
}

/**
 * How many commands those nodes were asked to start until now, and the bytes of their connections.
 * @param {import('node:child_process').ChildProcess} replay
 * @returns {Promise<{ channels: number, bytes: number }>}
 */
export async function countTraffic({ stdin, stdout }) {
  if (!stdin || !stdout) throw new Error('nobody can ask it');
  stdin.write('count\n');
  const [line] = await once(stdout, 'data');
  return JSON.parse(String(line));
}
