import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** A variable that every process of a batch inherits, whatever group, session or parent it ends up with. */
export function markedEnvironment(more: NodeJS.ProcessEnv = {}): { mark: string; environment: NodeJS.ProcessEnv } {
  const mark = `GANTRY_TEST_MARK=${randomBytes(8).toString('hex')}`;
  const [name = '', value] = mark.split('=');
  return { mark, environment: { ...process.env, ...more, [name]: value } };
}

/** The processes that carry the mark and are no zombies. */
export function markedProcesses(mark: string): Array<{ pid: number; command: string }> {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) return [];
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))) return [];
      return [
        { pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim() },
      ];
    } catch {
      // Gone meanwhile, or another user's.
      return [];
    }
  });
}
