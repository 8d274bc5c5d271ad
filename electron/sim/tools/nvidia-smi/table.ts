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
      ' Bus-Id'.padEnd((columns[1] ?? 0) - 7) + 'Disp.A ',
      ' Volatile Uncorr. ECC ',
    ),
    row(' Fan  Temp   Perf          Pwr:Usage/Cap', '           Memory-Usage ', ' GPU-Util  Compute M. '),
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
  const ecc = isMigEnabled ? 'On' : card.isEccEnabled ? String(gpu.dramUncorrected) : 'Off';
  const fan = reading.fanPercent === null ? 'N/A' : `${reading.fanPercent}%`;
  const power = `${Math.round(reading.powerW)}W / ${String(card.maxPowerLimitW).padStart(4)}W`;
  const memory = `${`${Math.floor(reading.memoryUsedMib)}MiB`.padStart(8)} / ${`${card.memoryTotalMib}MiB`.padStart(8)} `;
  const util = isMigEnabled ? 'N/A' : `${gpu.utilizationPercent}%`;
  const mig = card.supportsMig ? (isMigEnabled ? 'Enabled' : 'Disabled') : 'N/A';
  return [
    [
      ` ${String(gpu.index).padStart(3)}  ${name.padEnd(27)} ${(gpu.isPersistent ? 'On' : 'Off').padStart(3)}  `,
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
  const slices = readings.flatMap((reading) => reading.gpu.migInstances.map((instance) => ({ reading, instance })));
  if (slices.length === 0) return [];
  const wide = (text: string): string => `|${text.padEnd(total)}|`;
  return [
    ' '.repeat(total),
    `+${'-'.repeat(total)}+`,
    wide(' MIG devices:'),
    `+${'-'.repeat(18)}+${'-'.repeat(total - 62)}+${'-'.repeat(11)}+${'-'.repeat(30)}+`,
    wide(' GPU  GI  CI  MIG |                     Memory-Usage |        Vol|      Shared'),
    wide('      ID  ID  Dev |                       BAR1-Usage | SM     Unc| CE ENC DEC OFA JPG'),
    `|${'='.repeat(total)}|`,
    ...slices.flatMap(({ reading, instance }) => {
      const { spec } = instance;
      const used = `${model.memoryUsedMib(reading.gpu, spec.gpuInstanceId)}MiB / ${spec.memoryTotalMib}MiB`;
      const id = [reading.gpu.index, spec.gpuInstanceId, 0, instance.index];
      return [
        wide(
          ` ${String(id[0]).padStart(2)} ${String(id[1]).padStart(4)} ${String(id[2]).padStart(3)} ${String(id[3]).padStart(3)}  |${used.padStart(29)}     | ${String(spec.multiprocessors).padStart(2)}      0 |  ${spec.copyEngines}   0   ${spec.decoders}   0   0`,
        ),
        wide(`                  |${`0MiB / ${spec.bar1TotalMib}MiB`.padStart(29)}     |           |`),
        `+${'-'.repeat(total)}+`,
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
            return wide(`${head.padEnd(total - 12)}${`${hold.memoryMib}MiB`.padStart(10)}`);
          }),
      ),
  );
  return [
    wide(' Processes:'),
    wide(`${'  GPU   GI   CI        PID   Type   Process name'.padEnd(total - 12)}GPU Memory`),
    wide(`${'        ID   ID'.padEnd(total - 12)}Usage`),
    `|${'='.repeat(total)}|`,
    ...(rows.length === 0 ? [wide('  No running processes found')] : rows),
  ];
}
