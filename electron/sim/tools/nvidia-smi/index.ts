import { applyPendingEcc, type SimGpu } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import { failed, lines, optionValue, printed, type Tool, type ToolOutput } from '../tool';
import { setClockCeiling } from './clock-ceiling';
import { csvFormat, FORMAT_ERROR } from './csv-format';
import { dmonHeader, dmonRows } from './dmon';
import { handleName } from './document';
import type { Section } from './entry';
import { renderMig, setMigMode } from './mig';
import { nvlinkText } from './nvlink';
import { pmonRound } from './pmon';
import { setPowerLimit } from './power-limit';
import { helpQueryGpu, queryGpu } from './query';
import { queryComputeApps } from './query-compute-apps';
import { driverBranch, readGpu, selectGpus } from './reading';
import { renderText, renderXml } from './report';
import { renderTable } from './table';
import { renderTopology } from './topology';

/** The emulated nvidia-smi: the argument forms that probes and actions use, and the driver's own errors. */
export const nvidiaSmi: Tool = (model, args, context) => {
  if (model.faults.has('hung-nvidia-smi')) return { ...printed(''), ending: 'hangs' };
  if (model.profile.driverVersion === null) return failed(9, '', NO_DRIVER);
  if (args.includes('-h') || args.includes('--help'))
    return printed(`NVIDIA System Management Interface -- v${model.profile.driverVersion}\n`);
  const mismatch = model.fault('driver-library-mismatch');
  if (mismatch) return failed(18, '', mismatchText(model, mismatch.libraryVersion));
  const lost = model.gpus.find((gpu) => gpu.isLost);
  const style = model.fault('xid-79-gpu-lost')?.style ?? 'fields';
  if (lost && (style === 'handle' || isSummary(args))) return failed(15, '', lostText(model, lost));
  const output = answer(model, args, context.uid === 0);
  return model.faults.has('garbage-output') ? garbled(output, model.fault('garbage-output')?.kind ?? 'binary') : output;
};

const NO_DRIVER =
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n\n";
const NOT_AN_OPTION = `Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n`;
const csvQueries = { '--query-gpu': queryGpu, '--query-compute-apps': queryComputeApps };

function answer(model: NodeModel, args: readonly string[], isRoot: boolean): ToolOutput {
  const selector = optionValue(args, '-i', '--id');
  const gpus = selectGpus(model, selector);
  if (!gpus) return failed(6, '', 'No devices were found\n');
  for (const [option, query] of Object.entries(csvQueries)) {
    const names = optionValue(args, option);
    if (names === undefined) continue;
    const csv = csvFormat(optionValue(args, '--format'));
    if (!csv) return failed(2, '', FORMAT_ERROR);
    const wanted = names.split(',').map((name) => name.trim());
    const loopMs = loopOf(args);
    const round = (): ToolOutput => query(model, selectGpus(model, selector) ?? [], wanted, csv);
    return loopMs === null
      ? round()
      : looped(model, loopMs, round(), () =>
          query(model, selectGpus(model, selector) ?? [], wanted, { ...csv, hasHeader: false }),
        );
  }
  if (args.includes('--help-query-gpu')) return printed(helpQueryGpu(model));
  if (args.includes('--version')) return printed(versionText(model));
  if (args.includes('-L') || args.includes('--list-gpus')) return printed(listText(model, gpus));
  switch (args[0]) {
    case 'topo':
      return printed(renderTopology(model, driverBranch(model) >= 570));
    case 'mig':
      return renderMig(model, args.slice(1), isRoot);
    case 'nvlink':
      model.advance();
      return printed(nvlinkText(gpus, nvlinkPart(args)));
    case 'conf-compute':
      return confCompute(model, args.slice(1), isRoot);
    case 'dmon':
      return dmon(model, args.slice(1));
    case 'pmon':
      return pmon(model, gpus, args.slice(1));
  }
  const persistence = optionValue(args, '-pm', '--persistence-mode');
  if (persistence !== undefined) return setPersistence(gpus, persistence, isRoot);
  const migMode = optionValue(args, '-mig', '--multi-instance-gpu');
  if (migMode !== undefined) return setMigMode(model, gpus, migMode, isRoot);
  const ecc = optionValue(args, '-e', '--ecc-config');
  if (ecc !== undefined) return setEcc(gpus, ecc, isRoot);
  const powerLimit = optionValue(args, '-pl', '--power-limit');
  if (powerLimit !== undefined) return setPowerLimit(model, gpus, powerLimit, isRoot);
  const locked = optionValue(args, '-lgc', '--lock-gpu-clocks');
  if (locked !== undefined) return setClockCeiling(model, gpus, locked, isRoot);
  if (args.includes('-rgc') || args.includes('--reset-gpu-clocks')) return setClockCeiling(model, gpus, null, isRoot);
  if (args.includes('--gpu-reset') || args.includes('-r')) return resetGpus(model, gpus, selector, isRoot);
  if (args.some((arg) => arg === '-q' || arg === '--query' || arg === '-qx')) {
    if (args.some((arg) => arg === '-x' || arg === '--xml-format' || arg === '-qx'))
      return printed(renderXml(model, gpus));
    const sections = optionValue(args, '-d', '--display');
    return printed(renderText(model, gpus, sections ? (sections.split(',') as Section[]) : null));
  }
  const option = args.find((arg) => arg.startsWith('-'));
  if (option !== undefined && option !== '-i' && !option.startsWith('--id')) {
    return failed(2, '', NOT_AN_OPTION);
  }
  return printed(renderTable(model));
}

/** `-l SECONDS` or `-lms MILLISECONDS`; null: once. */
function loopOf(args: readonly string[]): number | null {
  const milliseconds = optionValue(args, '-lms', '--loop-ms');
  if (milliseconds !== undefined) return Math.max(20, Number(milliseconds) || 1000);
  const seconds = optionValue(args, '-l', '--loop');
  return seconds === undefined ? null : Math.max(1, Number(seconds) || 1) * 1000;
}

/** Prints a round each time; one that can't be read any more (a fault came) ends it, and one that hangs says nothing. */
function looped(model: NodeModel, everyMs: number, first: ToolOutput, round: () => ToolOutput): ToolOutput {
  if (first.exitCode !== 0) return first;
  const next = (): string | null => {
    if (model.faults.has('hung-nvidia-smi')) return '';
    if (model.faults.has('driver-library-mismatch') || isLostByHandle(model)) return null;
    const { stdout, exitCode } = round();
    return exitCode === 0 && typeof stdout === 'string' ? stdout : null;
  };
  return { ...first, goesOn: { everyMs, next } };
}

function nvlinkPart(args: readonly string[]): 'status' | 'errors' | 'data' {
  if (args.includes('-gt') || args.includes('--getthroughput')) return 'data';
  return args.includes('-e') || args.includes('--errorcounters') ? 'errors' : 'status';
}

function isLostByHandle(model: NodeModel): boolean {
  return (model.fault('xid-79-gpu-lost')?.style ?? 'fields') === 'handle' && model.gpus.some(({ isLost }) => isLost);
}

/** The forms that open every device and so fail as a whole when one is lost. */
function isSummary(args: readonly string[]): boolean {
  return args.length === 0 || args[0] === 'topo' || args[0] === 'nvlink';
}

function lostText(model: NodeModel, gpu: SimGpu): string {
  return `Unable to determine the device handle for ${handleName(readGpu(model, gpu))}: GPU is lost.  Reboot the system to recover this GPU\n`;
}

function mismatchText(model: NodeModel, libraryVersion: string | undefined): string {
  const library = libraryVersion ?? '';
  const text = 'Failed to initialize NVML: Driver/library version mismatch\n';
  return driverBranch(model) >= 530 ? `${text}NVML library version: ${library || mismatchVersion(model)}\n` : text;
}

function mismatchVersion(model: NodeModel): string {
  const [branch = '', minor = '0'] = (model.profile.driverVersion ?? '').split('.');
  return `${branch}.${Number(minor) + 17}`;
}

function versionText(model: NodeModel): string {
  const version = model.profile.driverVersion ?? '';
  return lines(
    `NVIDIA-SMI version  : ${version}`,
    `NVML version        : ${version.split('.').slice(0, 2).join('.')}`,
    `DRIVER version      : ${version}`,
    `CUDA Version        : ${model.profile.cudaVersion}`,
  );
}

function listText(model: NodeModel, gpus: readonly SimGpu[]): string {
  let text = '';
  for (const gpu of gpus) {
    if (gpu.isLost) {
      text += `Unable to determine the device handle for gpu ${handleName(readGpu(model, gpu)).slice(3)}: GPU is lost.  Reboot the system to recover this GPU\n`;
      continue;
    }
    text += `GPU ${gpu.index}: ${gpu.slot.card.productName} (UUID: ${gpu.uuid})\n`;
    for (const instance of gpu.migInstances) {
      if (!instance.hasCompute) continue;
      text += `  MIG ${instance.spec.profileName.padEnd(11)} Device ${String(instance.index).padStart(2)}: (UUID: ${instance.uuid})\n`;
    }
  }
  return text;
}

/** Takes effect with the next reset or restart. */
function setEcc(gpus: readonly SimGpu[], mode: string, isRoot: boolean): ToolOutput {
  if (mode !== '0' && mode !== '1') return failed(2, '', `Unable to set ECC mode: "${mode}" is not valid.\n`);
  const [first] = gpus;
  if (!isRoot)
    return failed(
      4,
      '',
      `Unable to set ECC mode for GPU ${first?.slot.busId}: Insufficient Permissions\nTerminating early due to previous errors.\n`,
    );
  for (const gpu of gpus) gpu.pendingEcc = mode === '1';
  const word = mode === '1' ? 'Enabled' : 'Disabled';
  return printed(
    lines(...gpus.map((gpu) => `${word} ECC support for GPU ${gpu.slot.busId}.`), 'All done.', 'Reboot required.'),
  );
}

/** Of the whole node: nothing here runs in a confidential virtual machine. */
function confCompute(model: NodeModel, args: readonly string[], isRoot: boolean): ToolOutput {
  if (driverBranch(model) < 535) return failed(2, '', NOT_AN_OPTION);
  const isOn = model.faults.has('confidential-not-ready');
  const ready = optionValue(args, '-srs');
  if (ready !== undefined) {
    if (!isRoot) return failed(4, '', 'Insufficient Permissions\n');
    if (!isOn) return failed(3, '', 'CC mode is off: not supported on this device\n');
    model.settings.isConfidentialReady = ready === '1';
    return printed(`CC GPUs Ready State successfully set to ${ready === '1' ? 'Ready' : 'Not Ready'}\n`);
  }
  if (args.includes('-f')) return printed(`CC status: ${isOn ? 'ON' : 'OFF'}\n`);
  const isCapable = model.gpus.some(({ slot }) => ['Hopper', 'Blackwell'].includes(slot.card.architecture));
  return printed(
    lines(
      '',
      '==============NVSMI CONF-COMPUTE LOG==============',
      '',
      `    CC State                   : ${isOn ? 'ON' : 'OFF'}`,
      '    Multi-GPU Mode             : None',
      '    CPU CC Capabilities        : None',
      `    GPU CC Capabilities        : ${isCapable ? 'CC Capable' : 'Not CC Capable'}`,
      `    CC GPUs Ready State        : ${isOn && !model.settings.isConfidentialReady ? 'Not Ready' : 'Ready'}`,
      ...(isOn ? ['    DevTools Mode              : OFF'] : []),
      '',
    ),
  );
}

function pmon(model: NodeModel, gpus: readonly SimGpu[], args: readonly string[]): ToolOutput {
  const groups = optionValue(args, '-s') ?? 'u';
  return repeated(model, args, (round) => printed(pmonRound(model, gpus, groups, round % 24 === 0)));
}

function dmon(model: NodeModel, args: readonly string[]): ToolOutput {
  const groups = optionValue(args, '-s') ?? 'puc';
  return repeated(model, args, (round) =>
    printed((round % 24 === 0 ? dmonHeader(groups) : '') + dmonRows(model, groups)),
  );
}

/** Stays until it is ended, or for `-c` rounds, one every `-d` seconds. */
function repeated(model: NodeModel, args: readonly string[], print: (round: number) => ToolOutput): ToolOutput {
  const everyMs = Math.max(1, Number(optionValue(args, '-d')) || 1) * 1000;
  const count = Number(optionValue(args, '-c')) || Number.POSITIVE_INFINITY;
  const first = print(0);
  if (count === 1) return first;
  let rounds = 1;
  const { goesOn } = looped(model, everyMs, first, () => {
    rounds += 1;
    return print(rounds - 1);
  });
  return { ...first, ...(goesOn ? { goesOn: { everyMs, next: () => (rounds >= count ? null : goesOn.next()) } } : {}) };
}

function setPersistence(gpus: readonly SimGpu[], mode: string, isRoot: boolean): ToolOutput {
  const isOn = mode === '1' || mode === 'ENABLED';
  if (!isOn && mode !== '0' && mode !== 'DISABLED')
    return failed(2, '', `Unable to set persistence mode: "${mode}" is not valid.\n`);
  let text = '';
  for (const gpu of gpus) {
    if (!isRoot) {
      return failed(
        4,
        '',
        `Unable to set persistence mode for GPU ${gpu.slot.busId}: Insufficient Permissions\nTerminating early due to previous errors.\n`,
      );
    }
    const word = isOn ? 'Enabled' : 'Disabled';
    text +=
      gpu.isPersistent === isOn
        ? `Persistence mode is already ${word} for GPU ${gpu.slot.busId}.\n`
        : `${word} persistence mode for GPU ${gpu.slot.busId}.\n`;
    gpu.isPersistent = isOn;
  }
  return printed(`${text}All done.\n`);
}

function resetGpus(
  model: NodeModel,
  gpus: readonly SimGpu[],
  selector: string | undefined,
  isRoot: boolean,
): ToolOutput {
  if (!isRoot) return failed(4, '', `GPU Reset couldn't run because of insufficient permissions.\n`);
  const busy = gpus.filter((gpu) => model.holdersOf(gpu.index).length > 0);
  const first = busy[0];
  if (first) {
    const holders = busy.flatMap((gpu) => model.holdersOf(gpu.index).map((process) => `${process.pid}`));
    return failed(
      19,
      '',
      `The following GPUs could not be reset:\n  GPU ${first.slot.busId}: In use by another client\n\n${holders.length} device${holders.length === 1 ? ' is' : 's are'} currently being used by one or more other processes (e.g., Fabric Manager, CUDA application, graphics application such as an X server, or a monitoring application such as another instance of nvidia-smi). Please first kill all processes using these devices and all compute applications running in the system.\n`,
    );
  }
  let text = '';
  for (const gpu of gpus) {
    if (gpu.isLost) return failed(15, '', lostText(model, gpu));
    gpu.leakedMib = 0;
    gpu.isBar1Exhausted = false;
    gpu.isRemapPending = false;
    applyPendingEcc(gpu);
    text += `GPU ${gpu.slot.busId} was successfully reset.\n`;
  }
  return printed(selector === undefined ? `${text}All done.\n` : `${text}All done.\n`);
}

function garbled(output: ToolOutput, kind: 'binary' | 'truncated' | 'escapes'): ToolOutput {
  const text = typeof output.stdout === 'string' ? output.stdout : '';
  switch (kind) {
    case 'truncated':
      return { ...output, stdout: text.slice(0, Math.floor(text.length * 0.37)) };
    case 'escapes':
      return {
        ...output,
        stdout: `\u001b[2J\u001b]0;owned\u0007\u001b[31m${text.replaceAll('\n', '\u001b[0m\r\n\u0000')}`,
      };
    case 'binary': {
      const bytes = new Uint8Array(4096);
      for (let index = 0; index < bytes.length; index += 1) bytes[index] = (index * 167 + (index >> 3) * 41) & 0xff;
      return { ...output, stdout: bytes };
    }
  }
}
