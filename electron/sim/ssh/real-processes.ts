import { readdirSync, readFileSync } from 'node:fs';

/*
 * The shells of a node are real processes of this machine. These functions look at them through /proc; where there is
 * none they find nothing, and the caller falls back to the process group.
 */

interface ProcessLine {
  readonly pid: number;
  readonly ppid: number;
  readonly state: string;
}

export function readProcess(pid: number): ProcessLine | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', ppid = '0'] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid, ppid: Number(ppid), state };
  } catch {
    return null;
  }
}

function allPids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Everything that was started by `pid`, directly or not, `pid` itself not included. */
export function descendantsOf(pid: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const each of allPids()) {
    const line = readProcess(each);
    if (!line) continue;
    const siblings = childrenOf.get(line.ppid);
    if (siblings) siblings.push(each);
    else childrenOf.set(line.ppid, [each]);
  }
  const found: number[] = [];
  const queue = [pid];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const child of childrenOf.get(next) ?? []) {
      found.push(child);
      queue.push(child);
    }
  }
  return found;
}

/** True for a process whose environment names the directory: it was started by a session of the node that owns it. */
export function belongsTo(pid: number, directory: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(directory);
  } catch {
    return false;
  }
}

export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

export function processesOf(directory: string): number[] {
  return allPids().filter((pid) => pid !== process.pid && belongsTo(pid, directory));
}

export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
