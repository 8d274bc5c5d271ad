import type { CommandSpec } from '#shared/domain/command';
import type { GpuDriverFacts } from '#shared/domain/facts/gpu';
import { commandProblem, problem } from '../lib/outcome';
import { defineProbe } from '../probe';

const version: CommandSpec = { id: 'version', argv: ['cat', '/proc/driver/nvidia/version'] };
const parameters: CommandSpec = { id: 'parameters', argv: ['cat', '/proc/driver/nvidia/params'] };
const modules: CommandSpec = { id: 'modules', argv: ['cat', '/proc/modules'], maxOutputBytes: 1024 * 1024 };

export const gpuDriverProbe = defineProbe({
  id: 'gpu-driver',
  commands: [version, parameters, modules],
  sources: { '': 'version', loadedModules: 'modules', parameters: 'parameters' },
  parse(outputs) {
    const told = commandProblem(outputs.version, version);
    if (told) return told;
    const text = outputs.version?.stdout ?? '';
    const kernelModule =
      /^NVRM version: NVIDIA UNIX (Open Kernel Module for )?\S{1,40}(?: Kernel Module)? +(\d[\w.]{1,30})/m.exec(text);
    const isAbsent = outputs.version?.exitCode !== 0 && text.trim() === '';
    if (!kernelModule && !isAbsent) return problem('unparsable', 'unparsable', { tool: 'NVIDIA driver version' });
    const facts: GpuDriverFacts = {
      kernelModuleVersion: kernelModule?.[2] ?? null,
      isOpenKernelModule: kernelModule ? kernelModule[1] !== undefined : null,
      gccVersion: /^GCC version:\s+(\S.{0,200})$/m.exec(text)?.[1]?.trim() ?? null,
      loadedModules: parseModules(outputs.modules?.state === 'exited' ? outputs.modules.stdout : ''),
      parameters: parseParameters(outputs.parameters?.state === 'exited' ? outputs.parameters.stdout : ''),
    };
    return isAbsent ? { state: 'ok', facts, reason: { key: 'probes.kernelModuleNotLoaded' } } : { state: 'ok', facts };
  },
});

/** Modules that belong to a GPU or stand in its way: `nvidia_uvm 1789952 4 nvidia, Live 0x0000000000000000 (POE)`. */
function parseModules(text: string): string[] {
  const names = text.split('\n').map((line) => /^([\w-]{1,64}) \d/.exec(line)?.[1] ?? '');
  return names.filter((name) => /^(nvidia|nouveau$|nova|nv_peer_mem$|gdrdrv$|amdgpu$)/.test(name));
}

/** `EnableGpuFirmware: 18`, one a line; the same names without `NVreg_` that modprobe takes. */
function parseParameters(text: string): Record<string, string> {
  const pairs = text.split('\n').map((line) => /^([A-Za-z]\w{0,80}): (.{0,300})$/.exec(line));
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', (pair[2] ?? '').trim()]] : [])));
}
