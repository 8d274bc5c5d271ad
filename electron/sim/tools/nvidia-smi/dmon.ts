import type { SimGpu } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import { noiseAt } from '../../model/random';
import { type GpuReading, readGpu } from './reading';

interface DmonColumn {
  readonly name: string;
  readonly unit: string;
  readonly read: (reading: GpuReading, model: NodeModel) => string;
}

const NONE = '-';
const column = (name: string, unit: string, read: DmonColumn['read']): DmonColumn => ({ name, unit, read });
const share = ({ isMigEnabled }: GpuReading, percent: number): string => (isMigEnabled ? NONE : String(percent));

/** MB/s over PCIe: batches that go in, results that come back; noise as of real ones. */
function throughput(model: NodeModel, gpu: SimGpu, peakMb: number, salt: number): string {
  const noise = 1 + noiseAt(gpu.index * 31 + salt, model.nowMs() / 1000) * 0.3;
  return String(Math.max(0, Math.round((gpu.utilizationPercent / 100) * peakMb * noise)));
}

/** By the letters of `-s`, each in the order of the real tool. */
const groups: Readonly<Record<string, readonly DmonColumn[]>> = {
  p: [
    column('pwr', 'W', ({ powerW }) => String(Math.round(powerW))),
    column('gtemp', 'C', ({ temperatureC }) => String(temperatureC)),
    column('mtemp', 'C', ({ memoryTemperatureC }) => (memoryTemperatureC === null ? NONE : String(memoryTemperatureC))),
  ],
  u: [
    column('sm', '%', (reading) => share(reading, reading.gpu.utilizationPercent)),
    column('mem', '%', (reading) => share(reading, reading.gpu.memoryUtilizationPercent)),
    ...['enc', 'dec', 'jpg', 'ofa'].map((name) => column(name, '%', (reading) => share(reading, 0))),
  ],
  c: [
    column('mclk', 'MHz', ({ memoryMhz }) => String(memoryMhz)),
    column('pclk', 'MHz', ({ graphicsMhz }) => String(graphicsMhz)),
  ],
  v: [
    column('pviol', '%', ({ gpu }) => (gpu.heat.throttle.softwarePowerCap ? '100' : '0')),
    column('tviol', 'bool', ({ gpu }) => (gpu.heat.throttle.softwareThermal ? '1' : '0')),
  ],
  m: [
    column('fb', 'MB', ({ memoryUsedMib }) => String(Math.floor(memoryUsedMib))),
    column('bar1', 'MB', ({ bar1UsedMib }) => String(bar1UsedMib)),
    column('ccpm', 'MB', () => '0'),
  ],
  e: [
    column('sbecc', 'errs', ({ gpu }) => (gpu.slot.card.isEccEnabled ? String(gpu.dramCorrected) : NONE)),
    column('dbecc', 'errs', ({ gpu }) => (gpu.slot.card.isEccEnabled ? String(gpu.dramUncorrected) : NONE)),
    column('pci', 'errs', ({ gpu }) => String(gpu.replays)),
  ],
  t: [
    column('rxpci', 'MB/s', ({ gpu }, model) => throughput(model, gpu, 2400, 3)),
    column('txpci', 'MB/s', ({ gpu }, model) => throughput(model, gpu, 900, 7)),
  ],
};

function columnsOf(letters: string): readonly DmonColumn[] {
  return [...letters].flatMap((letter) => groups[letter] ?? []);
}

/** The two lines that name the columns and their units. */
export function dmonHeader(letters: string): string {
  const columns = columnsOf(letters);
  const line = (first: string, words: readonly string[]): string =>
    `# ${first}${words.map((word) => word.padStart(7)).join('')} \n`;
  return (
    line(
      'gpu',
      columns.map(({ name }) => name),
    ) +
    line(
      'Idx',
      columns.map(({ unit }) => unit),
    )
  );
}

export function dmonRows(model: NodeModel, letters: string): string {
  model.advance();
  const columns = columnsOf(letters);
  return model.gpus
    .filter(({ isLost }) => !isLost)
    .map((gpu) => {
      const reading = readGpu(model, gpu);
      const cells = columns.map(({ read }) => read(reading, model).padStart(7)).join('');
      return `${String(gpu.index).padStart(5)}${cells} \n`;
    })
    .join('');
}
