import type { SoftwareSpec } from '../profiles/software';
import { buildDriver } from './kernel-modules';
import type { NodeModel } from './node-model';

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

/** What a package changes beside its entry in the list. */
const effects: readonly (readonly [name: RegExp, effect: Effect])[] = [
  [
    /^nvidia-driver-\d+(-server)?(-open)?$|^cuda-drivers(-\d+)?$/,
    (model, version, name) => {
      const { software: state } = model;
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
  if (version === null) {
    packages.delete(name);
    held.delete(name);
  } else packages.set(name, version);
  const upstream = version?.replace(/^\d+:/, '').replace(/-[^-]*$/, '') ?? null;
  for (const [pattern, effect] of effects) if (pattern.test(name)) effect(model, upstream, name);
  model.revision += 1;
}
