import type { CommandSpec } from '#shared/domain/command';
import type { GpudirectFacts } from '#shared/domain/facts/network';
import { linesOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { parseGdscheck } from './parse-gdscheck';

const modules = 'nvidia|nvidia_peermem|nv_peer_mem|nvidia_fs|gdrdrv|ib_core|mlx5_core|mlx5_ib|bnxt_re|irdma|efa';
const script = `grep -sH '' /proc/sys/kernel/osrelease /sys/module/nvidia/version
grep -sH '^NVRM version' /proc/driver/nvidia/version
grep -sE '^(${modules}) ' /proc/modules
[ -d /sys/kernel/mm/memory_peers ] && echo 'peers:'
for peer in /sys/kernel/mm/memory_peers/*; do [ -e "$peer" ] && echo "peer:\${peer##*/}"; done
[ -e /dev/gdrdrv ] && echo 'gdrdrv:yes'
command -v ofed_info >/dev/null 2>&1 && echo "ofed:$(ofed_info -s 2>/dev/null)"
echo 'gpudirect:end'`;
const basis: CommandSpec = { id: 'gpudirect', argv: ['sh', '-c', script] };

/** Seldom on the PATH; it opens the GPUs, as nvidia-smi does. */
const gdscheckScript = `command -v gdscheck >/dev/null 2>&1 && exec gdscheck -p
for tool in /usr/local/cuda/gds/tools/gdscheck /usr/local/cuda-*/gds/tools/gdscheck; do
  [ -x "$tool" ] && exec "$tool" -p
done
exit 127`;
const gdscheck: CommandSpec = { id: 'gdscheck', argv: ['sh', '-c', gdscheckScript], lane: 'nvml', timeoutMs: 15_000 };

export const gpudirectProbe = defineProbe({
  id: 'gpudirect',
  commands: [basis, gdscheck],
  sources: { '': 'gpudirect', storage: 'gdscheck' },
  parse(outputs) {
    const output = readCommand(outputs, basis);
    const check = outputs[gdscheck.id];
    const storage = check?.state === 'exited' ? parseGdscheck(check.stdout) : null;
    const facts = isProblem(output) ? null : readBasis(output.stdout);
    if (facts) return { state: 'ok', facts: { ...facts, storage } };
    if (storage) return { state: 'ok', facts: { ...blank, storage } };
    return isProblem(output) ? output : unparsable(basis, output);
  },
});

const blank: GpudirectFacts = {
  kernelRelease: null,
  driverVersion: null,
  isOpenKernelModule: null,
  loadedModules: [],
  memoryPeers: null,
  ofedVersion: null,
  hasGdrcopyDevice: false,
  storage: null,
};

function readBasis(text: string): GpudirectFacts | null {
  if (!text.trimEnd().endsWith('gpudirect:end')) return null;
  const facts: GpudirectFacts = { ...blank, loadedModules: [] };
  for (const line of linesOf(text)) {
    facts.kernelRelease ??= /^\/proc\/sys\/kernel\/osrelease:(\S{1,80})$/.exec(line)?.[1] ?? null;
    facts.driverVersion ??= /^\/sys\/module\/nvidia\/version:([\d.]{1,20})$/.exec(line)?.[1] ?? null;
    if (line.includes('NVRM version')) facts.isOpenKernelModule = /Open Kernel Module/.test(line);
    // `nvidia_peermem 20480 0 - Live 0x0000000000000000 (POE)`
    const module = /^(\w{1,40}) \d+ -?\d+ \S+ Live /.exec(line)?.[1];
    if (module) facts.loadedModules.push(module);
    if (line === 'peers:') facts.memoryPeers = [];
    const peer = /^peer:(\S{1,64})$/.exec(line)?.[1];
    if (peer) facts.memoryPeers = [...(facts.memoryPeers ?? []), peer];
    if (line === 'gdrdrv:yes') facts.hasGdrcopyDevice = true;
    facts.ofedVersion ??= /^ofed:(\S{1,80}?):?$/.exec(line)?.[1] ?? null;
  }
  return facts;
}
