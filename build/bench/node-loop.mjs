import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { load } from './load.mjs';

const rounds = 200;
/** The same two processes a round, which do nothing. */
const empty = `while :; do
read -r u x </proc/uptime; echo "= $u"
grep x /dev/null
echo .
sleep "$1"
done`;

/**
 * What the loop over /proc that stays on a watched node takes of its processor, beside a loop that starts as many processes
 * and reads nothing. What nvidia-smi takes can't be known without a GPU.
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measureNodeLoop() {
  /** @type {typeof import('./telemetry-parts')} */
  const { systemScript } = await load('build/bench/telemetry-parts.ts');
  const rows = [];
  for (const shell of [['dash'], ['busybox', 'sh']]) {
    const ours = await cpuMsOfRound([...shell, '-c', systemScript, 'sh', '0.01', '10']);
    const theirs = await cpuMsOfRound([...shell, '-c', empty, 'sh', '0.01']);
    if (Number.isNaN(ours)) continue;
    rows.push({
      name: `a round of /proc on a node, ${shell[0]}`,
      ours: `${ours.toFixed(1)} ms of its processor (${(ours / 10).toFixed(2)} % of a core at 1 s)`,
      theirs: `${theirs.toFixed(1)} ms, two processes that do nothing`,
      ratio: ours / theirs,
      limit: '<= 1.5',
      isMet: ours / theirs <= 1.5,
    });
  }
  return rows;
}

/**
 * NaN where there is no such shell.
 * @param {readonly string[]} argv
 */
async function cpuMsOfRound([file = '', ...args]) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  child.on('error', () => {});
  let done = 0;
  let cpuMs = Number.NaN;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === '.') done += 1;
    if (done < rounds) continue;
    // Of the shell and of its children that have ended, in ticks of 10 ms.
    const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
    const times = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15);
    cpuMs = (times.map(Number).reduce((sum, ticks) => sum + ticks, 0) * 10) / rounds;
    break;
  }
  child.kill();
  return cpuMs;
}
