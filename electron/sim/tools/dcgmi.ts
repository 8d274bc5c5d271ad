import type { SimGpu } from '../model/gpu';
import type { NodeModel } from '../model/node-model';
import { noiseAt } from '../model/random';
import { failed, lines, optionValue, printed, type Tool, type ToolOutput } from './tool';

/** One field of DCGM by its number: what its column is called and how wide its values are. */
interface DcgmColumn {
  readonly name: string;
  readonly width: number;
  /** Null is blank. */
  readonly read: (gpu: SimGpu, model: NodeModel) => number | null;
}

const share = (gpu: SimGpu, of: number): number => Math.min(1, (gpu.utilizationPercent / 100) * of);
const hasLinks = (gpu: SimGpu): boolean => gpu.slot.card.nvlinkCount > 0;

function traffic(gpu: SimGpu, model: NodeModel, peak: number, salt: number): number {
  const noise = 1 + noiseAt(gpu.index * 31 + salt, model.nowMs() / 1000) * 0.3;
  return Math.max(0, Math.round((gpu.utilizationPercent / 100) * peak * noise));
}

const column = (name: string, width: number, read: DcgmColumn['read']): DcgmColumn => ({ name, width, read });

const columns: Readonly<Record<number, DcgmColumn>> = {
  150: column('TMPTR', 5, ({ heat }) => Math.round(heat.temperatureC)),
  156: column('TOTEC', 10, ({ energyJ }) => Math.round(energyJ * 1000)),
  202: column('REPLY', 5, ({ replays }) => replays),
  230: column('XIDER', 10, () => 0),
  240: column('PVIOL', 10, ({ powerCapUs }) => Math.round(powerCapUs * 1000)),
  241: column('TVIOL', 10, ({ softwareThermalUs, hardwareThermalUs }) =>
    Math.round((softwareThermalUs + hardwareThermalUs) * 1000),
  ),
  409: column('NVFLT', 10, (gpu) => (hasLinks(gpu) ? 0 : null)),
  419: column('NVDAT', 10, (gpu) => (hasLinks(gpu) ? 0 : null)),
  429: column('NVRPL', 10, (gpu) => (hasLinks(gpu) ? 0 : null)),
  439: column('NVRCV', 10, (gpu) => (hasLinks(gpu) ? 0 : null)),
  1001: column('GRACT', 5, (gpu) => share(gpu, 1)),
  1002: column('SMACT', 5, (gpu) => share(gpu, 0.86)),
  1003: column('SMOCC', 5, (gpu) => share(gpu, 0.41)),
  1004: column('TENSO', 5, (gpu) => share(gpu, 0.33)),
  1005: column('DRAMA', 5, (gpu) => share(gpu, 0.58)),
  1009: column('PCITX', 10, (gpu, model) => traffic(gpu, model, 900e6, 7)),
  1010: column('PCIRX', 10, (gpu, model) => traffic(gpu, model, 2400e6, 3)),
  1011: column('NVLTX', 10, (gpu, model) => (hasLinks(gpu) ? traffic(gpu, model, 120e9, 11) : null)),
  1012: column('NVLRX', 10, (gpu, model) => (hasLinks(gpu) ? traffic(gpu, model, 120e9, 13) : null)),
};

/** As DCGM has it, whoever asks. Null is blank. */
export function readDcgmField(id: number, gpu: SimGpu, model: NodeModel): number | null {
  return columns[id]?.read(gpu, model) ?? null;
}

const profiling = Object.keys(columns)
  .map(Number)
  .filter((id) => id > 1000);
const tags: Readonly<Record<number, string>> = {
  1001: 'gr_engine_active',
  1002: 'sm_active',
  1003: 'sm_occupancy',
  1004: 'tensor_active',
  1005: 'dram_active',
  1009: 'pcie_tx_bytes',
  1010: 'pcie_rx_bytes',
  1011: 'nvlink_tx_bytes',
  1012: 'nvlink_rx_bytes',
};

/** The emulated dcgmi of DCGM 3: its list of GPUs, of profiling fields, and `dmon`, which stays. */
export const dcgmi: Tool = (model, args) => {
  if (args.includes('--version') || args.includes('-v'))
    return printed(`\ndcgmi  version: ${model.profile.software?.dcgmVersion}\n\n`);
  if (model.faults.has('driver-library-mismatch'))
    return failed(255, '', 'Error: unable to establish a connection to the specified host: localhost\n');
  switch (args[0]) {
    case 'discovery':
      return printed(discovery(model));
    case 'profile':
      return printed(profile());
    case 'dmon':
      return dmon(model, args.slice(1));
  }
  return failed(1, '', 'Error: Incorrect usage\n');
};

const inTable = (text: string, width: number): string => text.padEnd(width);

function discovery(model: NodeModel): string {
  const rule = `+--------+${'-'.repeat(70)}+`;
  const present = model.gpus.filter(({ isLost }) => !isLost);
  const rows = present.flatMap((gpu) => [
    `| ${inTable(String(gpu.index), 7)}| ${inTable(`Name: ${gpu.slot.card.productName}`, 69)}|`,
    `|        | ${inTable(`PCI Bus ID: ${gpu.slot.busId}`, 69)}|`,
    `|        | ${inTable(`Device UUID: ${gpu.uuid}`, 69)}|`,
    rule,
  ]);
  const title = `| ${inTable('GPU ID', 7)}| ${inTable('Device Information', 69)}|`;
  return lines(`${present.length} GPU${present.length === 1 ? '' : 's'} found.`, rule, title, rule, ...rows);
}

function profile(): string {
  const rule = `+----------------+----------+${'-'.repeat(54)}+`;
  const rows = profiling.map((id) => `| A.1            | ${inTable(String(id), 9)}| ${inTable(tags[id] ?? '', 53)}|`);
  return lines(rule, `| Group.Subgroup | Field ID | ${inTable('Field Tag', 53)}|`, rule, ...rows, rule);
}

/** `-e IDS -d MILLISECONDS -c ROUNDS`; the header comes again every fourteen rounds. */
function dmon(model: NodeModel, args: readonly string[]): ToolOutput {
  const ids = (optionValue(args, '-e', '--field-id') ?? '').split(',').map(Number);
  if (ids.some((id) => !columns[id])) return failed(255, '', 'Error: Unable to parse field id list.\n');
  const everyMs = Math.max(100, Number(optionValue(args, '-d', '--delay')) || 1000);
  const count = Number(optionValue(args, '-c', '--count')) || Number.POSITIVE_INFINITY;
  let rounds = 0;
  const next = (): string | null => {
    if (rounds >= count || model.faults.has('driver-library-mismatch')) return null;
    const text = (rounds % 14 === 0 ? header(ids) : '') + rows(model, ids);
    rounds += 1;
    return text;
  };
  const first = printed(next() ?? '');
  return count === 1 ? first : { ...first, goesOn: { everyMs, next } };
}

function header(ids: readonly number[]): string {
  const names = ids.map((id) => (columns[id]?.name ?? '').padEnd((columns[id]?.width ?? 0) + 8)).join('');
  return `${'#Entity'.padEnd(10)}${names}\n${'ID'.padEnd(10)}\n`;
}

function rows(model: NodeModel, ids: readonly number[]): string {
  model.advance();
  return model.gpus
    .map((gpu) => {
      const cells = ids.map((id) => {
        const value = gpu.isLost ? null : (columns[id]?.read(gpu, model) ?? null);
        const text = value === null ? 'N/A' : id > 1000 && id < 1009 ? value.toFixed(3) : String(value);
        return text.padEnd((columns[id]?.width ?? 0) + 8);
      });
      return `${`GPU ${gpu.index}`.padEnd(10)}${cells.join('')}\n`;
    })
    .join('');
}
