import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { GpuDriverFacts } from '#shared/domain/facts/gpu';
import { linesOf } from '../lib/lines';
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
/** What a module is built from and loaded with; `done` ends it, so that none is told from cut short. */
const buildScript = `[ -e "/lib/modules/$(uname -r)/build" ] && echo headers
if command -v dkms >/dev/null 2>&1; then
  echo dkms
  dkms status 2>/dev/null | grep -i '^nvidia' | sed 's/^/status /'
fi
for f in /lib/firmware/nvidia/*/gsp_*.bin*; do [ -e "$f" ] && printf 'firmware %s\\n' "$f"; done
grep -lsE '^[[:space:]]*(blacklist|install)[[:space:]]+nouveau' /etc/modprobe.d/*.conf /usr/lib/modprobe.d/*.conf /lib/modprobe.d/*.conf |
  sed 's/^/blacklist /'
echo done`;
const build: CommandSpec = { id: 'module-build', argv: ['sh', '-c', buildScript], timeoutMs: 5000 };

export const gpuDriverProbe = defineProbe({
  id: 'gpu-driver',
  commands: [version, modules, installed, libraries, build],
  sources: {
    '': 'version',
    loadedModules: 'modules',
    installedModuleVersion: 'installed',
    userLibraries: 'driver-libraries',
    moduleBuild: 'module-build',
    'moduleBuild.license': 'installed',
    'moduleBuild.isSigned': 'installed',
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
      installedModuleVersion: parseModuleVersion(textOf(outputs.installed)),
      userLibraries: parseLibraries(textOf(outputs[libraries.id])),
      gccVersion: /^GCC version:\s+(\S.{0,200})$/m.exec(text)?.[1]?.trim() ?? null,
      loadedModules: parseModules(textOf(outputs.modules)),
      parameters: parseParameters(text),
      moduleBuild: parseModuleBuild(textOf(outputs[build.id]), textOf(outputs.installed)),
    };
    return isAbsent ? { state: 'ok', facts, reason: { key: 'probes.kernelModuleNotLoaded' } } : { state: 'ok', facts };
  },
});

function textOf(output: CommandOutput | undefined): string {
  return output?.state === 'exited' ? output.stdout : '';
}

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

/**
 * Of dkms, old and new (WARNING! in the state: built and installed differ):
 *   nvidia, 535.183.01, 5.15.0-91-generic, x86_64: installed
 *   nvidia/550.90.07, 6.8.0-40-generic, x86_64: installed
 *   nvidia/550.90.07: added
 * nvidia-fs and nvidia-peermem are modules of their own.
 */
export function parseModuleBuild(text: string, modinfo: string): GpuDriverFacts['moduleBuild'] {
  const lines = linesOf(text);
  if (!lines.includes('done')) return null;
  const after = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1).trim()] : []));
  const dkms = after('status').flatMap((line) => {
    const match =
      /^(nvidia(?:-(?:current|open|server|srv|dkms|kernel|tesla|legacy)[\w-]{0,40})?)(?:\/|, )([\w.+~-]{1,60})(?:, ([\w.+~-]{1,100}), [\w-]{1,20})?: ([a-z]{1,20})/.exec(
        line,
      );
    return match
      ? [{ name: match[1] ?? '', version: match[2] ?? '', kernel: match[3] ?? null, state: match[4] ?? '' }]
      : [];
  });
  const firmware = after('firmware').flatMap(
    (path) => /\/nvidia\/(\d[\d.]{1,30})\/gsp_[\w.]{1,60}$/.exec(path)?.[1] ?? [],
  );
  const hasModule = /^version:/m.test(modinfo);
  return {
    license: /^license: {1,20}(\S.{0,60})$/m.exec(modinfo)?.[1]?.trim() ?? null,
    isSigned: hasModule ? /^sig(?:_id|ner|_key):/m.test(modinfo) : null,
    hasKernelHeaders: lines.includes('headers'),
    dkms: lines.includes('dkms') ? dkms : null,
    firmwareVersions: [...new Set(firmware)].sort(),
    nouveauBlacklists: [...new Set(after('blacklist').filter((path) => /^\/[\w./+-]{1,200}$/.test(path)))],
  };
}
