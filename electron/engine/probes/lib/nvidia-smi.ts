import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import { normalizeBusId } from './bus-id';
import { commandProblem, exitProblem, type Problem, problem } from './outcome';

/** An nvidia-smi call. Two at once are never run on a node, and after one that hung no other is started. */
export function nvidiaSmi(id: string, args: readonly string[], timeoutMs: number): CommandSpec {
  return { id, argv: ['nvidia-smi', ...args], lane: 'nvml', timeoutMs };
}

/**
 * PCI device ids by generation, as patterns of `case` (PCI ID Repository, vendor 10de): what came before Turing, Turing
 * (1e to 1f, 21), GA102 to GA107 (22, 24, 25), Ada (26 to 28) can't be divided. Of the rest GA100 (20), GH100 (23) and
 * Blackwell can, and what is not known yet is asked.
 */
export const chipsWithoutMig = '0x[01]???|0x2[1245678]??';
/** Confidential computing began with GH100. */
export const chipsWithoutConfidentialComputing = `${chipsWithoutMig}|0x20??`;
/** Ada has no NVLink, nor have Turing's T4 and 16-series. */
export const chipsWithoutNvlink = '0x1eb8|0x1f??|0x21??|0x2[678]??';

/**
 * A call for which nvidia-smi is started only where the driver has a GPU whose PCI device id is none of `chips`; else
 * `instead` is printed. It costs a read a GPU. Without the list of the driver it is asked.
 */
export function nvidiaSmiUnless(
  id: string,
  chips: string,
  instead: string,
  args: readonly string[],
  timeoutMs: number,
): CommandSpec {
  const script = `for g in /proc/driver/nvidia/gpus/*; do
  d=; [ ! -r "/sys/bus/pci/devices/\${g##*/}/device" ] || read -r d <"/sys/bus/pci/devices/\${g##*/}/device"
  case $d in ${chips}) ;; *) exec nvidia-smi ${args.join(' ')};; esac
done
echo '${instead}'`;
  return { id, argv: ['sh', '-c', script], lane: 'nvml', timeoutMs };
}

/**
 * Messages of nvidia-smi that replace its output, most telling first. Sources: nvidia-smi manual (return value),
 * nvml.h error strings, recorded outputs:
 *   Failed to initialize NVML: Driver/library version mismatch
 *   NVML library version: 535.161
 *   Unable to determine the device handle for GPU0000:91:00.0: Unknown Error
 *   Unable to determine the device handle for GPU 0000:0B:00.0: GPU is lost.  Reboot the system to recover this GPU
 */
const messages: ReadonlyArray<readonly [RegExp, (match: RegExpMatchArray, text: string) => Problem]> = [
  [
    /Driver\/library version mismatch/i,
    (_, text) =>
      problem('failed', 'driverLibraryMismatch', {
        libraryVersion: /NVML library version: *([\d.]+)/i.exec(text)?.[1] ?? 'unknown',
      }),
  ],
  [
    /Unable to determine the device handle for (?:the )?(?:GPU *([0-9a-f:.]+)|[^:\n]{1,80}): *([^\n]{0,200})/i,
    (match) =>
      problem('failed', 'gpuHandle', {
        pciBusId: (match[1] ?? 'unknown').toLowerCase().replace(/:$/, ''),
        detail: (match[2] ?? '').trim() || 'Unknown Error',
      }),
  ],
  [/GPU is lost/i, () => problem('failed', 'gpuLost')],
  [/No devices were found/i, () => problem('failed', 'noDevices')],
  [/couldn't communicate with the NVIDIA driver/i, () => problem('failed', 'driverNotRunning')],
  [/Failed to initialize NVML: *Driver Not Loaded/i, () => problem('failed', 'driverNotRunning')],
  [/couldn't find libnvidia-ml/i, () => problem('failed', 'nvmlLibraryMissing')],
  [/Failed to initialize NVML: *Insufficient Permissions/i, () => problem('denied', 'nvmlNoPermission')],
  [/do(?:es)? not have (?:the )?(?:sufficient )?permissions/i, () => problem('denied', 'nvmlNoPermission')],
  [
    /Failed to initialize NVML: *([^\n]{0,200})/i,
    (match) => problem('failed', 'nvmlInit', { detail: (match[1] ?? '').trim() || 'Unknown Error' }),
  ],
  [
    /Field "([^"\n]{1,80})" is not a valid field to query/i,
    (match) => problem('failed', 'unknownField', { field: match[1] ?? '' }),
  ],
];

/** What each exit code means when the words do not say more. Source: nvidia-smi manual, RETURN VALUE. */
const exitCodes: Readonly<Record<number, Problem>> = {
  4: problem('denied', 'nvmlNoPermission'),
  6: problem('failed', 'noDevices'),
  8: problem('failed', 'powerCables'),
  9: problem('failed', 'driverNotRunning'),
  10: problem('failed', 'gpuInterrupts'),
  12: problem('failed', 'nvmlLibraryMissing'),
  14: problem('failed', 'infoRomCorrupt'),
  15: problem('failed', 'gpuLost'),
};

/** What nvidia-smi itself says is wrong. `hasReport`: the output holds what was asked for, so only stderr may complain. */
export function nvidiaSmiProblem(
  output: CommandOutput | undefined,
  spec: CommandSpec,
  hasReport: boolean,
): Problem | null {
  const problemOfRun = commandProblem(output, spec);
  if (problemOfRun || output === undefined) return problemOfRun;
  const message = nvidiaSmiMessage(hasReport ? output.stderr : `${output.stdout.slice(0, 4096)}\n${output.stderr}`);
  if (message) return message;
  if (hasReport) return null;
  if (output.isTruncated) return problem('unparsable', 'truncated', { tool: 'nvidia-smi' });
  return exitCodes[output.exitCode ?? 0] ?? exitProblem(output, spec);
}

/**
 * GPUs that the driver knows and can't open, as nvidia-smi names them in place of, among or behind the others. Only whole
 * lines count: a process may have such a name.
 */
export function readLostGpus(text: string): Array<{ pciBusId: string; detail: string }> {
  const pattern =
    /^Unable to determine the device handle for (?:the )?(?:gpu *)?([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]): *([^\n]{0,200})/gim;
  const found = new Map<string, string>();
  for (const [, raw, detail] of text.slice(0, 4 * 1024 * 1024).matchAll(pattern)) {
    const pciBusId = normalizeBusId(raw);
    if (pciBusId !== null) found.set(pciBusId, (detail ?? '').trim() || 'Unknown Error');
  }
  return [...found].map(([pciBusId, detail]) => ({ pciBusId, detail }));
}

/** The problem that a message of nvidia-smi tells, null when it tells none. */
export function nvidiaSmiMessage(text: string): Problem | null {
  const head = text.slice(0, 8192);
  for (const [pattern, explain] of messages) {
    const match = pattern.exec(head);
    if (match) return explain(match, head);
  }
  return null;
}
