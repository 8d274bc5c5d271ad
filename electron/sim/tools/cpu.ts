import type { NodeModel } from '../model/node-model';
import { cpuList } from './nvidia-smi/topology';
import { lines, printed, type Tool } from './tool';

interface Field {
  readonly field: string;
  readonly data: string | null;
  readonly children?: readonly Field[];
}

function cpuCount(model: NodeModel): number {
  const { cpu } = model.profile;
  return cpu.sockets * cpu.coresPerSocket * cpu.threadsPerCore;
}

function fields(model: NodeModel): Field[] {
  const { cpu } = model.profile;
  const count = cpuCount(model);
  const numa = Array.from({ length: cpu.numaNodes }, (_, node) => ({
    field: `NUMA node${node} CPU(s):`,
    data: cpuList(model, node),
  }));
  const isVirtual = model.profile.virtualization !== 'none';
  return [
    {
      field: 'Architecture:',
      data: 'x86_64',
      children: [
        { field: 'CPU op-mode(s):', data: '32-bit, 64-bit' },
        { field: 'Address sizes:', data: '46 bits physical, 57 bits virtual' },
        { field: 'Byte Order:', data: 'Little Endian' },
      ],
    },
    { field: 'CPU(s):', data: String(count), children: [{ field: 'On-line CPU(s) list:', data: `0-${count - 1}` }] },
    {
      field: 'Vendor ID:',
      data: cpu.vendorId,
      children: [
        {
          field: 'Model name:',
          data: cpu.modelName,
          children: [
            { field: 'CPU family:', data: String(cpu.family) },
            { field: 'Model:', data: String(cpu.model) },
            { field: 'Thread(s) per core:', data: String(cpu.threadsPerCore) },
            { field: 'Core(s) per socket:', data: String(cpu.coresPerSocket) },
            { field: 'Socket(s):', data: String(cpu.sockets) },
            { field: 'Stepping:', data: String(cpu.stepping) },
            { field: 'CPU max MHz:', data: cpu.maxMhz.toFixed(4) },
            { field: 'CPU min MHz:', data: cpu.minMhz.toFixed(4) },
            { field: 'BogoMIPS:', data: (cpu.minMhz * 5).toFixed(2) },
            { field: 'Flags:', data: cpu.flags },
          ],
        },
      ],
    },
    {
      field: 'Virtualization features:',
      data: null,
      children: isVirtual
        ? [
            { field: 'Hypervisor vendor:', data: 'KVM' },
            { field: 'Virtualization type:', data: 'full' },
          ]
        : [{ field: 'Virtualization:', data: cpu.vendorId === 'AuthenticAMD' ? 'AMD-V' : 'VT-x' }],
    },
    {
      field: 'Caches (sum of all):',
      data: null,
      children: cpu.caches.map(({ name, size }) => ({ field: `${name}:`, data: size })),
    },
    { field: 'NUMA:', data: null, children: [{ field: 'NUMA node(s):', data: String(cpu.numaNodes) }, ...numa] },
    {
      field: 'Vulnerabilities:',
      data: null,
      children: [
        { field: 'Meltdown:', data: 'Not affected' },
        { field: 'Spectre v1:', data: 'Mitigation; usercopy/swapgs barriers and __user pointer sanitization' },
      ],
    },
  ];
}

/** lscpu of util-linux 2.37 and newer: plain (nested), `-J`, and `-p` with a column list. */
export const lscpu: Tool = (model, args) => {
  const parse = args.find((arg) => arg.startsWith('-p') || arg.startsWith('--parse'));
  if (parse !== undefined) return printed(parsed(model, parse.replace(/^(-p|--parse)=?/, '')));
  const all = fields(model);
  if (args.includes('-J') || args.includes('--json')) return printed(`${JSON.stringify({ lscpu: all }, null, 3)}\n`);
  const rows: [string, string][] = [];
  const walk = (each: Field, depth: number): void => {
    rows.push(['  '.repeat(depth) + each.field, each.data ?? '']);
    for (const child of each.children ?? []) walk(child, depth + 1);
  };
  for (const each of all) walk(each, 0);
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return printed(lines(...rows.map(([label, value]) => (value === '' ? label : label.padEnd(width) + value))));
};

function parsed(model: NodeModel, list: string): string {
  const { cpu } = model.profile;
  const columns = (list === '' ? 'CPU,Core,Socket,Node,,L1d,L1i,L2,L3' : list).split(',');
  const cores = cpu.sockets * cpu.coresPerSocket;
  const rows = Array.from({ length: cpuCount(model) }, (_, index) => {
    const core = index % cores;
    const socket = Math.floor(core / cpu.coresPerSocket);
    const node = Math.floor((core * cpu.numaNodes) / cores);
    const value = (name: string): string => {
      switch (name.toUpperCase()) {
        case 'CPU':
          return String(index);
        case 'CORE':
          return String(core);
        case 'SOCKET':
          return String(socket);
        case 'NODE':
          return String(node);
        case 'ONLINE':
          return 'Y';
        case '':
          return '';
        default:
          return name.toUpperCase() === 'L3' ? String(socket) : String(core);
      }
    };
    return columns.map(value).join(',');
  });
  return lines(
    '# The following is the parsable format, which can be fed to other',
    '# programs. Each different item in every column has an unique ID',
    '# starting usually from zero.',
    `# ${columns.join(',')}`,
    ...rows,
  );
}

/** Memory of one NUMA node in MiB: total and free. */
export function numaMemory(model: NodeModel, node: number): { readonly totalMib: number; readonly freeMib: number } {
  const { memoryTotalMib } = model;
  const { cpu, memoryUsedMib } = model.profile;
  const share = 1 / cpu.numaNodes;
  const used = memoryUsedMib * (node === 0 ? share * 1.2 : share * (1 - 0.2 / Math.max(1, cpu.numaNodes - 1)));
  const totalMib = Math.round(memoryTotalMib * share);
  return { totalMib, freeMib: Math.max(0, Math.round(totalMib - (cpu.numaNodes === 1 ? memoryUsedMib : used))) };
}

export const numactl: Tool = (model, args) => {
  if (!args.some((arg) => arg === '-H' || arg === '--hardware')) {
    return printed(
      lines('policy: default', 'preferred node: current', `nodebind: 0 ${model.profile.cpu.numaNodes > 1 ? '1' : ''}`),
    );
  }
  const nodes = Array.from({ length: model.profile.cpu.numaNodes }, (_, node) => node);
  const cpus = (node: number): string =>
    cpuList(model, node)
      .split(',')
      .flatMap((range) => {
        const [from = 0, to = 0] = range.split('-').map(Number);
        return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
      })
      .join(' ');
  return printed(
    lines(
      `available: ${nodes.length} nodes (0${nodes.length > 1 ? `-${nodes.length - 1}` : ''})`,
      ...nodes.flatMap((node) => {
        const memory = numaMemory(model, node);
        return [
          `node ${node} cpus: ${cpus(node)}`,
          `node ${node} size: ${memory.totalMib} MB`,
          `node ${node} free: ${memory.freeMib} MB`,
        ];
      }),
      'node distances:',
      `node ${nodes.map((node) => String(node).padStart(3)).join(' ')} `,
      ...nodes.map(
        (from) => `${String(from).padStart(3)}: ${nodes.map((to) => (from === to ? ' 10' : ' 21')).join(' ')} `,
      ),
    ),
  );
};
