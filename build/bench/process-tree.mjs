import { readdir, readFile } from 'node:fs/promises';

/**
 * A process and all that came of it.
 * @param {number} root
 * @returns {Promise<number[]>}
 */
export async function pidsOfTree(root) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = Number((await statOf(Number(entry)))[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/**
 * Processor time of the whole tree so far, in seconds, by what Chromium calls each process.
 * @param {number} root
 * @returns {Promise<Record<string, number>>}
 */
export async function cpuSecondsOfTree(root) {
  /** @type {Record<string, number>} */
  const seconds = {};
  for (const pid of await pidsOfTree(root)) {
    const [user = 0, system = 0] = (await statOf(pid)).slice(11, 13).map(Number);
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const name = /--utility-sub-type=([\w.]+)|--type=([\w-]+)/.exec(command)?.slice(1).find(Boolean) ?? 'main';
    seconds[name] = (seconds[name] ?? 0) + (user + system) / 100;
  }
  return seconds;
}

/**
 * The words of its line after its name.
 * @param {number} pid
 */
async function statOf(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
