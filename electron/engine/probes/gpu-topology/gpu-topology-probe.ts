import type { GpuTopologyFacts } from '#shared/domain/facts/gpu';
import { nvidiaSmi, nvidiaSmiProblem } from '../lib/nvidia-smi';
import { problem } from '../lib/outcome';
import { defineProbe } from '../probe';

const matrix = nvidiaSmi('matrix', ['topo', '-m'], 30_000);

export const gpuTopologyProbe = defineProbe({
  id: 'gpu-topology',
  commands: [matrix],
  sources: { '': 'matrix' },
  parse(outputs) {
    const output = outputs.matrix;
    const facts = output?.state === 'exited' ? parseTopology(output.stdout) : null;
    const told = nvidiaSmiProblem(output, matrix, facts !== null);
    if (facts) return { state: 'ok', facts };
    return told ?? problem('unparsable', output?.isTruncated ? 'truncated' : 'unparsable', { tool: 'nvidia-smi' });
  },
});

const linkPattern = /^(X|SYS|NODE|PHB|PXB|PIX|PSB|SOC|NV\d{1,3}|N\/A|OK|NS|CNS|GNS|TNS|DR|U)$/;

/**
 * Reads the matrix of `nvidia-smi topo -m`, columns by tabs or blanks, with the underline codes that newer drivers put
 * into the header. NIC rows have no affinities; the legend names their RDMA devices. Null: no whole matrix.
 *         GPU0    GPU1    NIC0    CPU Affinity    NUMA Affinity   GPU NUMA ID
 *   GPU0   X      NV12    PXB     0-63,128-191    0               N/A
 */
export function parseTopology(text: string): GpuTopologyFacts | null {
  const lines = text.replace(/\u001b\[[0-9;]{0,20}m/g, '').split('\n');
  const headerAt = lines.findIndex((line) => /^\s+GPU\d+(\s|$)/.test(line) && line.length < 65_536);
  if (headerAt < 0) return null;
  const header = lines[headerAt] ?? '';
  const titlesAt = header.indexOf('CPU Affinity');
  const labels = (titlesAt < 0 ? header : header.slice(0, titlesAt)).trim().split(/\s+/);
  const titles: readonly string[] =
    titlesAt < 0 ? [] : (header.slice(titlesAt).match(/CPU Affinity|NUMA Affinity|GPU NUMA ID/g) ?? []);
  const legend = nicLegend(lines);
  const devices: GpuTopologyFacts['devices'] = [];
  const links: string[][] = [];
  for (const [index, label] of labels.entries()) {
    const lineAt = headerAt + 1 + index;
    const fields = (lines[lineAt] ?? '').trim().split(/\s+/);
    const row = fields.slice(1, labels.length + 1);
    const isWhole = fields[0] === label && row.length === labels.length && row.every((link) => linkPattern.test(link));
    // Without a line end or a legend after it, the last row may have been cut inside an affinity.
    if (!isWhole || row[index] !== 'X' || lineAt === lines.length - 1) return null;
    const extras = fields.slice(labels.length + 1);
    const extra = (title: string) => {
      const value = extras[titles.indexOf(title)];
      return titles.includes(title) && value !== undefined && value !== 'N/A' ? value : null;
    };
    const gpu = /^GPU(\d{1,4})$/.exec(label);
    const isNic = /^NIC\d+$|^mlx\d+_\d+$/.test(label);
    devices.push({
      label,
      kind: gpu ? 'gpu' : isNic ? 'nic' : 'other',
      gpuIndex: gpu ? Number(gpu[1]) : null,
      rdmaDevice: isNic ? (legend.get(label) ?? (label.startsWith('NIC') ? null : label)) : null,
      cpuAffinity: extra('CPU Affinity'),
      numaAffinity: extra('NUMA Affinity'),
      gpuNumaId: extra('GPU NUMA ID'),
    });
    links.push(row);
  }
  return { devices, links };
}

/** `  NIC0: mlx5_0` below `NIC Legend:`. */
function nicLegend(lines: readonly string[]): Map<string, string> {
  const names = lines.map((line) => /^\s*(NIC\d{1,4}): (\S{1,64})\s*$/.exec(line)).filter((match) => match !== null);
  return new Map(names.map((match) => [match[1] ?? '', match[2] ?? '']));
}
