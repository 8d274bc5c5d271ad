import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { AmdGpuFacts } from '#shared/domain/facts/amd-gpu';
import type { Report } from '../gpu/report';
import { lookup } from '../gpu/report';
import { commandProblem, exitProblem, type Problem, problem, unparsable } from '../lib/outcome';
import { orNull, readText } from '../lib/values';
import { defineProbe } from '../probe';
import { type ByGpu, readAmdSmi, readRocmSmi } from './amd-report';
import { listAmdFiles, readAmdSysfs } from './amd-sysfs';
import { readAmdGpu } from './read-amd-gpu';

const amdSmi = (id: string, what: string): CommandSpec => ({
  id,
  argv: ['amd-smi', what, '--json'],
  timeoutMs: 20_000,
});
const fixed = amdSmi('amd-smi', 'static');
const metric = amdSmi('amd-smi-metric', 'metric');
const xgmi = amdSmi('amd-smi-xgmi', 'xgmi');
/** Not beside a working amd-smi: both lock the same devices, and it says less. */
const rocmSmi: CommandSpec = {
  id: 'rocm-smi',
  argv: [
    'sh',
    '-c',
    "amd-smi version >/dev/null 2>&1 && { echo 'amd-smi'; exit 0; }; exec rocm-smi --showallinfo --json",
  ],
  timeoutMs: 30_000,
};

/** For where neither is there, or both are for others only: they tell more of the same. */
const sysfs: CommandSpec = {
  id: 'amd-sysfs',
  argv: [
    'sh',
    '-c',
    `${listAmdFiles}
for f in /sys/bus/pci/devices/*/mem_info_vram_total; do
d=\${f%/*}
l="$l $d/product_name $d/serial_number $d/device $d/vbios_version $d/mem_info_vram_vendor $d/numa_node $d/current_compute_partition $d/current_memory_partition $d/power_dpm_force_performance_level $d/ras/umc_err_count"
done
grep -s '' $l
exit 0`,
  ],
};

export const amdGpuProbe = defineProbe({
  id: 'amd-gpu',
  commands: [fixed, metric, xgmi, rocmSmi, sysfs],
  sources: {
    '': 'amd-smi|rocm-smi|amd-sysfs',
    'gpus.memory.usedBytes': 'amd-smi-metric|rocm-smi|amd-sysfs',
    'gpus.memory.totalBytes': 'amd-smi-metric|rocm-smi|amd-sysfs',
    'gpus.utilization': 'amd-smi-metric|rocm-smi|amd-sysfs',
    'gpus.temperature': 'amd-smi-metric|rocm-smi|amd-sysfs',
    'gpus.temperature.slowdownC': 'amd-smi|amd-sysfs',
    'gpus.temperature.shutdownC': 'amd-smi',
    'gpus.temperature.memorySlowdownC': 'amd-smi|amd-sysfs',
    'gpus.power.drawW': 'amd-smi-metric|rocm-smi|amd-sysfs',
    'gpus.clocks': 'amd-smi-metric|rocm-smi|amd-sysfs',
    'gpus.pcie.generation': 'amd-smi-metric|rocm-smi|amd-sysfs',
    'gpus.pcie.width': 'amd-smi-metric|rocm-smi|amd-sysfs',
    'gpus.pcie.replayCount': 'amd-smi-metric|rocm-smi|amd-sysfs',
    'gpus.ecc': 'amd-smi-metric|amd-sysfs',
    'gpus.xgmi': 'amd-smi-xgmi',
    'gpus.xgmi.errors': 'amd-smi-metric',
    'gpus.fanPercent': 'amd-smi-metric|rocm-smi|amd-sysfs',
    'gpus.performanceLevel': 'amd-smi-metric|rocm-smi|amd-sysfs',
  },
  parse(outputs) {
    const text = (spec: CommandSpec) => printedBy(outputs[spec.id]);
    const identities = readAmdSmi(text(fixed));
    if (identities && isStatic(identities)) {
      const facts = merge(identities, readAmdSmi(text(metric)), readAmdSmi(text(xgmi)));
      return { state: 'ok', facts };
    }
    // A recorded output may be of rocm-smi too.
    const rocm = readRocmSmi(text(rocmSmi)) ?? readRocmSmi(text(fixed));
    if (rocm) {
      const gpus = [...rocm.gpus].map(([index, report]) => readAmdGpu({ rocm: report }, index));
      return { state: 'ok', facts: { tool: 'rocm-smi', driverVersion: rocm.driverVersion, gpus: sorted(gpus) } };
    }
    const told = toolProblem(outputs);
    // A tool that fails today tells the same GPUs tomorrow: that they are others, or fewer, nobody said.
    const files = told.state === 'missing-tool' || told.state === 'denied' ? readAmdSysfs(text(sysfs)) : null;
    if (files === null) return told;
    const gpus = [...files].map(([index, report]) => readAmdGpu(report, index));
    const facts = { tool: 'sysfs' as const, driverVersion: null, gpus };
    return told.state === 'denied' ? { state: 'ok', facts, reason: told.reason } : { state: 'ok', facts };
  },
});

/** Why neither tool told anything. */
function toolProblem(outputs: Readonly<Record<string, CommandOutput | undefined>>): Problem {
  const told = amdProblem(outputs[fixed.id], fixed);
  // Where amd-smi is missing, what kept rocm-smi from it is the reason, unless that is missing too.
  if (told.state !== 'missing-tool') return told;
  const older = outputs[rocmSmi.id];
  return older === undefined || older.exitCode === 127 || older.state === 'missing-tool'
    ? told
    : amdProblem(older, rocmSmi);
}

function printedBy(output: CommandOutput | undefined): string {
  return output?.state === 'exited' ? output.stdout : '';
}

function isStatic(gpus: ByGpu): boolean {
  return [...gpus.values()].some((report) => lookup(report, 'asic') !== undefined);
}

function merge(fixedFacts: ByGpu, metrics: ByGpu | null, links: ByGpu | null): AmdGpuFacts {
  const gpus = [...fixedFacts].map(([index, report]) => {
    const whole: Record<string, Report> = { static: report };
    const [now, link] = [metrics?.get(index), links?.get(index)];
    if (now) whole.metric = now;
    if (link) whole.xgmi = link;
    return readAmdGpu(whole, index);
  });
  const version = [...fixedFacts.values()].map((report) => lookup(report, 'driver.version')).find(isText);
  return {
    tool: 'amd-smi',
    driverVersion: version === undefined ? null : (orNull(readText(version))?.slice(0, 100) ?? null),
    gpus: sorted(gpus),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';

function sorted(gpus: AmdGpuFacts['gpus']): AmdGpuFacts['gpus'] {
  return gpus.sort((one, other) => one.index - other.index);
}

/** What AMD's tools say in place of a report. */
function amdProblem(output: CommandOutput | undefined, spec: CommandSpec): Problem {
  const told = commandProblem(output, spec);
  if (told || output === undefined) return told ?? problem('failed', 'notRun', { tool: spec.id });
  const text = `${output.stdout.slice(0, 4096)}\n${output.stderr.slice(0, 4096)}`;
  if (/missing the following required groups|NO_PERM|Permission denied|render.{0,20}group/i.test(text)) {
    return problem('denied', 'amdGroups');
  }
  if (/DRIVER_NOT_LOADED|driver (is )?not (loaded|initiali[sz]ed)|NO_DRV|amdgpu not found in modules/i.test(text)) {
    return problem('failed', 'amdDriverNotLoaded');
  }
  if (/No (AMD )?GPUs? (were )?(found|detected)|NOT_FOUND/i.test(text)) return problem('failed', 'amdNoDevices');
  return exitProblem(output, spec) ?? unparsable(spec, output);
}
