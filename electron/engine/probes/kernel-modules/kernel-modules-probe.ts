import type { CommandSpec } from '#shared/domain/command';
import type { KernelModulesFacts } from '#shared/domain/facts/software';
import { integerOf, linesOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

type Module = KernelModulesFacts['modules'][number];

/** The same as the `gpu-driver` probe's, and so read once. */
const modules: CommandSpec = { id: 'modules', argv: ['cat', '/proc/modules'], maxOutputBytes: 1024 * 1024 };
const taint: CommandSpec = { id: 'taint', argv: ['cat', '/proc/sys/kernel/tainted'] };

export const kernelModulesProbe = defineProbe({
  id: 'kernel-modules',
  commands: [modules, taint],
  sources: { '': 'modules', kernelTaint: 'taint' },
  parse(outputs) {
    const output = readCommand(outputs, modules);
    if (isProblem(output)) return output;
    const found = parseModules(output.stdout);
    // A kernel with everything built in has an empty list, or no such file.
    const isEmpty = output.stdout.trim() === '' && (output.exitCode === 0 || /No such file/i.test(output.stderr));
    if (found === null && !isEmpty) return unparsable(modules, output);
    const kernelTaint = outputs.taint?.state === 'exited' ? integerOf(outputs.taint.stdout) : null;
    return { state: 'ok', facts: { modules: found ?? [], kernelTaint } };
  },
});

/**
 * Reads /proc/modules, and `lsmod` with its header. Null: a line that is neither.
 *   nvidia_uvm 1789952 4 - Live 0x0000000000000000 (POE)
 *   nvidia 56717312 132 nvidia_uvm,nvidia_modeset, Live 0xffffffffc1a22000 (POE)
 *   ib_core               520192  3 rdma_cm,ib_uverbs,mlx5_ib
 */
function parseModules(text: string): Module[] | null {
  const lines = linesOf(text).filter((line) => line.trim() !== '');
  const isLsmod = /^Module +Size +Used by\s*$/.test(lines[0] ?? '');
  const found: Module[] = [];
  for (const line of isLsmod ? lines.slice(1) : lines) {
    const match = isLsmod
      ? /^([\w-]{1,64}) +(\d{1,12}) +-?\d{1,6}(?: +(\S{0,2000}))?\s*$/.exec(line)
      : /^([\w-]{1,64}) (\d{1,12}) -?\d{1,6} (\S{1,2000}) (?:Live|Loading|Unloading) 0x[0-9a-f]{1,16}(?: \(([A-Z+-]{1,10})\))?$/.exec(
          line,
        );
    if (!match) return null;
    const [, name = '', size, users = '', taints] = match;
    found.push({
      name,
      sizeBytes: integerOf(size),
      usedBy: users.split(',').filter((user) => user !== '' && user !== '-'),
      taints: taints ?? null,
    });
  }
  return found.length > 0 && text.endsWith('\n') ? found : null;
}
