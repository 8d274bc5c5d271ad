import { clearFault } from '../model/apply-fault';
import type { NodeModel } from '../model/node-model';
import { restartNode } from '../model/restart-node';
import { isJson } from './containers';
import { nodeExporterPackages } from './node-exporter';
import { failed, lines, optionValue, printed, type Tool, type ToolContext } from './tool';

/** Units and the machines that have them. A unit's other name (chrony, chronyd) is told by the one it has. */
const SERVICES: Readonly<Record<string, (model: NodeModel) => boolean>> = {
  'nvidia-persistenced': (model) => model.software.driverOnDisk !== null,
  'nvidia-fabricmanager': (model) => model.profile.software?.fabricManagerVersion !== undefined,
  'nvidia-dcgm': (model) => model.profile.software?.dcgmVersion !== undefined,
  'nvidia-cdi-refresh': (model) => (model.profile.docker?.toolkitVersion ?? '0') >= '1.18',
  docker: (model) => model.profile.docker !== null,
  containerd: (model) => model.profile.docker !== null || model.profile.software?.containerdVersion !== undefined,
  'prometheus-node-exporter': ({ software }) => nodeExporterPackages.some((name) => software.packages.has(name)),
  slurmd: (model) => model.profile.software?.slurm !== undefined,
  munge: (model) => model.profile.software?.slurm !== undefined,
  kubelet: (model) => model.profile.software?.kubeletVersion !== undefined,
  vllm: (model) => (model.profile.services ?? []).some(({ kind }) => kind === 'vllm'),
  ssh: () => true,
  sshd: () => true,
  chrony: ({ profile }) => profile.osId !== 'rocky',
  chronyd: () => true,
};

interface Unit {
  readonly name: string;
  readonly state: 'active' | 'inactive' | 'failed' | 'absent';
}

function unitOf(model: NodeModel, name: string, files: ToolContext['files']): Unit {
  const unit = name.replace(/\.service$/, '');
  if ((model.profile.software?.failedUnits ?? []).includes(`${unit}.service`)) return { name: unit, state: 'failed' };
  if (unit === 'nvidia-fabricmanager' && model.fault('fabric-manager-stopped')) return { name: unit, state: 'failed' };
  // One that somebody wrote is believed to do what it says.
  const isThere = SERVICES[unit]?.(model) ?? (files?.read(`/etc/systemd/system/${unit}.service`) ?? null) !== null;
  if (isThere && model.stoppedUnits.has(unit)) return { name: unit, state: 'inactive' };
  const isChrony = unit === 'chronyd' && model.profile.osId !== 'rocky';
  return { name: isThere && isChrony ? 'chrony' : unit, state: isThere ? 'active' : 'absent' };
}

function reboot(model: NodeModel, args: readonly string[], isRoot: boolean): ReturnType<Tool> {
  if (args.includes('--dry-run')) return printed('');
  if (!isRoot) return failed(1, 'Call to Reboot failed: Interactive authentication required.\n');
  restartNode(model);
  return printed('');
}

export const systemctl: Tool = (model, args, context) => {
  const { uid } = context;
  const words = args.filter((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-p');
  const [verb = '', ...names] = words;
  switch (verb) {
    case 'is-active': {
      const states = names.map((name) => unitOf(model, name, context.files).state.replace('absent', 'inactive'));
      return { stdout: lines(...states), stderr: '', exitCode: states.every((state) => state === 'active') ? 0 : 3 };
    }
    case 'is-system-running':
      return printed((model.profile.software?.failedUnits ?? []).length > 0 ? 'degraded\n' : 'running\n');
    case 'show':
      return printed(
        names.map((name) => shown(model, unitOf(model, name, context.files), args, context.files)).join('\n'),
      );
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
    case 'mask':
    case 'unmask':
      return change(model, { verb, names, isNow: args.includes('--now') }, context);
    case 'daemon-reload':
      return uid === 0 ? printed('') : failed(1, 'Failed to reload daemon: Interactive authentication required.\n');
    case 'is-enabled': {
      const states = names.map((name) => fileStateOf(model, unitOf(model, name, context.files)) || 'not-found');
      return { stdout: lines(...states), stderr: '', exitCode: states.every((state) => state === 'enabled') ? 0 : 1 };
    }
    case 'list-unit-files':
      return listUnitFiles(model, args, names, context.files);
    case 'list-units':
      return listUnits(model, args);
    default:
      return failed(1, '');
  }
};

function fileStateOf(model: NodeModel, { name, state }: Unit): string {
  if (state === 'absent') return '';
  if (model.maskedUnits.has(name)) return 'masked';
  // One that somebody wrote starts at boot once it is enabled; those of packages do unless it is taken back.
  const isWritten = SERVICES[name] === undefined && state !== 'failed';
  if (isWritten) return model.enabledUnits.has(name) ? 'enabled' : 'disabled';
  return model.disabledUnits.has(name) ? 'disabled' : 'enabled';
}

function change(
  model: NodeModel,
  { verb, names, isNow }: { verb: string; names: readonly string[]; isNow: boolean },
  { uid, files }: ToolContext,
): ReturnType<Tool> {
  const units = names.map((name) => unitOf(model, name, files));
  const missing = units.find(({ state }) => state === 'absent');
  if (missing) return failed(5, `Failed to ${verb} ${missing.name}.service: Unit ${missing.name}.service not found.\n`);
  if (uid !== 0) return failed(1, `Failed to ${verb} ${names[0]}: Interactive authentication required.\n`);
  const starts = verb === 'start' || verb === 'restart' || (verb === 'enable' && isNow);
  const masked = units.find(({ name }) => model.maskedUnits.has(name));
  if (masked && (starts || verb === 'enable'))
    return failed(1, `Failed to ${verb} ${masked.name}.service: Unit ${masked.name}.service is masked.\n`);
  for (const { name } of units) {
    if (verb === 'enable') {
      model.disabledUnits.delete(name);
      model.enabledUnits.add(name);
    }
    if (verb === 'disable') {
      model.disabledUnits.add(name);
      model.enabledUnits.delete(name);
    }
    if (verb === 'mask') model.maskedUnits.add(name);
    if (verb === 'unmask') model.maskedUnits.delete(name);
    if (verb === 'stop' || (verb !== 'enable' && isNow)) model.stoppedUnits.add(name);
    const refused = starts ? startUnit(model, name, files) : null;
    if (refused) return refused;
  }
  model.revision += 1;
  return printed('');
}

/** Fabric Manager ends at once where its version is not the loaded driver's; Docker reads its settings anew. */
function startUnit(model: NodeModel, name: string, files: ToolContext['files']): ReturnType<Tool> | null {
  const failing = failed(
    1,
    `Job for ${name}.service failed because the control process exited with error code.\nSee "systemctl status ${name}.service" and "journalctl -xeu ${name}.service" for details.\n`,
  );
  if (name === 'nvidia-fabricmanager') {
    const { driverVersion, software } = model.profile;
    if (driverVersion === null || software?.fabricManagerVersion !== driverVersion) {
      model.stoppedUnits.add(name);
      return failing;
    }
    clearFault(model, 'fabric-manager-stopped');
  }
  if (model.profile.driverVersion !== null && startOf(model, name, files)?.includes('--no-persistence-mode') === false)
    for (const gpu of model.gpus) gpu.isPersistent = true;
  const settings = name === 'docker' ? files?.read('/etc/docker/daemon.json') : undefined;
  if (settings) {
    if (!isJson(settings)) return failing;
    model.settings.hasNvidiaRuntime = /"nvidia"\s*:/.test(settings);
  }
  model.stoppedUnits.delete(name);
  return null;
}

/** What starts the daemon of persistence mode, which Ubuntu's package leaves off; a drop-in says it anew. Null: another unit. */
function startOf({ profile }: NodeModel, name: string, files: ToolContext['files']): string | null {
  if (name !== 'nvidia-persistenced') return null;
  const dropIns = (files?.list(`/etc/systemd/system/${name}.service.d`) ?? []).map((path) => files?.read(path) ?? '');
  const said = [...dropIns.join('\n').matchAll(/^ExecStart=(.+)$/gm)].at(-1)?.[1];
  const options = profile.osId === 'ubuntu' ? '--no-persistence-mode --verbose' : '--verbose';
  return said ?? `/usr/bin/nvidia-persistenced --user nvidia-persistenced ${options}`;
}

/** The properties that were asked for, in systemd's own order. */
function shown(model: NodeModel, unit: Unit, args: readonly string[], files: ToolContext['files']): string {
  const { name, state } = unit;
  const start = state === 'absent' ? null : startOf(model, name, files);
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
  const begins =
    start === null
      ? []
      : [['ExecStart', `{ path=${start.split(' ')[0]} ; argv[]=${start} ; ignore_errors=no }`] as const];
  const chosen = [...begins, ...Object.entries(values)].filter(([key]) => wanted.length === 0 || wanted.includes(key));
  return lines(...chosen.map(([key, value]) => `${key}=${value}`));
}

/** Of the units that match: `NAME STATE PRESET`, of one state with `--state=`. */
function listUnitFiles(
  model: NodeModel,
  args: readonly string[],
  patterns: readonly string[],
  files: ToolContext['files'],
): ReturnType<Tool> {
  const written = (files?.list('/etc/systemd/system') ?? []).flatMap(
    (path) => /([^/]+)\.service$/.exec(path)?.[1] ?? [],
  );
  const wanted = optionValue(args, '--state');
  const rows = [...new Set([...Object.keys(SERVICES), ...written])].sort().flatMap((name) => {
    const isAsked = patterns.length === 0 || patterns.some((pattern) => matchesGlob(`${name}.service`, pattern));
    const unit = unitOf(model, name, files);
    const state = fileStateOf(model, unit);
    const isShown = isAsked && unit.name === name && state !== '' && (wanted === undefined || wanted === state);
    return isShown ? [`${name}.service ${state} enabled`] : [];
  });
  return printed(
    args.includes('--no-legend') ? lines(...rows) : lines(...rows, '', `${rows.length} unit files listed.`),
  );
}

function matchesGlob(text: string, glob: string): boolean {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(text);
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
