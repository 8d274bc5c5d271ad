import { clearFault } from '../model/apply-fault';
import type { NodeModel } from '../model/node-model';
import { failed, lines, optionValue, printed, type Tool } from './tool';

/** Units and the machines that have them. A unit's other name (chrony, chronyd) is told by the one it has. */
const SERVICES: Readonly<Record<string, (model: NodeModel) => boolean>> = {
  'nvidia-persistenced': (model) => model.profile.driverVersion !== null,
  'nvidia-fabricmanager': (model) => model.profile.hasNvswitch,
  'nvidia-dcgm': (model) => model.profile.software?.dcgmVersion !== undefined,
  'nvidia-cdi-refresh': (model) => (model.profile.docker?.toolkitVersion ?? '0') >= '1.18',
  docker: (model) => model.profile.docker !== null,
  containerd: (model) => model.profile.docker !== null || model.profile.software?.containerdVersion !== undefined,
  slurmd: (model) => model.profile.software?.slurm !== undefined,
  munge: (model) => model.profile.software?.slurm !== undefined,
  kubelet: (model) => model.profile.software?.kubeletVersion !== undefined,
  ssh: () => true,
  sshd: () => true,
  chrony: ({ profile }) => profile.osId !== 'rocky',
  chronyd: () => true,
};

interface Unit {
  readonly name: string;
  readonly state: 'active' | 'inactive' | 'failed' | 'absent';
}

function unitOf(model: NodeModel, name: string): Unit {
  const unit = name.replace(/\.service$/, '');
  if ((model.profile.software?.failedUnits ?? []).includes(`${unit}.service`)) return { name: unit, state: 'failed' };
  if (unit === 'nvidia-fabricmanager' && model.fault('fabric-manager-stopped')) return { name: unit, state: 'failed' };
  const isThere = SERVICES[unit]?.(model) ?? false;
  if (isThere && model.stoppedUnits.has(unit)) return { name: unit, state: 'inactive' };
  const isChrony = unit === 'chronyd' && model.profile.osId !== 'rocky';
  return { name: isThere && isChrony ? 'chrony' : unit, state: isThere ? 'active' : 'absent' };
}

/** Faults that a fresh start mends. */
const mendedByRestart = [
  'xid-79-gpu-lost',
  'driver-library-mismatch',
  'hung-nvidia-smi',
  'remounted-read-only',
] as const;

function reboot(model: NodeModel, args: readonly string[], isRoot: boolean): ReturnType<Tool> {
  if (args.includes('--dry-run')) return printed('');
  if (!isRoot) return failed(1, 'Call to Reboot failed: Interactive authentication required.\n');
  for (const fault of mendedByRestart) clearFault(model, fault);
  model.restart();
  return printed('');
}

export const systemctl: Tool = (model, args, { uid }) => {
  const words = args.filter((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-p');
  const [verb = '', ...names] = words;
  switch (verb) {
    case 'is-active': {
      const states = names.map((name) => unitOf(model, name).state.replace('absent', 'inactive'));
      return { stdout: lines(...states), stderr: '', exitCode: states.every((state) => state === 'active') ? 0 : 3 };
    }
    case 'is-system-running':
      return printed((model.profile.software?.failedUnits ?? []).length > 0 ? 'degraded\n' : 'running\n');
    case 'show':
      return printed(names.map((name) => shown(model, unitOf(model, name), args)).join('\n'));
    case 'reboot':
      return reboot(model, args, uid === 0);
    case 'poweroff':
      if (args.includes('--dry-run')) return printed('');
      if (uid !== 0) return failed(1, 'Call to PowerOff failed: Interactive authentication required.\n');
      model.isOff = true;
      return printed('');
    case 'start':
    case 'stop':
    case 'restart':
    case 'enable':
    case 'disable':
      return change(model, { verb, names, isNow: args.includes('--now'), isRoot: uid === 0 });
    case 'is-enabled': {
      const states = names.map((name) => fileStateOf(model, unitOf(model, name)) || 'not-found');
      return { stdout: lines(...states), stderr: '', exitCode: states.every((state) => state === 'enabled') ? 0 : 1 };
    }
    case 'list-units':
      return listUnits(model, args);
    default:
      return failed(1, '');
  }
};

function fileStateOf(model: NodeModel, { name, state }: Unit): string {
  if (state === 'absent') return '';
  return model.disabledUnits.has(name) ? 'disabled' : 'enabled';
}

function change(
  model: NodeModel,
  { verb, names, isNow, isRoot }: { verb: string; names: readonly string[]; isNow: boolean; isRoot: boolean },
): ReturnType<Tool> {
  const units = names.map((name) => unitOf(model, name));
  const missing = units.find(({ state }) => state === 'absent');
  if (missing) return failed(5, `Failed to ${verb} ${missing.name}.service: Unit ${missing.name}.service not found.\n`);
  if (!isRoot) return failed(1, `Failed to ${verb} ${names[0]}: Interactive authentication required.\n`);
  for (const { name } of units) {
    if (verb === 'enable') model.disabledUnits.delete(name);
    if (verb === 'disable') model.disabledUnits.add(name);
    if (verb === 'stop' || (verb === 'disable' && isNow)) model.stoppedUnits.add(name);
    if (verb === 'start' || verb === 'restart' || (verb === 'enable' && isNow)) {
      model.stoppedUnits.delete(name);
      if (name === 'nvidia-fabricmanager') clearFault(model, 'fabric-manager-stopped');
    }
  }
  return printed('');
}

/** The properties that were asked for, in systemd's own order. */
function shown(model: NodeModel, unit: Unit, args: readonly string[]): string {
  const { name, state } = unit;
  const values: Readonly<Record<string, string>> = {
    NRestarts: state === 'failed' ? '5' : '0',
    ExecMainStatus: state === 'failed' ? '1' : '0',
    Id: `${name}.service`,
    LoadState: state === 'absent' ? 'not-found' : 'loaded',
    ActiveState: state === 'absent' ? 'inactive' : state,
    SubState: { active: 'running', inactive: 'dead', failed: 'failed', absent: 'dead' }[state],
    UnitFileState: fileStateOf(model, unit),
  };
  const wanted = args.flatMap((arg, index) =>
    arg === '-p' ? (args[index + 1] ?? '').split(',') : arg.startsWith('--property=') ? arg.slice(11).split(',') : [],
  );
  const chosen = Object.entries(values).filter(([key]) => wanted.length === 0 || wanted.includes(key));
  return lines(...chosen.map(([key, value]) => `${key}=${value}`));
}

function listUnits(model: NodeModel, args: readonly string[]): ReturnType<Tool> {
  const units = model.profile.software?.failedUnits ?? [];
  if (args.includes('--output=json') || optionValue(args, '-o') === 'json') {
    const rows = units.map((unit) => ({ unit, load: 'loaded', active: 'failed', sub: 'failed', description: unit }));
    return printed(`${JSON.stringify(rows)}\n`);
  }
  const rows = units.map((unit) => `${unit} loaded failed failed ${unit.replace('.service', '')}`);
  return printed(args.includes('--no-legend') ? lines(...rows) : lines(...rows, `${rows.length} loaded units listed.`));
}
