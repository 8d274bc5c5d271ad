import type { CommandSpec } from '#shared/domain/command';
import type { ContainerToolkitFacts } from '#shared/domain/facts/software';
import { linesOf } from '../lib/lines';
import { exitProblem, isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

const version: CommandSpec = { id: 'version', argv: ['nvidia-ctk', '--version'] };
const cdi: CommandSpec = { id: 'cdi', argv: ['nvidia-ctk', 'cdi', 'list'] };
/** Of each CDI file its head and the first driver library that it names: a file from before an update names one that is gone. */
const filesScript = `for f in /etc/cdi/*.yaml /etc/cdi/*.json /var/run/cdi/*.yaml /var/run/cdi/*.json; do
  [ -r "$f" ] || continue
  echo "== $f"
  grep -oE -m 3 '"?(cdiVersion|kind)"?: *"?[^",]{1,100}' "$f"
  grep -oE -m 1 'lib(cuda|nvidia-ml)\\.so\\.[0-9]+\\.[0-9.]+[0-9]' "$f"
done; :`;
const files: CommandSpec = { id: 'cdi-files', argv: ['sh', '-c', filesScript] };

export const nvidiaContainerToolkitProbe = defineProbe({
  id: 'nvidia-container-toolkit',
  commands: [version, cdi, files],
  sources: { '': 'version', cdiDevices: 'cdi', cdiFiles: 'cdi-files' },
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
    const cdiFiles = readFiles(outputs['cdi-files']?.state === 'exited' ? (outputs['cdi-files']?.stdout ?? '') : '');
    return { state: 'ok', facts: { version: found, cdiDevices, cdiFiles } };
  },
});

/** `== /var/run/cdi/nvidia.yaml`, `cdiVersion: 0.5.0`, `kind: nvidia.com/gpu`, `libcuda.so.550.127.08` */
function readFiles(text: string): ContainerToolkitFacts['cdiFiles'] {
  return text
    .split(/^== (?=\/)/m)
    .slice(1)
    .map((block) => {
      const value = (name: string) =>
        new RegExp(`^\\s*"?${name}"?: *"?([\\w./-]{1,100})`, 'm').exec(block)?.[1] ?? null;
      return {
        path: (block.split('\n', 1)[0] ?? '').slice(0, 300),
        kind: value('kind'),
        cdiVersion: value('cdiVersion'),
        driverVersion: /^lib(?:cuda|nvidia-ml)\.so\.(\d{2,4}(?:\.\d{1,4}){1,2})$/m.exec(block)?.[1] ?? null,
      };
    });
}
