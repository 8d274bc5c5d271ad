import type { FaultName, FaultOptions } from '../faults';
import { changeDriver, changeVbios, lowerPowerLimit, turnEccOff } from './change-settings';
import { canBeConfidential, sysfsAddress } from './gpu';
import type { NodeModel } from './node-model';
import { degradeLink } from './pci-links';
import { failSupply } from './platform-state';
import type { SimProcess } from './process';
import { base } from './processes';
import { pullPart } from './pull-part';
import { starveJob } from './starve-job';

/** Changes the model so that the fault shows in every tool. Injecting a fault twice replaces the first. */
export function injectFault<F extends FaultName>(model: NodeModel, name: F, options: FaultOptions[F]): void {
  model.advance();
  if (model.faults.has(name)) clearFault(model, name);
  const undo = appliers[name](model, options);
  model.faults.set(name, options);
  model.revision += 1;
  undos(model).set(name, undo);
}

export function clearFault(model: NodeModel, name: FaultName): void {
  model.advance();
  if (!model.faults.delete(name)) return;
  model.revision += 1;
  undos(model).get(name)?.();
  undos(model).delete(name);
}

type Undo = () => void;
const undosByModel = new WeakMap<NodeModel, Map<FaultName, Undo>>();

function undos(model: NodeModel): Map<FaultName, Undo> {
  let found = undosByModel.get(model);
  if (!found) {
    found = new Map();
    undosByModel.set(model, found);
  }
  return found;
}

const nothingToUndo: Undo = () => {};
/** For faults that tools and the connection read from `model.faults` themselves. */
const flagOnly = (): Undo => nothingToUndo;

const appliers: { [F in FaultName]: (model: NodeModel, options: FaultOptions[F]) => Undo } = {
  overheat: applyOverheat,
  'memory-held-by-orphan': applyOrphan,
  'xid-79-gpu-lost': applyGpuLost,
  'link-down': applyLinkDown,
  'mig-slice-small': applySmallSlice,
  'ecc-errors': applyEccErrors,
  'nvlink-down': applyNvlinkDown,
  'bar1-exhausted': (model, options) => {
    const gpu = model.gpuOf(options.gpu);
    gpu.isBar1Exhausted = true;
    return () => {
      gpu.isBar1Exhausted = false;
    };
  },
  'driver-library-mismatch': (model, options) => {
    const library = options.libraryVersion ?? nextVersion(model.profile.driverVersion ?? '550.54.15');
    model.log(3, `NVRM: API mismatch: the client has the version ${library}, but`);
    model.log(3, `NVRM: this kernel module has the version ${model.profile.driverVersion}.  Please`);
    return nothingToUndo;
  },
  'hung-nvidia-smi': (model) => {
    model.log(3, 'INFO: task nvidia-smi:4213377 blocked for more than 120 seconds.');
    return nothingToUndo;
  },
  'host-key-change': flagOnly,
  'connection-cut': flagOnly,
  'slow-link': flagOnly,
  'garbage-output': flagOnly,
  'noisy-bashrc': flagOnly,
  'no-sudo': flagOnly,
  'endless-output': flagOnly,
  'clock-off': flagOnly,
  'internet-down': flagOnly,
  'repository-key-expired': flagOnly,
  'full-disk': flagOnly,
  'remounted-read-only': (model) => {
    model.log(2, 'EXT4-fs error (device nvme0n1p2): ext4_journal_check_start:83: Detected aborted journal');
    model.log(2, 'EXT4-fs (nvme0n1p2): Remounting filesystem read-only');
    return nothingToUndo;
  },
  'connection-refused': flagOnly,
  'link-degraded': degradeLink,
  'disk-failing': applyDiskFailing,
  'osd-down': applyOsdDown,
  'psu-failed': failSupply,
  'part-pulled': pullPart,
  'driver-changed': changeDriver,
  'vbios-changed': changeVbios,
  'power-limit-low': lowerPowerLimit,
  'ecc-off': turnEccOff,
  'amd-tools-missing': flagOnly,
  'kv-cache-full': flagOnly,
  'triton-overloaded': flagOnly,
  'forwarding-denied': flagOnly,
  'row-remap-failed': applyRemapFailed,
  'power-brake': applyPowerBrake,
  'fabric-manager-stopped': stopFabricManager,
  'link-errors': flagOnly,
  'pcie-replays': flagOnly,
  'memory-module-failing': applyModuleFailing,
  'out-of-memory': applyOutOfMemory,
  'starved-job': starveJob,
  'node-drained': (model) => {
    if (!model.profile.software?.slurm) throw new RangeError(`node ${model.name} is in no Slurm cluster`);
    return nothingToUndo;
  },
  'confidential-not-ready': (model) => {
    if (!canBeConfidential(model)) throw new RangeError(`no GPU of node ${model.name} can do confidential computing`);
    return nothingToUndo;
  },
};

/** The busiest GPU overheats best; an idle one makes too little heat to show it. */
function applyOverheat(model: NodeModel, options: FaultOptions['overheat']): Undo {
  const busiest = model.gpus.reduce(
    (top, gpu) => (gpu.utilizationPercent > top.utilizationPercent ? gpu : top),
    model.gpuOf(undefined),
  );
  const gpu = options.gpu === undefined ? busiest : model.gpuOf(options.gpu);
  const { card } = gpu.slot;
  // Enough to pass the slowdown temperature even at the halved clock.
  const wantedK = card.slowdownC + 4 - model.profile.inletC;
  const throttledW = card.idlePowerW + (card.maxPowerLimitW - card.idlePowerW) * (gpu.utilizationPercent / 100) * 0.36;
  gpu.cooling = options.cooling ?? (card.thermalResistance * throttledW) / wantedK;
  if (!options.isGradual) {
    gpu.heat = {
      ...gpu.heat,
      temperatureC: card.slowdownC + 2,
      clockShare: 0.5,
      throttle: { softwarePowerCap: false, softwareThermal: true, hardwareThermal: true },
    };
  }
  return () => {
    gpu.cooling = 1;
  };
}

function applyOrphan(model: NodeModel, options: FaultOptions['memory-held-by-orphan']): Undo {
  const emptiest = model.gpus.reduce(
    (least, gpu) => (!gpu.slot.mig && model.memoryUsedMib(gpu) < model.memoryUsedMib(least) ? gpu : least),
    model.gpuOf(undefined),
  );
  const gpu = options.gpu === undefined ? emptiest : model.gpuOf(options.gpu);
  const { card } = gpu.slot;
  const freeMib = card.memoryTotalMib - card.memoryReservedMib - model.memoryUsedMib(gpu);
  const memoryMib = Math.min(options.memoryMib ?? Math.round(card.memoryTotalMib * 0.62), freeMib);
  if (options.kind === 'no-owner') {
    gpu.leakedMib += memoryMib;
    return () => {
      gpu.leakedMib = 0;
    };
  }
  const process = model.spawn({
    ...base(),
    user: '1007',
    uid: 1007,
    executable: '/home/former/venv/bin/python3',
    args: ['train_old.py', '--resume', 'ckpt/last.pt'],
    state: options.state ?? 'S',
    // Long ago, but not before the node itself.
    startedAtMs: model.nowMs() - Math.min(11 * 86_400, model.uptimeSeconds() * 0.6) * 1000,
    cgroup: '/user.slice/user-1007.slice/session-12.scope',
    environment: { HOME: '/home/former', USER: 'former', CUDA_VISIBLE_DEVICES: String(gpu.index) },
    workingDirectory: '/',
    residentMib: 5200,
    gpus: [{ gpuIndex: gpu.index, memoryMib, gpuInstanceId: null }],
    ignoresTerm: options.ignoresTerm ?? false,
  });
  return () => {
    model.forget(process.pid);
  };
}

function applyGpuLost(model: NodeModel, options: FaultOptions['xid-79-gpu-lost']): Undo {
  const gpu = model.gpuOf(options.gpu ?? Math.max(0, model.gpus.length - 1));
  gpu.isLost = true;
  const address = sysfsAddress(gpu);
  const short = address.replace(/\.\d$/, '');
  model.log(3, `NVRM: GPU at PCI:${short}: ${gpu.uuid}`);
  model.log(3, `NVRM: GPU Board Serial Number: ${gpu.serial}`);
  model.log(3, `NVRM: Xid (PCI:${short}): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.`);
  model.log(3, `NVRM: GPU ${address}: GPU has fallen off the bus.`);
  model.log(3, `NVRM: GPU ${address}: GPU serial number is ${gpu.serial}.`);
  return () => {
    gpu.isLost = false;
  };
}

function applyLinkDown(model: NodeModel, options: FaultOptions['link-down']): Undo {
  const { nics } = model;
  const fast = nics.find((nic) => nic.kind === 'infiniband') ?? nics.find((nic) => nic.rdmaDevice !== null);
  const nic = options.device
    ? nics.find((each) => each.netdev === options.device || each.rdmaDevice === options.device)
    : (fast ?? nics[0]);
  if (!nic) throw new RangeError(`node ${model.name} has no network device ${options.device}`);
  model.downLinks.add(nic.netdev);
  model.log(4, `${nic.driver} ${nic.pciAddress} ${nic.netdev}: Link down`);
  return () => {
    model.downLinks.delete(nic.netdev);
    model.log(6, `${nic.driver} ${nic.pciAddress} ${nic.netdev}: Link up`);
  };
}

function applySmallSlice(model: NodeModel, options: FaultOptions['mig-slice-small']): Undo {
  const gpu =
    options.gpu === undefined ? model.gpus.find((each) => each.migInstances.length > 0) : model.gpuOf(options.gpu);
  const slice = gpu?.migInstances.reduce((least, each) =>
    each.spec.memoryTotalMib < least.spec.memoryTotalMib ? each : least,
  );
  if (!gpu || !slice) throw new RangeError(`node ${model.name} has no MIG instance`);
  const job: SimProcess = model.spawn({
    ...base(),
    user: model.profile.users[0]?.name ?? 'root',
    uid: model.profile.users[0]?.uid ?? 0,
    executable: '/home/priya/venv/bin/python3',
    args: ['serve.py', '--model', 'Qwen2.5-14B-Instruct'],
    startedAtMs: model.nowMs() - 240_000,
    cgroup: '/user.slice/user-1001.slice/session-91.scope',
    environment: { CUDA_VISIBLE_DEVICES: slice.uuid },
    residentMib: 3900,
    gpus: [{ gpuIndex: gpu.index, memoryMib: slice.spec.memoryTotalMib - 60, gpuInstanceId: slice.spec.gpuInstanceId }],
  });
  return () => {
    model.forget(job.pid);
  };
}

function applyEccErrors(model: NodeModel, options: FaultOptions['ecc-errors']): Undo {
  const gpu = model.gpuOf(options.gpu);
  const short = sysfsAddress(gpu).replace(/\.\d$/, '');
  Object.assign(gpu, { dramUncorrected: 2, dramCorrected: 17, remappedRows: 1, isRemapPending: true });
  model.log(3, `NVRM: Xid (PCI:${short}): 48, pid='<unknown>', name=<unknown>, DBE (double bit error) ECC error`);
  model.log(
    3,
    `NVRM: Xid (PCI:${short}): 63, pid='<unknown>', name=<unknown>, Row Remapper: New row (0x0000000000001c2a) marked for remapping, reset gpu to activate.`,
  );
  return () => {
    Object.assign(gpu, { dramUncorrected: 0, dramCorrected: 0, remappedRows: 0, isRemapPending: false });
  };
}

function applyRemapFailed(model: NodeModel, options: FaultOptions['row-remap-failed']): Undo {
  const gpu = model.gpuOf(options.gpu);
  const short = sysfsAddress(gpu).replace(/\.\d$/, '');
  Object.assign(gpu, { isRemapFailed: true, remappedRows: 512, dramUncorrected: 1 });
  model.log(
    3,
    `NVRM: Xid (PCI:${short}): 64, pid='<unknown>', name=<unknown>, Row Remapper: Failed to remap row 0x0000000000001c2a`,
  );
  return () => {
    Object.assign(gpu, { isRemapFailed: false, remappedRows: 0, dramUncorrected: 0 });
  };
}

/** Without a GPU named all of them, as when the feed of the chassis is short. */
function applyPowerBrake(model: NodeModel, options: FaultOptions['power-brake']): Undo {
  const braked = options.gpu === undefined ? model.gpus : [model.gpuOf(options.gpu)];
  for (const gpu of braked) gpu.isBraked = true;
  return () => {
    for (const gpu of braked) gpu.isBraked = false;
  };
}

function stopFabricManager(model: NodeModel): Undo {
  if (!model.profile.hasNvswitch) throw new RangeError(`node ${model.name} has no NVSwitch`);
  const process = [...model.processes.values()].find(({ executable }) => executable.endsWith('nv-fabricmanager'));
  if (process) model.forget(process.pid);
  return () => {
    if (process) model.processes.set(process.pid, process);
  };
}

function applyModuleFailing(model: NodeModel, options: FaultOptions['memory-module-failing']): Undo {
  const dimm = model.dimms[options.dimm ?? 0];
  if (!dimm) throw new RangeError(`node ${model.name} has no memory module ${options.dimm ?? ''}`);
  const label = `CPU_SrcID#0_${dimm.locator.replaceAll(' ', '_')}`;
  model.log(
    2,
    `EDAC MC0: 3 UE memory read error on ${label} (channel:0 slot:0 page:0x1c2a3f offset:0x40 grain:32 syndrome:0x0)`,
  );
  return nothingToUndo;
}

function applyOutOfMemory(model: NodeModel, options: FaultOptions['out-of-memory']): Undo {
  const command = options.command ?? 'python3';
  model.log(
    6,
    `oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0-1,global_oom,task_memcg=/user.slice/user-1001.slice/session-91.scope,task=${command},pid=51733,uid=1001`,
  );
  model.log(
    3,
    `Out of memory: Killed process 51733 (${command}) total-vm:982144000kB, anon-rss:511204312kB, file-rss:4096kB, shmem-rss:0kB, UID:1001 pgtables:1002240kB oom_score_adj:0`,
  );
  return nothingToUndo;
}

function applyNvlinkDown(model: NodeModel, options: FaultOptions['nvlink-down']): Undo {
  const gpu = model.gpuOf(options.gpu);
  const { nvlinkCount } = gpu.slot.card;
  if (nvlinkCount === 0 || !model.profile.hasNvswitch) throw new RangeError(`node ${model.name} has no NVLink`);
  gpu.nvlinksDown = Math.min(options.links ?? 2, nvlinkCount);
  const short = sysfsAddress(gpu).replace(/\.\d$/, '');
  const link = nvlinkCount - 1;
  model.log(
    3,
    `NVRM: Xid (PCI:${short}): 74, pid='<unknown>', name=<unknown>, NVLink: fatal error detected on link ${link}(0x10000, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0)`,
  );
  return () => {
    gpu.nvlinksDown = 0;
  };
}

function nextVersion(version: string): string {
  const [branch = '550', minor = '0', patch = '1'] = version.split('.');
  return `${branch}.${Number(minor) + 17}.${patch}`;
}

function applyDiskFailing(model: NodeModel, options: FaultOptions['disk-failing']): Undo {
  const wanted = options.disk?.replace(/^\/dev\//, '');
  const disk =
    wanted === undefined
      ? model.disks.at(-1)
      : model.disks.find(({ name, serial }) => name === wanted || serial === wanted);
  if (!disk) throw new RangeError(`node ${model.name} has no disk ${options.disk ?? ''}`);
  const sector = 18_113_742 + model.kernelLog.length;
  model.log(
    3,
    `critical medium error, dev ${disk.name}, sector ${sector} op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2`,
  );
  return nothingToUndo;
}

function applyOsdDown(model: NodeModel): Undo {
  if (!model.profile.ceph) throw new RangeError(`node ${model.name} is part of no Ceph cluster`);
  return nothingToUndo;
}
