import type { CommandSpec } from '#shared/domain/command';
import type { ContainerToolkitFacts } from '#shared/domain/facts/software';
import { linesOf } from '../lib/lines';
import { exitProblem, isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

const version: CommandSpec = { id: 'version', argv: ['nvidia-ctk', '--version'] };
const cdi: CommandSpec = { id: 'cdi', argv: ['nvidia-ctk', 'cdi', 'list'] };

export const nvidiaContainerToolkitProbe = defineProbe({
  id: 'nvidia-container-toolkit',
  commands: [version, cdi],
  sources: { '': 'version', cdiDevices: 'cdi' },
  parse(outputs) {
    const output = readCommand(outputs, version);
    if (isProblem(output)) return output;
    // NVIDIA Container Toolkit CLI version 1.15.0
    const found = /^(?:NVIDIA Container Toolkit\b|nvidia-ctk\b).{0,40}? version:? v?(\d[\w.~+-]{0,40})/im.exec(
      output.stdout,
    )?.[1];
    if (found === undefined) return exitProblem(output, version) ?? unparsable(version, output);
    const devices = linesOf(outputs.cdi?.state === 'exited' ? outputs.cdi.stdout : '').map((line) => line.trim());
    const cdiDevices = devices.filter((name) => /^[\w.-]{1,60}\/[\w.-]{1,60}=[\w.:-]{1,100}$/.test(name));
    const facts: ContainerToolkitFacts = { version: found, cdiDevices };
    return { state: 'ok', facts };
  },
});
