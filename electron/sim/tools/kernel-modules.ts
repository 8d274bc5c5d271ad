import { buildDriver, installedDriver, loadDriver, unloadDriver } from '../model/kernel-modules';
import type { NodeModel } from '../model/node-model';
import { failed, lines, optionValue, printed, type Tool, type ToolOutput } from './tool';

type Module = [name: string, size: number, used: string];

/** Modules of the driver in the order in which they can go. */
const ofDriver = ['nvidia_uvm', 'nvidia_drm', 'nvidia_modeset', 'nvidia'];

/** As /proc/modules has them: what the machine loads, less what was taken out by hand, and what was put in. */
export function loadedModules(model: NodeModel): Module[] {
  const { profile, software } = model;
  const byHand = [...software.modules];
  const own: Module[] = [
    ...(profile.driverVersion === null
      ? []
      : ([
          ['nvidia_uvm', 1_961_984, `${model.gpus.length}`],
          ['nvidia_drm', 122_880, '0'],
          ['nvidia_modeset', 1_556_480, '1 nvidia_drm'],
          ['nvidia', 9_715_712, '120 nvidia_uvm,nvidia_modeset'],
        ] as Module[])),
    ...(software.isNouveauLoaded ? ([['nouveau', 2_306_048, '1']] as Module[]) : []),
    ...fabricModules(model),
    ...(profile.amdDriver ? ([['amdgpu', 19_718_144, `${model.gpus.length}`]] as Module[]) : []),
    ...[...new Set(model.nics.map((nic) => nic.driver))].map((driver): Module => [driver, 1_032_192, '0']),
  ];
  return [
    ...byHand.flatMap(([name, isLoaded]): Module[] =>
      isLoaded && !own.some((one) => one[0] === name) ? [[name, 20_480, '0']] : [],
    ),
    ...own.filter(([name]) => software.modules.get(name) !== false),
  ];
}

function fabricModules(model: NodeModel): Module[] {
  const { fabric, driverVersion } = model.profile;
  const names = [
    ...(fabric?.hasPeerMemory && driverVersion !== null ? ['nvidia_peermem'] : []),
    ...(fabric?.gdsVersion && driverVersion !== null ? ['nvidia_fs'] : []),
    ...(fabric?.hasGdrcopy ? ['gdrdrv'] : []),
    ...(model.nics.some(({ rdmaDevice }) => rdmaDevice !== null) ? ['mlx5_ib', 'ib_core'] : []),
  ];
  return names.map((name) => [name, 20_480, '0']);
}

export const lsmod: Tool = (model) =>
  printed(
    lines(
      'Module                  Size  Used by',
      ...loadedModules(model).map(([name, size, used]) => `${name.padEnd(20)} ${String(size).padStart(8)}  ${used}`),
    ),
  );

export const modinfo: Tool = (model, args) => {
  const module = args.filter((arg) => !arg.startsWith('-')).at(-1) ?? '';
  const { hasOpenKernelModule, kernelRelease } = model.profile;
  // With a mismatch the disk already has the newer build; what is loaded is older.
  const version = model.software.builtFor.has(kernelRelease) ? installedDriver(model) : null;
  if (!module.startsWith('nvidia') || version === null)
    return failed(1, `modinfo: ERROR: Module ${module} not found.\n`);
  const values: Readonly<Record<string, string>> = {
    filename: `/lib/modules/${kernelRelease}/updates/dkms/${module}.ko`,
    version,
    license: hasOpenKernelModule ? 'Dual MIT/GPL' : 'NVIDIA',
    ...(model.software.isModuleSigned ? { signer: 'Canonical Ltd. Kernel Module Signing' } : {}),
    vermagic: `${kernelRelease} SMP preempt mod_unload modversions `,
  };
  const field = optionValue(args, '-F', '--field');
  if (field !== undefined) return printed(values[field] === undefined ? '' : `${values[field]}\n`);
  return printed(lines(...Object.entries(values).map(([name, value]) => `${`${name}:`.padEnd(16)}${value}`)));
};

/** `modprobe [-r] [-a] [-n] [-v] MODULE…` and `rmmod MODULE…` for the driver's modules and what hangs on them. */
export const modprobe: Tool = (model, args, { uid }) => {
  const flags = args.filter((arg) => arg.startsWith('-')).join('');
  const words = args.filter((arg) => !arg.startsWith('-')).map((name) => name.replaceAll('-', '_'));
  // Without -a what follows the name are parameters.
  const names = flags.includes('a') || flags.includes('r') ? words : words.slice(0, 1);
  const isDry = flags.includes('n');
  if (!isDry && uid !== 0)
    return failed(
      1,
      `modprobe: ERROR: could not ${flags.includes('r') ? 'remove' : 'insert'} '${names[0]}': Operation not permitted\n`,
    );
  if (flags.includes('r'))
    return isDry ? printed(lines(...names.map((name) => `rmmod ${name}`))) : unload(model, names);
  for (const name of names) {
    const refused = isDry ? null : load(model, name);
    if (refused) return refused;
  }
  const { kernelRelease } = model.profile;
  return printed(
    flags.includes('v')
      ? lines(...names.map((name) => `insmod /lib/modules/${kernelRelease}/updates/dkms/${name}.ko`))
      : '',
  );
};

export const rmmod: Tool = (model, args, { uid }) =>
  uid === 0 ? unload(model, args) : failed(1, `rmmod: ERROR: could not remove module: Operation not permitted\n`);

function load(model: NodeModel, name: string): ToolOutput | null {
  if (ofDriver.includes(name) || name === 'nvidia_peermem') {
    const why = model.profile.driverVersion === null ? loadDriver(model) : null;
    if (why === 'not-found')
      return failed(
        1,
        `modprobe: FATAL: Module ${name} not found in directory /lib/modules/${model.profile.kernelRelease}\n`,
      );
    if (why === 'rejected')
      return failed(1, `modprobe: ERROR: could not insert '${name}': Key was rejected by service\n`);
    if (why === 'busy') {
      model.log(3, 'NVRM: The NVIDIA probe routine was not called for 1 device(s).');
      return failed(1, `modprobe: ERROR: could not insert '${name}': No such device\n`);
    }
  }
  if (name === 'nouveau') model.software.isNouveauLoaded = model.profile.driverVersion === null;
  model.software.modules.set(name, true);
  model.revision += 1;
  return null;
}

function unload(model: NodeModel, names: readonly string[]): ToolOutput {
  const missing = names.find((name) => !loadedModules(model).some((one) => one[0] === name));
  if (missing !== undefined) return failed(1, `rmmod: ERROR: Module ${missing} is not currently loaded\n`);
  const holders = [...model.processes.values()].some(({ gpus }) => gpus.length > 0);
  const daemons = ['nvidia-persistenced', 'nvidia-fabricmanager'].some(
    (unit) =>
      [...model.processes.values()].some(({ cgroup }) => cgroup.endsWith(`/${unit}.service`)) &&
      !model.stoppedUnits.has(unit),
  );
  for (const name of names) {
    if (name === 'nouveau' && model.software.isNouveauLoaded)
      return failed(1, 'rmmod: ERROR: Module nouveau is in use\n');
    if (ofDriver.includes(name) && (holders || daemons))
      return failed(1, `modprobe: FATAL: Module ${name} is in use.\n`);
    model.software.modules.set(name, false);
    model.revision += 1;
  }
  if (names.includes('nvidia')) {
    unloadDriver(model);
    for (const name of ofDriver) model.software.modules.delete(name);
  }
  return printed('');
}

/** `dkms status` and `dkms autoinstall`: the driver's module, where a package brought it. */
export const dkms: Tool = (model, args, { uid }) => {
  const [verb] = args.filter((arg) => !arg.startsWith('-'));
  const { software, profile } = model;
  const version = software.driverOnDisk;
  if (verb === 'status') {
    const row = `nvidia/${version}`;
    const built = [...software.builtFor].map((kernel) => `${row}, ${kernel}, x86_64: installed`);
    return printed(version === null ? '' : lines(...(built.length > 0 ? built : [`${row}: added`])));
  }
  if (verb !== 'autoinstall') return failed(1, `Error! Unknown action specified: "${verb ?? ''}"\n`);
  if (uid !== 0) return failed(1, 'Error! This command must be run as root.\n');
  if (!buildDriver(model))
    return failed(
      1,
      `Error! Your kernel headers for kernel ${profile.kernelRelease} cannot be found at /lib/modules/${profile.kernelRelease}/build or /lib/modules/${profile.kernelRelease}/source.\n`,
    );
  return printed(
    `Building module:\nCleaning build area... done.\nnvidia.ko:\nInstallation to /lib/modules/${profile.kernelRelease}/updates/dkms/\n`,
  );
};

/** `update-initramfs -u` and `dracut --force`: what modprobe's configuration says now holds at the next boot. */
export const makeInitramfs: Tool = (model, _args, { uid, files }) => {
  if (uid !== 0) return failed(1, 'update-initramfs: Operation not permitted\n');
  const folders = ['/etc/modprobe.d', '/usr/lib/modprobe.d', '/lib/modprobe.d'];
  const texts = folders.flatMap((folder) => files?.list(folder) ?? []).map((path) => files?.read(path) ?? '');
  const names = texts.flatMap((text) => [...text.matchAll(/^\s*blacklist\s+(\w+)/gm)].map((match) => match[1] ?? ''));
  model.software.blacklisted = new Set(names);
  return printed(`update-initramfs: Generating /boot/initrd.img-${model.profile.kernelRelease}\n`);
};

export const updateGrub: Tool = (model, _args, { uid }) =>
  uid === 0
    ? printed(
        `Generating grub configuration file ...\nFound linux image: /boot/vmlinuz-${model.profile.kernelRelease}\ndone\n`,
      )
    : failed(1, 'grub-mkconfig: You must run this as root\n');

/** `grubby --update-kernel=ALL --args=… | --remove-args=…`: what the kernel is started with. */
export const grubby: Tool = (_model, args, { uid, files }) => {
  if (uid !== 0) return failed(1, 'You must run this as root\n');
  const words = (option: string): string[] => optionValue(args, option)?.split(' ') ?? [];
  const [more, less] = [words('--args'), words('--remove-args')];
  if (optionValue(args, '--update-kernel') !== 'ALL') return failed(1, 'grubby: not emulated\n');
  const now = (files?.read(kernelArguments) ?? '').split(/\s+/).filter((word) => word !== '');
  const kept = now.filter((word) => !less.includes(word) && !more.includes(word));
  files?.write(kernelArguments, `${[...kept, ...more].join(' ')}\n`);
  return printed('');
};

const kernelArguments = '/etc/kernel/cmdline';
