import type { CommandSpec } from '#shared/domain/command';
import type { GpuDriverFacts } from '#shared/domain/facts/gpu';
import { commandProblem, problem } from '../lib/outcome';
import { defineProbe } from '../probe';

const version: CommandSpec = {
  id: 'version',
  argv: ['cat', '/proc/driver/nvidia/version', '/proc/driver/nvidia/params'],
};
const modules: CommandSpec = { id: 'modules', argv: ['cat', '/proc/modules'], maxOutputBytes: 1024 * 1024 };
/** What the next boot will load: after an update not what runs. */
const installed: CommandSpec = { id: 'installed', argv: ['modinfo', 'nvidia'], maxOutputBytes: 256 * 1024 };
/** Names alone: the version stands at the end of each. */
const libraryScript = `for f in /usr/lib/*-linux-gnu/libcuda.so.*.* /usr/lib/*-linux-gnu/libnvidia-ml.so.*.* \
  /usr/lib64/libcuda.so.*.* /usr/lib64/libnvidia-ml.so.*.* /usr/lib/libcuda.so.*.* /usr/lib/libnvidia-ml.so.*.*; do
  [ -e "$f" ] && printf '%s\\n' "$f"
done; :`;
const libraries: CommandSpec = { id: 'driver-libraries', argv: ['sh', '-c', libraryScript] };

export const gpuDriverProbe = defineProbe({
  id: 'gpu-driver',
  commands: [version, modules, installed, libraries],
  sources: {
    '': 'version',
    loadedModules: 'modules',
    installedModuleVersion: 'installed',
    userLibraries: 'driver-libraries',
  },
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
      installedModuleVersion: parseModuleVersion(outputs.installed?.state === 'exited' ? outputs.installed.stdout : ''),
      userLibraries: parseLibraries(outputs[libraries.id]?.state === 'exited' ? outputs[libraries.id]?.stdout : ''),
      gccVersion: /^GCC version:\s+(\S.{0,200})$/m.exec(text)?.[1]?.trim() ?? null,
      loadedModules: parseModules(outputs.modules?.state === 'exited' ? outputs.modules.stdout : ''),
      parameters: parseParameters(text),
    };
    return isAbsent ? { state: 'ok', facts, reason: { key: 'probes.kernelModuleNotLoaded' } } : { state: 'ok', facts };
  },
});

/** Modules that belong to a GPU or stand in its way: `nvidia_uvm 1789952 4 nvidia, Live 0x0000000000000000 (POE)`. */
function parseModules(text: string): string[] {
  const names = text.split('\n').map((line) => /^([\w-]{1,64}) \d/.exec(line)?.[1] ?? '');
  return names.filter((name) => /^(nvidia|nouveau$|nova|nv_peer_mem$|gdrdrv$|amdgpu$)/.test(name));
}

/** `version:        550.90.07` of `modinfo nvidia`; a module of the kernel's own source has none. */
export function parseModuleVersion(text: string): string | null {
  return /^version: {1,20}(\d[\w.+-]{0,60})\s*$/m.exec(text)?.[1] ?? null;
}

/** `/usr/lib/x86_64-linux-gnu/libcuda.so.550.90.07` */
function parseLibraries(text = ''): GpuDriverFacts['userLibraries'] {
  return text.split('\n').flatMap((line) => {
    const match = /^(\/[\w./+-]{1,300}\/lib(?:cuda|nvidia-ml)\.so\.(\d{2,4}(?:\.\d{1,4}){1,2}))$/.exec(line);
    return match ? [{ path: match[1] ?? '', version: match[2] ?? '' }] : [];
  });
}

/** `EnableGpuFirmware: 18`, one a line; the same names without `NVreg_` that modprobe takes. */
function parseParameters(text: string): Record<string, string> {
  const pairs = text.split('\n').map((line) => /^([A-Za-z]\w{0,80}): (.{0,300})$/.exec(line));
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', (pair[2] ?? '').trim()]] : [])));
}
