import type { CommandSpec } from '#shared/domain/command';
import { readEach } from '../lib/each';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { parseModule } from './parse-module';

/** Ports of the PCI bus; a port without a module, or of fixed copper, answers with an error. */
const modules: CommandSpec = {
  id: 'modules',
  argv: ['ethtool', '-m', '{/}'],
  forEach: '/sys/bus/pci/devices/*/net/*',
  privilege: 'root',
  timeoutMs: 15_000,
};

export const networkModulesProbe = defineProbe({
  id: 'network-modules',
  commands: [modules],
  sources: { '': 'modules' },
  parse(outputs) {
    const output = readCommand(outputs, modules);
    if (isProblem(output)) return output;
    const each = readEach(output.stdout);
    if (output.stdout.trim() !== '' && each.length === 0) return unparsable(modules, output);
    const found = each.flatMap((one) => {
      const module = parseModule(one.path.slice(one.path.lastIndexOf('/') + 1), one.output);
      return module ? [module] : [];
    });
    // A recorded output of something else: the frame is there, and nothing of a module in it.
    const [only] = each;
    if (each.length === 1 && only?.exitCode === 0 && found.length === 0) return unparsable(modules, output);
    return { state: 'ok', facts: { modules: found } };
  },
});
