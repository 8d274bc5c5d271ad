import type { NodeFacts } from '#shared/domain/facts/index';
import type { ProbeResult } from '#shared/domain/probe';
import type { CliContext } from './context';
import { bytes } from './format';
import { gpuSections } from './node-gpus';
import { networkSections } from './node-network';
import { pciLinkRows } from './node-pci';
import { platformOverview, platformSections } from './node-platform';
import { softwareOverview, softwareSections } from './node-software';
import { storageSections } from './node-storage';
import { type Cell, displayWidth } from './table';

/** What a node is made of, on one screen; what no probe could read is left out. */
export function printNode(context: CliContext, results: readonly ProbeResult[]): void {
  const facts: NodeFacts = Object.fromEntries(
    results.filter(({ state }) => state === 'ok').map(({ probeId, facts: read }) => [probeId, read]),
  );
  const lines = [...overview(facts), ...platformOverview(facts), ...softwareOverview(facts)].flatMap(
    ([label, words]): Array<[string, string]> => {
      const text = words.filter((word) => word).join(', ');
      return text ? [[label, text]] : [];
    },
  );
  const width = Math.max(0, ...lines.map(([label]) => displayWidth(label)));
  for (const [label, text] of lines) context.print(`${label.padEnd(width)}  ${text}`);
  if (lines.length > 0) context.print('');
  const section = (headers: readonly string[], rows: readonly (readonly Cell[])[]) => {
    if (rows.length === 0) return;
    context.table(headers, rows);
    context.print('');
  };
  for (const [headers, rows] of gpuSections(facts)) section(headers, rows);
  section(['PCIE DEVICE', 'ADDRESS', 'LINK', 'BOTH ENDS CAN', 'JUDGED'], pciLinkRows(facts));
  const states = Object.fromEntries(results.map(({ probeId, state }) => [probeId, state]));
  for (const [headers, rows] of storageSections(context, facts, states)) section(headers, rows);
  for (const [headers, rows] of networkSections(context, facts)) section(headers, rows);
  for (const [headers, rows] of softwareSections(facts)) section(headers, rows);
  for (const [headers, rows] of platformSections(facts)) section(headers, rows);
}

type Words = ReadonlyArray<string | null | undefined | false>;

function overview({ os, cpu, numa, memory, gpu, cuda, docker, ...facts }: NodeFacts): Array<[string, Words]> {
  const toolkit = facts['nvidia-container-toolkit'];
  return [
    ['System', [os?.prettyName, os?.kernelRelease && `kernel ${os.kernelRelease}`, os?.architecture]],
    ['Machine', [os?.vendor, os?.product, os?.virtualization && os.virtualization !== 'none' && os.virtualization]],
    ['Up', [typeof os?.uptimeSeconds === 'number' && duration(os.uptimeSeconds)]],
    [
      'CPU',
      [
        cpu?.model && `${cpu.sockets ?? '?'} × ${cpu.model}`,
        cpu?.logicalCpus ? `${cpu.logicalCpus} threads` : null,
        numa && `${numa.nodes.length} NUMA nodes`,
      ],
    ],
    ['Memory', [memory && `${bytes(memory.totalBytes)}`, memory && `${bytes(memory.availableBytes)} available`]],
    [
      'Driver',
      [
        gpu?.driverVersion,
        gpu?.cudaVersion && `CUDA ${gpu.cudaVersion}`,
        cuda?.nvccVersion && `nvcc ${cuda.nvccVersion}`,
      ],
    ],
    [
      'Docker',
      [
        docker?.serverVersion,
        docker?.containers && `${docker.containers.length} containers`,
        toolkit?.version && `NVIDIA toolkit ${toolkit.version}`,
      ],
    ],
  ];
}

function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  return days > 0 ? `${days} d ${hours} h` : `${hours} h ${Math.floor((seconds % 3600) / 60)} min`;
}
