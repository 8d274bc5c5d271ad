import type { NodeModel } from '../../model/node-model';
import { driverBranch, type GpuReading, readAll, reportTime } from './reading';

/** Plain `nvidia-smi`: the summary that people know. */
export function renderTable(model: NodeModel): string {
  const readings = readAll(model);
  // Branch 550 made the middle column two characters wider.
  const columns = [41, driverBranch(model) >= 550 ? 24 : 22, 22];
  const total = columns.reduce((sum, width) => sum + width, 0) + 2;
  const rule = (left: string, fill: string, joint: string): string =>
    `${left}${columns.map((width) => fill.repeat(width)).join(joint)}${fill === '=' ? left : '+'}`;
  const wide = (text: string): string => `|${text.padEnd(total)}|`;
  const row = (first: string, second: string, third: string): string =>
    `|${first.padEnd(columns[0] ?? 0)}|${second.padStart(columns[1] ?? 0)}|${third.padStart(columns[2] ?? 0)}|`;
  const version = model.profile.driverVersion ?? '';
  const out = [
    `${reportTime(model)}       `,
    `+${'-'.repeat(total)}+`,
    wide(
      ` NVIDIA-SMI ${version.padEnd(21)} Driver Version: ${version.padEnd(columns[1] === 24 ? 14 : 12)} CUDA Version: ${model.profile.cudaVersion ?? ''}`,
    ),
    rule('|', '-', '+'),
    row(
      ' GPU  Name                 Persistence-M',
      `${' Bus-Id'.padEnd((columns[1] ?? 0) - 7)}Disp.A `,
      ' Volatile Uncorr. ECC ',
    ),
    row(' Fan  Temp   Perf          Pwr:Usage/Cap', 'Memory-Usage ', ' GPU-Util  Compute M. '),
    row('', '', '              MIG M. '),
    rule('|', '=', '+'),
    ...readings.flatMap((reading) => [...gpuRows(reading).map(([a, b, c]) => row(a, b, c)), rule('+', '-', '+')]),
    ...migTable(model, readings, total),
    ' '.repeat(total),
    `+${'-'.repeat(total)}+`,
    ...processTable(model, readings, total),
    `+${'-'.repeat(total)}+`,
  ];
  return `${out.join('\n')}\n`;
}

function gpuRows(reading: GpuReading): [string, string, string][] {
  const { gpu, isMigEnabled } = reading;
  const { card } = gpu.slot;
  const name = card.productName.length > 25 ? `${card.productName.slice(0, 22)}...` : card.productName;
  const ecc = isMigEnabled ? 'On' : gpu.isEccEnabled ? String(gpu.dramUncorrected) : 'Off';
  const fan = reading.fanPercent === null ? 'N/A' : `${reading.fanPercent}%`;
  const power = `${Math.round(reading.powerW)}W / ${String(gpu.powerLimitW).padStart(4)}W`;
  const memory = `${`${Math.floor(reading.memoryUsedMib)}MiB`.padStart(8)} / ${`${card.memoryTotalMib}MiB`.padStart(8)} `;
  const util = isMigEnabled ? 'N/A' : `${gpu.utilizationPercent}%`;
  const mig = card.supportsMig ? (isMigEnabled ? 'Enabled' : 'Disabled') : 'N/A';
  return [
    [
      ` ${String(gpu.index).padStart(3)}  ${name.padEnd(29)} ${(gpu.isPersistent ? 'On' : 'Off').padStart(3)}  `,
      ` ${gpu.slot.busId} Off `,
      `${ecc.padStart(20)} `,
    ],
    [
      ` ${fan.padStart(3)}   ${`${reading.temperatureC}C`.padEnd(4)}  ${reading.performanceState.padEnd(4)}  ${power.padStart(21)} `,
      memory,
      `${util.padStart(8)} ${(gpu.slot.computeMode ?? 'Default').replace('_', '. ').padStart(12)} `,
    ],
    ['', '', `${mig} `],
  ];
}

function migTable(model: NodeModel, readings: readonly GpuReading[], total: number): string[] {
  const slices = readings.flatMap((reading) =>
    reading.gpu.migInstances.filter(({ hasCompute }) => hasCompute).map((instance) => ({ reading, instance })),
  );
  if (slices.length === 0) return [];
  const middle = total - 55;
  const rule = (fill: string, joint: string): string =>
    [18, middle, 11, 23].map((width) => fill.repeat(width)).join(joint);
  const row = (first: string, second: string, third: string, fourth: string): string =>
    `|${first.padEnd(18)}|${second.padStart(middle)}|${third.padStart(11)}|${fourth.padEnd(23)}|`;
  const cell = (value: number): string => String(value).padStart(5);
  return [
    ' '.repeat(total),
    `+${'-'.repeat(total)}+`,
    `|${' MIG devices:'.padEnd(total)}|`,
    `+${rule('-', '+')}+`,
    row(' GPU  GI  CI  MIG', 'Shared Memory-Usage ', 'Vol', '        Shared'),
    row('      ID  ID  Dev', 'Shared BAR1-Usage ', ' SM     Unc', ' CE ENC  DEC  OFA  JPG'),
    row('', '', 'ECC', ''),
    `|${rule('=', '+')}|`,
    ...slices.flatMap(({ reading, instance }) => {
      const { spec } = instance;
      const size = (used: number, all: number): string =>
        `${`${used}MiB`.padStart(10)} / ${`${all}MiB`.padStart(8)}    `;
      const ids = `${cell(spec.gpuInstanceId)}${String(0).padStart(4)}${String(instance.index).padStart(4)}`;
      return [
        row(
          `${String(reading.gpu.index).padStart(3)}${ids}`,
          size(model.memoryUsedMib(reading.gpu, spec.gpuInstanceId), spec.memoryTotalMib),
          ` ${String(spec.multiprocessors).padStart(2)}      0 `,
          `${String(spec.copyEngines).padStart(3)}   0${cell(spec.decoders)}${cell(0)}${cell(0)} `,
        ),
        row('', size(0, spec.bar1TotalMib), '', ''),
        `+${rule('-', '+')}+`,
      ];
    }),
  ];
}

function processTable(model: NodeModel, readings: readonly GpuReading[], total: number): string[] {
  const wide = (text: string): string => `|${text.padEnd(total)}|`;
  const rows = readings.flatMap(({ gpu }) =>
    model
      .holdersOf(gpu.index)
      .filter((process) => process.isListedByDriver && !gpu.isLost)
      .flatMap((process) =>
        process.gpus
          .filter((hold) => hold.gpuIndex === gpu.index)
          .map((hold) => {
            const instance =
              hold.gpuInstanceId === null ? 'N/A  N/A' : `${String(hold.gpuInstanceId).padStart(3)}    0`;
            const name = process.executable.length > 40 ? `...${process.executable.slice(-37)}` : process.executable;
            const head = ` ${String(gpu.index).padStart(4)}   ${instance} ${String(process.pid).padStart(10)}      C   ${name}`;
            return wide(`${head.padEnd(total - 11)}${`${hold.memoryMib}MiB`.padStart(10)}`);
          }),
      ),
  );
  return [
    wide(' Processes:'),
    wide(`${'  GPU   GI   CI        PID   Type   Process name'.padEnd(total - 11)}GPU Memory`),
    wide(`${'        ID   ID'.padEnd(total - 11)}Usage`),
    `|${'='.repeat(total)}|`,
    ...(rows.length === 0 ? [wide('  No running processes found')] : rows),
  ];
}
