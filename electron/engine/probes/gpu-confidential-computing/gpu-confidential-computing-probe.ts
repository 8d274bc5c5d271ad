import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { GpuConfidentialComputingFacts } from '#shared/domain/facts/gpu-system';
import { readPairs } from '../lib/lines';
import { chipsWithoutConfidentialComputing, nvidiaSmi, nvidiaSmiProblem, nvidiaSmiUnless } from '../lib/nvidia-smi';
import { unparsable } from '../lib/outcome';
import { orNull, readFlag, readText } from '../lib/values';
import { defineProbe } from '../probe';

const query = nvidiaSmiUnless(
  'query',
  chipsWithoutConfidentialComputing,
  'not supported on any of these GPUs',
  ['conf-compute', '-q'],
  15_000,
);
/** What `-q` of some drivers leaves out. The mode is on in protected guests alone: nowhere else it is asked. */
const inGuests = { onlyWhere: '/dev/tdx_guest /dev/sev-guest' } as const;
const environment: CommandSpec = { ...nvidiaSmi('environment', ['conf-compute', '-e'], 15_000), ...inGuests };
const devTools: CommandSpec = { ...nvidiaSmi('dev-tools', ['conf-compute', '-d'], 15_000), ...inGuests };

/** Drivers before 525 do not know the command, and say so in the words of their argument parser. */
const unknownCommand =
  /Invalid combination of input arguments|Option "?conf-compute"? is not recogni[sz]ed|not supported on (any|this)|ERROR: Option conf-compute/i;

export const gpuConfidentialComputingProbe = defineProbe({
  id: 'gpu-confidential-computing',
  commands: [query, environment, devTools],
  sources: { '': 'query', environment: 'environment|query', isDevToolsModeOn: 'query|dev-tools' },
  parse(outputs) {
    const output = outputs.query;
    const text = textOf(output);
    const further = `${textOf(outputs.environment)}\n${textOf(outputs['dev-tools'])}`;
    const facts = parseConfidentialComputing(text, further);
    if (facts) return { state: 'ok', facts };
    if (unknownCommand.test(`${text.slice(0, 4096)}\n${output?.stderr.slice(0, 4096) ?? ''}`)) {
      return { state: 'ok', facts: { ...parseLines(new Map()), isSupported: false } };
    }
    return nvidiaSmiProblem(output, query, false) ?? unparsable(query, output);
  },
});

/**
 * Reads `nvidia-smi conf-compute -q`, or `-f` alone (`CC status: ON`):
 *   CC State                   : ON
 *   Multi-GPU Mode             : None
 *   CPU CC Capabilities        : AMD SEV-SNP(vTOM Mode)
 *   GPU CC Capabilities        : CC Capable
 *   CC GPUs Ready State        : Ready
 * and what stands in none of it of `-e` (`CC Environment: PRODUCTION`) and `-d` (`DevTools Mode: OFF`). Null: no such lines.
 */
export function parseConfidentialComputing(text: string, further = ''): GpuConfidentialComputingFacts | null {
  const pairs = readPairs(text.slice(0, 65_536), ':');
  if (!pairs.has('CC State') && !pairs.has('CC status')) return null;
  return parseLines(new Map([...readPairs(further.slice(0, 65_536), ':'), ...pairs]));
}

function textOf(output: CommandOutput | undefined): string {
  return output?.state === 'exited' ? output.stdout : '';
}

function parseLines(pairs: ReadonlyMap<string, string>): GpuConfidentialComputingFacts {
  const text = (...names: string[]) => {
    const printed = names.map((name) => pairs.get(name)).find((value) => value !== undefined);
    return printed === undefined ? null : orNull(readText(printed));
  };
  const flag = (...names: string[]) => orNull(readFlag(text(...names) ?? ''));
  const gpuCapability = text('GPU CC Capabilities');
  return {
    isSupported: gpuCapability === null ? pairs.size > 0 : !/\bnot\b|none/i.test(gpuCapability),
    isOn: flag('CC State', 'CC status'),
    multiGpuMode: text('Multi-GPU Mode', 'Multi-GPU mode'),
    cpuCapability: text('CPU CC Capabilities'),
    gpuCapability,
    readyState: text('CC GPUs Ready State'),
    isDevToolsModeOn: flag('DevTools Mode', 'CC DevTools Mode'),
    environment: text('CC Environment', 'Environment'),
  };
}
