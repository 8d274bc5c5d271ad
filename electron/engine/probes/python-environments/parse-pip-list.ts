import type { PythonEnvironment } from '#shared/domain/facts/software';
import { linesOf } from '../lib/lines';

/** What `pip list` prints, as columns or in the old form; null for anything else. Which environment, it does not say. */
export function parsePipList(text: string): PythonEnvironment | null {
  const lines = linesOf(text).filter((line) => line.trim() !== '');
  const isTable = /^Package +Version(?: |$)/.test(lines[0] ?? '') && /^-{3,} -{3,}/.test(lines[1] ?? '');
  const packages: PythonEnvironment['packages'] = [];
  for (const line of isTable ? lines.slice(2) : lines) {
    const match = isTable
      ? /^([\w.-]{1,128}) +([\w.+!-]{1,64})(?: +\S.*)?\s*$/.exec(line)
      : /^([\w.-]{1,128}) \(([\w.+!-]{1,64})(?:, .{1,500})?\)$/.exec(line);
    if (!match) return null;
    packages.push({ name: match[1] ?? '', version: match[2] ?? '', source: 'pip' });
  }
  if (packages.length === 0 || !text.endsWith('\n')) return null;
  const torch = packages.find(({ name }) => name === 'torch');
  const cuda = /\+cu(\d{2})(\d)$/.exec(torch?.version ?? '');
  return {
    prefix: '',
    name: 'pip list',
    kind: 'venv',
    pythonVersion: null,
    torch: torch
      ? { version: torch.version, cudaVersion: cuda ? `${cuda[1]}.${cuda[2]}` : null, hipVersion: null }
      : null,
    packages,
  };
}
