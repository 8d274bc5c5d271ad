import type { CommandSpec } from '#shared/domain/command';
import type { Host } from '../../hosts/host';
import { informationCommand } from '../../probes/gpu-list/gpu-list-probe';
import { parseGpuInformation } from '../../probes/gpu-list/parse-gpu-list';
import type { DcgmNode } from '../collectors/collector';
import { readDcgmGpus, readProfilingFields } from '../collectors/dcgm/dcgm-reader';
import { readQueryFields } from '../collectors/nvidia-gpu/query-reader';

const helpQuery: CommandSpec = {
  id: 'query-fields',
  argv: ['nvidia-smi', '--help-query-gpu'],
  timeoutMs: 10_000,
  lane: 'nvml',
};

const nvlinkTraffic: CommandSpec = {
  id: 'nvlink-traffic',
  argv: ['nvidia-smi', 'nvlink', '-gt', 'd'],
  timeoutMs: 10_000,
  lane: 'nvml',
};

/** Both ask the host engine, which answers in a moment or not at all. */
const dcgmDiscovery: CommandSpec = { id: 'dcgm-gpus', argv: ['dcgmi', 'discovery', '-l'], timeoutMs: 5000 };
const dcgmProfiling: CommandSpec = {
  id: 'dcgm-fields',
  argv: ['dcgmi', 'profile', '-l', '-i', '0'],
  timeoutMs: 5000,
};

/** What a command printed; nothing where it did not end by itself. */
export async function printed(host: Host, spec: CommandSpec, signal: AbortSignal): Promise<string> {
  const { state, stdout } = await host.exec(spec, { signal });
  return state === 'exited' ? new TextDecoder().decode(stdout) : '';
}

/** Null where no host engine answers. */
export async function lookAtDcgm(host: Host, signal: AbortSignal): Promise<DcgmNode | null> {
  const gpus = readDcgmGpus(await printed(host, dcgmDiscovery, signal));
  if (gpus.size === 0) return null;
  return { gpus, profilingFields: readProfilingFields(await printed(host, dcgmProfiling, signal)) };
}

/** The fields that the driver's tool knows; empty where it could not be asked. */
export async function lookAtQueryFields(host: Host, signal: AbortSignal): Promise<ReadonlySet<string>> {
  return readQueryFields(await printed(host, helpQuery, signal));
}

/** Whether the driver's tool tells what NVLinks carry; null where it could not be asked. */
export async function lookAtNvlinks(host: Host, signal: AbortSignal): Promise<boolean | null> {
  const text = await printed(host, nvlinkTraffic, signal);
  return text === '' ? null : /Link \d{1,3}: Data Tx: \d/.test(text);
}

/** NVIDIA's GPUs by their place on the bus, as the kernel module lists them. */
export async function lookAtBusIds(host: Host, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const listed = parseGpuInformation(await printed(host, informationCommand, signal));
  return new Map(listed.flatMap(({ pciBusId, uuid }) => (uuid === null ? [] : [[pciBusId, uuid] as const])));
}
