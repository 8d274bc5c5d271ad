import type { CommandSpec } from '#shared/domain/command';
import type { GpuVgpuFacts } from '#shared/domain/facts/gpu-system';
import { isReport, listOf, lookup, type Report } from '../gpu/report';
import { readTextReport } from '../gpu/report-text';
import { normalizeBusId } from '../lib/bus-id';
import { nvidiaSmi, nvidiaSmiProblem } from '../lib/nvidia-smi';
import { unparsable } from '../lib/outcome';
import { orNull, readBytes, readText } from '../lib/values';
import { defineProbe } from '../probe';

/** Only a host has this module: on every other node the question costs one read of /proc/modules. */
const script = `grep -q '^nvidia_vgpu_vfio ' /proc/modules 2>/dev/null || { echo 'vgpu:none'; exit 0; }
exec nvidia-smi vgpu -q`;
const query: CommandSpec = { ...nvidiaSmi('nvidia-smi-vgpu', [], 15_000), argv: ['sh', '-c', script] };

export const gpuVgpuProbe = defineProbe({
  id: 'gpu-vgpu',
  commands: [query],
  sources: { '': 'nvidia-smi-vgpu' },
  parse(outputs) {
    const output = outputs[query.id];
    const text = output?.state === 'exited' ? output.stdout : '';
    if (text.trim() === 'vgpu:none') return { state: 'ok', facts: { isHost: false, vgpus: [] } };
    // Every GPU of a host says how many guests it has, none included.
    const report = /^\s+Active vGPUs\s+: \d/m.test(text) ? readTextReport(text) : null;
    if (!report) return nvidiaSmiProblem(output, query, false) ?? unparsable(query, output);
    return { state: 'ok', facts: { isHost: true, vgpus: listOf(report.gpu).filter(isReport).flatMap(readVgpus) } };
  },
});

/** The lines of the n-th vGPU of a GPU are the n-th of each name. */
function readVgpus(gpu: Report): GpuVgpuFacts['vgpus'] {
  const pciBusId = normalizeBusId(lookup(gpu, '@id'));
  const ids = listOf(gpu.vgpu_id);
  if (pciBusId === null) return [];
  return ids.flatMap((id, at) => {
    if (typeof id !== 'string') return [];
    const values = (name: string) => {
      const list = listOf(gpu[name]);
      return list.length === ids.length ? list[at] : undefined;
    };
    const text = (name: string) => {
      const value = values(name);
      return typeof value === 'string' ? orNull(readText(value)) : null;
    };
    const memory = values('fb_memory_usage');
    const bytes = (name: string) => {
      const value = isReport(memory) ? memory[name] : undefined;
      return typeof value === 'string' ? orNull(readBytes(value)) : null;
    };
    return [
      {
        pciBusId,
        id,
        profile: text('vgpu_name'),
        uuid: text('vgpu_uuid') ?? text('mdev_uuid'),
        vmName: text('vm_name'),
        vmUuid: text('vm_uuid') ?? text('vm_id'),
        guestDriverVersion: text('guest_driver_version'),
        licenseStatus: text('license_status'),
        memoryTotalBytes: bytes('total'),
        memoryUsedBytes: bytes('used'),
      },
    ];
  });
}
