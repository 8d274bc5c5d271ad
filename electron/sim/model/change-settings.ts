import type { FaultOptions } from '../faults';
import type { NicSpec } from '../profiles/profile';
import type { NodeModel } from './node-model';

/** Another driver than its neighbours have: kernel module, libraries, packages and Fabric Manager alike. */
export function changeDriver(model: NodeModel, options: FaultOptions['driver-changed']): () => void {
  const before = model.profile;
  const { driverVersion, software } = before;
  const packages = new Map(model.software.packages);
  if (driverVersion === null) throw new RangeError(`node ${model.name} has no NVIDIA driver`);
  const version = options.version === undefined ? laterRelease(driverVersion) : String(options.version);
  model.profile = {
    ...before,
    driverVersion: version,
    software: software?.fabricManagerVersion ? { ...software, fabricManagerVersion: version } : software,
  };
  model.software.driverOnDisk = version;
  for (const [name, full] of packages) {
    if (full.startsWith(`${driverVersion}-`)) model.software.packages.set(name, full.replace(driverVersion, version));
  }
  return () => {
    model.profile = before;
    model.software.driverOnDisk = driverVersion;
    for (const [name, full] of packages) model.software.packages.set(name, full);
  };
}

export function changeVbios(model: NodeModel, { gpu: index, version }: FaultOptions['vbios-changed']): () => void {
  const gpu = model.gpuOf(index);
  gpu.vbiosVersion = version ?? gpu.slot.card.vbiosVersion.replace(/[0-9A-F]{2}$/i, '0B');
  return () => {
    gpu.vbiosVersion = gpu.slot.card.vbiosVersion;
  };
}

export function lowerPowerLimit(model: NodeModel, { gpu: index, watts }: FaultOptions['power-limit-low']): () => void {
  const gpu = model.gpuOf(index);
  const { minPowerLimitW, maxPowerLimitW } = gpu.slot.card;
  const wanted = watts ?? Math.round((maxPowerLimitW * 0.6) / 10) * 10;
  gpu.powerLimitW = Math.min(maxPowerLimitW, Math.max(minPowerLimitW, wanted));
  return () => {
    gpu.powerLimitW = maxPowerLimitW;
  };
}

export function turnEccOff(model: NodeModel, { gpu: index }: FaultOptions['ecc-off']): () => void {
  const gpu = model.gpuOf(index);
  if (!gpu.slot.card.isEccEnabled)
    throw new RangeError(`ECC of GPU ${gpu.index} on node ${model.name} is off as it is`);
  gpu.isEccEnabled = false;
  return () => {
    gpu.isEccEnabled = true;
  };
}

/** As an administrator sets it on the running node; lost at a restart on a real one. */
export function changeNic(model: NodeModel, netdev: string, change: Partial<Pick<NicSpec, 'mtu' | 'roce'>>): void {
  const { profile } = model;
  const nics = profile.nics.map((nic) => (nic.netdev === netdev ? { ...nic, ...change } : nic));
  model.profile = { ...profile, nics };
  model.revision += 1;
}

/** `550.127.08` -> `550.163.01`: the next of its branch, as an upgrade of packages brings it. */
function laterRelease(version: string): string {
  const [branch = '550', minor = '0'] = version.split('.');
  return `${branch}.${Number(minor) + 36}.01`;
}
