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

/** More than any machine has; a matrix of more would fill the window with hundreds of thousands of cells. */
const mostDevices = 128;

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
  const titlesAt = header.search(/CPU Affinity|NUMA Affinity|GPU NUMA ID/);
  const labels = (titlesAt < 0 ? header : header.slice(0, titlesAt)).trim().split(/\s+/);
  const titles: readonly string[] =
    titlesAt < 0 ? [] : (header.slice(titlesAt).match(/CPU Affinity|NUMA Affinity|GPU NUMA ID/g) ?? []);
  if (labels.length > mostDevices) return null;
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
    const extras = affinitiesOf(lines[lineAt] ?? '', labels.length);
    const extra = (title: string) => extras.get(titles.indexOf(title)) ?? null;
    const gpu = /^GPU(\d{1,4})$/.exec(label);
    // Drivers before 525 head the columns of adapters with the RDMA devices themselves, which can be called anything.
    const isNic = !gpu && !/^(CPU|NVS|DPU)/i.test(label);
    devices.push({
      label,
      kind: gpu ? 'gpu' : isNic ? 'nic' : 'other',
      gpuIndex: gpu ? Number(gpu[1]) : null,
      rdmaDevice: isNic ? (legend.get(label) ?? (/^NIC\d+$/.test(label) ? null : label)) : null,
      cpuAffinity: extra('CPU Affinity'),
      numaAffinity: extra('NUMA Affinity'),
      gpuNumaId: extra('GPU NUMA ID'),
    });
    links.push(row);
  }
  return { devices, links };
}

/**
 * What stands behind the links of a row, by its column: CPU, NUMA, and NUMA node of the GPU's own memory. An affinity may be
 * missing, so columns count where tabs are kept; the wide second title takes two of them: `0-63<tab>0<tab><tab>N/A`.
 */
function affinitiesOf(line: string, count: number): Map<number, string> {
  const isTabbed = line.includes('\t');
  const cells = isTabbed
    ? line.split('\t').slice(count + 1)
    : line
        .trim()
        .split(/\s+/)
        .slice(count + 1);
  const own = isTabbed && cells.length > 3 && cells[2]?.trim() === '' ? cells[3] : cells[2];
  const found = [cells[0], cells[1], own].map((cell) => cell?.trim() ?? '');
  return new Map([...found.entries()].filter(([, cell]) => cell !== '' && cell !== 'N/A'));
}

/** `  NIC0: mlx5_0` below `NIC Legend:`. */
function nicLegend(lines: readonly string[]): Map<string, string> {
  const names = lines.map((line) => /^\s*(NIC\d{1,4}): (\S{1,64})\s*$/.exec(line)).filter((match) => match !== null);
  return new Map(names.map((match) => [match[1] ?? '', match[2] ?? '']));
}
