import type { Command } from 'commander';
import type { GpuProcess } from '#shared/domain/telemetry/gpu-process';
import { sumByUser } from '#shared/domain/telemetry/gpu-process-sums';
import { wholeNumber } from '../arguments';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { bytes, clipped, clockTime } from '../format';
import type { Run } from '../run';

interface ProcessesOptions {
  byUser?: boolean;
  rounds?: number;
  json?: boolean;
}

export function registerProcesses(telemetry: Command, run: Run): void {
  telemetry
    .command('processes')
    .description('Print what runs on the GPUs of a node and whose it is, once or so many times a second apart.')
    .argument('<host>', 'name or id')
    .option('--by-user', 'one line for each user')
    .option('--rounds <count>', 'how many times', wholeNumber(1, 1_000_000))
    .option('--json', 'print one line of JSON for each round')
    .action(
      run(async (context, name: string, { byUser, rounds = 1, json }: ProcessesOptions) => {
        const { spec } = await context.host(name);
        const client = await context.client();
        await client.hosts.connect({ hostId: spec.id }, { signal: context.signal });
        const seen = await client.telemetry.processes({ hostId: spec.id }, { signal: context.signal });
        let round = 0;
        for await (const processes of seen) {
          if (processes === null) {
            context.warn(`Nothing tells now what runs on the GPUs of ${spec.name}.`);
            context.setExitCode(exitCodes.couldNotJudge);
          }
          if (json) context.print(JSON.stringify(byUser && processes ? sumByUser(processes) : processes));
          else if (byUser && processes) printUsers(context, processes);
          else if (processes) printProcesses(context, processes);
          round += 1;
          if (round >= rounds) break;
        }
      }),
    );
}

const percent = (value: number | null): string | null => (value === null ? null : `${Math.round(value)} %`);

function printProcesses(context: CliContext, processes: readonly GpuProcess[]): void {
  context.table(
    ['TIME', 'GPU', 'PID', 'USER', 'GPU BUSY', 'MEMORY BUSY', 'MEMORY', 'IN', 'COMMAND'],
    processes.map((each) => [
      clockTime(each.atMs),
      clipped(each.gpuUuid, 12),
      each.pid,
      each.user,
      percent(each.smPercent),
      percent(each.memoryBusyPercent),
      each.memoryBytes === null ? null : bytes(each.memoryBytes),
      each.owner && `${each.owner.kind} ${each.owner.name}`,
      clipped(each.commandLine ?? each.name, 60),
    ]),
  );
}

function printUsers(context: CliContext, processes: readonly GpuProcess[]): void {
  context.table(
    ['USER', 'GPUS', 'PROCESSES', 'GPU BUSY', 'MEMORY'],
    sumByUser(processes).map(({ user, gpus, processes: count, smPercent, memoryBytes }) => [
      user,
      gpus,
      count,
      percent(smPercent),
      memoryBytes === null ? null : bytes(memoryBytes),
    ]),
  );
}
