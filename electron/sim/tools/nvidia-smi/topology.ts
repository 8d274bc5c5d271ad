import type { NodeModel } from '../../model/node-model';

interface Device {
  readonly label: string;
  readonly isGpu: boolean;
  readonly nvlinks: number;
  readonly numaNode: number;
  readonly pcieSwitch: string;
}

/** `nvidia-smi topo -m`: tab-separated, with the NIC legend when there are NICs. Newer branches underline the header. */
export function renderTopology(model: NodeModel, isUnderlined: boolean): string {
  const { profile } = model;
  const gpus = model.gpus.map(
    (gpu): Device => ({
      label: `GPU${gpu.index}`,
      isGpu: true,
      nvlinks: profile.hasNvswitch ? gpu.slot.card.nvlinkCount : 0,
      numaNode: gpu.slot.numaNode,
      pcieSwitch: gpu.slot.pcieSwitch,
    }),
  );
  const rdma = model.nics.filter((nic) => nic.rdmaDevice !== null);
  const nics = rdma.map(
    (nic, index): Device => ({
      label: `NIC${index}`,
      isGpu: false,
      nvlinks: 0,
      numaNode: nic.numaNode,
      pcieSwitch: nic.pcieSwitch,
    }),
  );
  const devices = [...gpus, ...nics];
  const header = [...devices.map((device) => device.label), 'CPU Affinity', 'NUMA Affinity', 'GPU NUMA ID'].join('\t');
  const rows = devices.map((device) => {
    const cells = devices.map((other) => (device === other ? ' X ' : linkBetween(device, other)));
    return device.isGpu
      ? `${device.label}\t${cells.join('\t')}\t${cpuList(model, device.numaNode)}\t${device.numaNode}\t\tN/A`
      : `${device.label}\t${cells.join('\t')}\t\t\t\t`;
  });
  const legend = [
    '',
    'Legend:',
    '',
    '  X    = Self',
    '  SYS  = Connection traversing PCIe as well as the SMP interconnect between NUMA nodes (e.g., QPI/UPI)',
    '  NODE = Connection traversing PCIe as well as the interconnect between PCIe Host Bridges within a NUMA node',
    '  PHB  = Connection traversing PCIe as well as a PCIe Host Bridge (typically the CPU)',
    '  PXB  = Connection traversing multiple PCIe bridges (without traversing the PCIe Host Bridge)',
    '  PIX  = Connection traversing at most a single PCIe bridge',
    '  NV#  = Connection traversing a bonded set of # NVLinks',
    '',
  ];
  const nicLegend =
    rdma.length === 0 ? [] : ['NIC Legend:', '', ...rdma.map((nic, index) => `  NIC${index}: ${nic.rdmaDevice}`), ''];
  const top = isUnderlined ? `\t\u001b[4m${header}\u001b[0m` : `\t${header}`;
  return `${[top, ...rows, ...legend, ...nicLegend].join('\n')}\n`;
}

function linkBetween(a: Device, b: Device): string {
  if (a.nvlinks > 0 && b.nvlinks > 0) return `NV${a.nvlinks}`;
  if (a.pcieSwitch === b.pcieSwitch) return 'PIX';
  return a.numaNode === b.numaNode ? 'NODE' : 'SYS';
}

/** `0-55,112-167`: the cores of a NUMA node, then their second threads. */
export function cpuList(model: NodeModel, numaNode: number): string {
  const { cpu } = model.profile;
  const cores = (cpu.sockets * cpu.coresPerSocket) / cpu.numaNodes;
  const total = cpu.sockets * cpu.coresPerSocket;
  const ranges = Array.from({ length: cpu.threadsPerCore }, (_, thread) => {
    const first = thread * total + numaNode * cores;
    return `${first}-${first + cores - 1}`;
  });
  return ranges.join(',');
}
