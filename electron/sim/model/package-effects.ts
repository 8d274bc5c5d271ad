import type { SoftwareSpec } from '../profiles/software';
import { buildDriver } from './kernel-modules';
import type { NodeModel } from './node-model';
import { offeredVersions } from './package-repository';

/** The upstream version of a package that came, or null for one that went. */
type Effect = (model: NodeModel, version: string | null, name: string) => void;

const software =
  (
    field: keyof Pick<SoftwareSpec, 'fabricManagerVersion' | 'dcgmVersion' | 'containerdVersion'>,
    unit: string,
  ): Effect =>
  (model, version) => {
    const isNew = model.profile.software?.[field] === undefined;
    model.profile = { ...model.profile, software: { ...model.profile.software, [field]: version ?? undefined } };
    // These are not started by their packages.
    if (isNew || version === null) model.disabledUnits[version === null ? 'delete' : 'add'](unit);
    if (isNew || version === null) model.stoppedUnits[version === null ? 'delete' : 'add'](unit);
  };

/** `linux-modules-nvidia-580-server-open-6.8.0-57-generic`. */
const signedModules = /^linux-modules-nvidia-(\d{3})-server(-open)?-(\d\S*)$/;

/** What a package changes beside its entry in the list. */
const effects: readonly (readonly [name: RegExp, effect: Effect])[] = [
  [
    /^nvidia-driver-\d+(-server)?(-open)?$|^cuda-drivers(-\d+)?$/,
    (model, version, name) => {
      const { software: state } = model;
      // There it is but a name for the module of its own and its libraries.
      if (model.profile.osId === 'rocky') return;
      state.driverOnDisk = version;
      state.builtFor.clear();
      if (version === null) return;
      // Its package keeps nouveau away and has the initramfs made anew.
      state.blacklisted = new Set([...state.blacklisted, 'nouveau']);
      model.profile = { ...model.profile, hasOpenKernelModule: name.endsWith('-open') };
      buildDriver(model);
    },
  ],
  [
    /^nvidia-dkms-\d+-server(-open)?$|^kmod-nvidia-(open|latest)-dkms$|^nvidia-kernel-open-dkms$/,
    (model, version, name) => {
      const { software: state } = model;
      state.driverOnDisk = version;
      state.builtFor.clear();
      if (version === null) return;
      state.isModuleSigned = false;
      model.profile = { ...model.profile, hasOpenKernelModule: /-open(-dkms)?$/.test(name) };
      if (!buildDriver(model) && state.buildFails) state.unconfigured.add(name);
    },
  ],
  [
    // Of one kernel, or what follows it.
    signedModules,
    (model, version, name) => {
      const { software: state } = model;
      const [, branch = '', kind, release = ''] = signedModules.exec(name) ?? [];
      if (version === null) {
        // Those of another branch may have come in the same transaction.
        const others = [...state.packages.keys()].map((one) => signedModules.exec(one));
        if (!others.some((other) => other?.[3] === release)) state.builtFor.delete(release);
        if (!others.some((other) => other?.[1] === branch)) state.driverOnDisk = null;
        return;
      }
      const [upstream] = offeredVersions(model, `libnvidia-compute-${branch}-server`);
      state.driverOnDisk = upstream?.replace(/-.*/, '') ?? null;
      state.builtFor.add(release);
      state.isModuleSigned = true;
      model.profile = { ...model.profile, hasOpenKernelModule: kind !== undefined };
    },
  ],
  [
    // Its package keeps nouveau away and has the initramfs made anew.
    /^nvidia-kernel-common-|^nvidia-kmod-common$/,
    ({ software: state }, version) => {
      if (version !== null) state.blacklisted = new Set([...state.blacklisted, 'nouveau']);
    },
  ],
  [
    /^cuda-toolkit-\d+-\d+$/,
    (model, version, name) => {
      const toolkit = name.replace('cuda-toolkit-', '').replace('-', '.');
      const others = model.profile.cudaToolkits.filter((one) => one !== toolkit);
      model.profile = { ...model.profile, cudaToolkits: version === null ? others : [...others, toolkit].sort() };
    },
  ],
  [
    /^nvidia-container-toolkit$/,
    (model, toolkitVersion) => {
      const { docker } = model.profile;
      if (docker) model.profile = { ...model.profile, docker: { ...docker, toolkitVersion } };
    },
  ],
  [/^nvidia-fabric-?manager(-\d+)?$/, software('fabricManagerVersion', 'nvidia-fabricmanager')],
  [/^datacenter-gpu-manager(-\d.*)?$/, software('dcgmVersion', 'nvidia-dcgm')],
  [/^containerd(\.io)?$/, software('containerdVersion', 'containerd')],
  [
    /^docker(-ce|\.io)$/,
    (model, version) => {
      const before = model.profile.docker;
      const docker = {
        hasNvidiaRuntime: before?.hasNvidiaRuntime ?? false,
        toolkitVersion: model.software.packages.get('nvidia-container-toolkit')?.replace(/-\d+$/, '') ?? null,
        containersRunning: before?.containersRunning ?? 0,
      };
      model.profile = { ...model.profile, docker: version === null ? null : { ...docker, version } };
    },
  ],
];

/** Puts a package in, or another version of it; null takes it out. Versions are those of the package manager. */
export function changePackage(model: NodeModel, name: string, version: string | null): void {
  const { packages, held } = model.software;
  const isNew = !packages.has(name);
  if (version === null) {
    packages.delete(name);
    held.delete(name);
    model.software.auto.delete(name);
    model.software.unconfigured.delete(name);
  } else packages.set(name, version);
  const upstream = version?.replace(/^\d+:/, '').replace(/-[^-]*$/, '') ?? null;
  if (model.profile.osId === 'rocky') presetUnits(model, name, { isNew, isGone: version === null });
  for (const [pattern, effect] of effects) if (pattern.test(name)) effect(model, upstream, name);
  model.revision += 1;
}

const unitsOf: Readonly<Record<string, string>> = {
  'docker-ce': 'docker',
  'golang-github-prometheus-node-exporter': 'prometheus-node-exporter',
};

/** Fedora's packaging guidelines: a package neither starts its service nor has it start at boot, unless a preset says so. */
function presetUnits(model: NodeModel, name: string, { isNew, isGone }: { isNew: boolean; isGone: boolean }): void {
  const unit = unitsOf[name];
  if (unit === undefined || (!isNew && !isGone)) return;
  for (const units of [model.disabledUnits, model.stoppedUnits]) units[isGone ? 'delete' : 'add'](unit);
}
