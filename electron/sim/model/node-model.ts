import type { FaultName, FaultOptions } from '../faults';
import type { DimmSpec, DiskSpec, GpuSlot, NicSpec, NodeProfile } from '../profiles/profile';
import { applyPendingEcc, createGpu, DRIVER_BASE_MIB, type SimGpu } from './gpu';
import { stepHeat } from './heat';
import { bootLog, type KernelLine } from './kernel-log';
import { loadAtBoot } from './kernel-modules';
import { initialStorage, restartStorage, type StorageState } from './mounts';
import { initialSettings, type NodeSettings, restartSettings } from './node-settings';
import { ownParts } from './own-parts';
import type { SimProcess } from './process';
import { initialProcesses } from './processes';
import { createRandom, noiseAt, seedFrom, uuid } from './random';
import { initialSoftware, type SoftwareState } from './software-state';

export interface NodeModelOptions {
  readonly profile: NodeProfile;
  readonly name: string;
  readonly seed: number;
  /** Milliseconds since 1970; the model has no clock and no timer of its own. */
  readonly now: () => number;
}

/** All links of a busy GPU, each way. */
const NVLINK_BYTES_PER_SECOND = 120e9;

/** A part that can be taken out of the node. */
export type PullablePart = GpuSlot | NicSpec | DiskSpec | DimmSpec;

/** What a PCIe link trained to instead of what both its ends can do. */
export interface DegradedLink {
  readonly generation: number | null;
  readonly width: number | null;
}

export type SignalOutcome = 'delivered' | 'no-such-process' | 'not-permitted';

/**
 * One simulated node. Time passes only when someone looks: `advance` computes everything up to now, so a fleet at rest
 * costs nothing.
 */
export class NodeModel {
  /** Another one after a change of software. */
  profile: NodeProfile;
  readonly name: string;
  readonly machineId: string;
  bootId: string;
  bootedAtMs: number;
  readonly processes = new Map<number, SimProcess>();
  readonly kernelLog: KernelLine[] = [];
  readonly faults = new Map<FaultName, FaultOptions[FaultName]>();
  readonly downLinks = new Set<string>();
  /** Units that somebody stopped, and those that do not start with the node, by their names without `.service`. */
  readonly stoppedUnits = new Set<string>();
  readonly disabledUnits = new Set<string>();
  readonly maskedUnits = new Set<string>();
  /** Of those that somebody wrote; packages' own are on unless they are disabled. */
  readonly enabledUnits = new Set<string>();
  readonly software: SoftwareState;
  readonly settings: NodeSettings;
  readonly storage: StorageState;
  /** Turned off in order: nothing answers. */
  isOff = false;
  /** Parts taken out; `gpus`, `nics`, `disks` and `dimms` are what is left, and what every tool has to show. */
  readonly pulled = new Set<PullablePart>();
  /** Processes of cards that are taken out: they start again when the card is back. */
  readonly removedFromBus = new Set<GpuSlot>();
  readonly suspended = new Map<number, SimProcess>();
  /** By the PCI bus below the link, e.g. `0000:1b`. */
  readonly degradedLinks = new Map<string, DegradedLink>();
  /** Grows with every change that is more than time passing: a process that starts or ends, a fault. */
  revision = 0;
  readonly #allGpus: readonly SimGpu[];
  readonly #seed: number;
  readonly #now: () => number;
  #nextPid: number;
  #advancedToMs: number;

  constructor(options: NodeModelOptions) {
    this.profile = ownParts(options.profile, options.name);
    this.software = initialSoftware(this.profile);
    this.settings = initialSettings(this.profile.docker?.hasNvidiaRuntime ?? false);
    this.storage = initialStorage(this.profile);
    this.name = options.name;
    this.#seed = seedFrom(`${options.seed}/${options.name}`);
    this.#now = options.now;
    const random = createRandom(this.#seed);
    this.bootedAtMs = options.now() - options.profile.uptimeSeconds * 1000;
    this.machineId = uuid(random).replaceAll('-', '');
    this.bootId = uuid(random);
    this.#allGpus = options.profile.gpus.map((slot, index) => createGpu(slot, index, options.profile.inletC, random));
    const started = initialProcesses(options.profile, this.bootedAtMs, options.now(), random);
    for (const process of started) this.processes.set(process.pid, process);
    this.#nextPid = Math.max(...started.map((process) => process.pid)) + 1 + Math.floor(random() * 900);
    this.kernelLog.push(...bootLog(this.profile, this.gpus, this.bootedAtMs));
    // Ten minutes under load before anyone looks, so that the first reading is a warm machine.
    this.#advancedToMs = options.now() - 600_000;
    this.advance();
  }

  /** In the order of their PCI addresses; `index` follows it. */
  get gpus(): readonly SimGpu[] {
    return this.#allGpus.filter(({ slot }) => !this.pulled.has(slot) && !this.removedFromBus.has(slot));
  }

  get nics(): readonly NicSpec[] {
    return this.profile.nics.filter((nic) => !this.pulled.has(nic));
  }

  get disks(): readonly DiskSpec[] {
    return this.profile.disks.filter((disk) => !this.pulled.has(disk));
  }

  get dimms(): readonly DimmSpec[] {
    return this.profile.dimms.filter((dimm) => !this.pulled.has(dimm));
  }

  /** What the kernel sees: less by each module that is taken out. */
  get memoryTotalMib(): number {
    const all = this.profile.dimms.reduce((sum, { sizeMib }) => sum + sizeMib, 0);
    const left = this.dimms.reduce((sum, { sizeMib }) => sum + sizeMib, 0);
    return all === 0 ? this.profile.memoryTotalMib : Math.round((this.profile.memoryTotalMib * left) / all);
  }

  /** True time, for what the outside measures. */
  nowMs(): number {
    return this.#now();
  }

  /** What the node believes the time is. */
  clockMs(): number {
    return this.#now() + this.clockOffsetMs();
  }

  clockOffsetMs(): number {
    const fault = this.fault('clock-off');
    return fault ? (fault.offsetMs ?? 3 * 3_600_000) : 0;
  }

  uptimeSeconds(): number {
    return (this.#now() - this.bootedAtMs) / 1000;
  }

  fault<F extends FaultName>(name: F): FaultOptions[F] | undefined {
    return this.faults.get(name) as FaultOptions[F] | undefined;
  }

  /** Computes loads, heat and counters up to now and lets processes end that were told to. */
  advance(): void {
    const nowMs = this.#now();
    const seconds = (nowMs - this.#advancedToMs) / 1000;
    if (seconds <= 0) return;
    for (const process of [...this.processes.values()]) {
      if (process.endsAtMs !== null && process.endsAtMs <= nowMs) this.#end(process);
    }
    for (const gpu of this.gpus) this.#advanceGpu(gpu, nowMs, seconds);
    this.#advancedToMs = nowMs;
  }

  #advanceGpu(gpu: SimGpu, nowMs: number, seconds: number): void {
    if (gpu.isLost) return;
    const { card } = gpu.slot;
    gpu.utilizationPercent = this.#utilizationOf(gpu, nowMs / 1000);
    gpu.memoryUtilizationPercent = Math.round(gpu.utilizationPercent * 0.42);
    gpu.heat = stepHeat(
      card,
      gpu.heat,
      {
        utilization: gpu.utilizationPercent / 100,
        inletC: this.profile.inletC,
        cooling: gpu.cooling,
        powerLimitW: gpu.powerLimitW,
        ceilingShare: Math.min(1, (gpu.clockCeilingMhz ?? card.maxGraphicsMhz) / card.maxGraphicsMhz),
      },
      seconds,
    );
    const elapsedUs = Math.min(seconds, 600) * 1e6;
    gpu.energyJ += (gpu.heat.powerW * elapsedUs) / 1e6;
    gpu.nvlinkBytes += ((gpu.utilizationPercent / 100) * NVLINK_BYTES_PER_SECOND * elapsedUs) / 1e6;
    if (gpu.isBraked) gpu.powerBrakeUs += elapsedUs;
    if (this.fault('pcie-replays') && gpu === this.gpuOf(this.fault('pcie-replays')?.gpu))
      gpu.replays += Math.ceil(seconds * 40);
    if (gpu.heat.throttle.softwarePowerCap) gpu.powerCapUs += elapsedUs;
    if (gpu.heat.throttle.softwareThermal) gpu.softwareThermalUs += elapsedUs;
    if (gpu.heat.throttle.hardwareThermal) gpu.hardwareThermalUs += elapsedUs;
  }

  #utilizationOf(gpu: SimGpu, timeSec: number): number {
    let percent = 0;
    for (const process of this.holdersOf(gpu.index)) {
      if (process.utilizationPercent === 0 || process.state === 'Z') continue;
      const wave = process.wavePeriodSec === 0 ? 0 : Math.sin((2 * Math.PI * timeSec) / process.wavePeriodSec) * 18;
      percent += process.utilizationPercent + wave + noiseAt(this.#seed ^ process.pid, timeSec) * 3;
    }
    return Math.max(0, Math.min(100, Math.round(percent)));
  }

  holdersOf(gpuIndex: number): SimProcess[] {
    return [...this.processes.values()].filter((process) => process.gpus.some((hold) => hold.gpuIndex === gpuIndex));
  }

  /** By the driver's number, the first without one. Throws RangeError where there is none. */
  gpuOf(index = 0): SimGpu {
    const gpu = this.gpus[index];
    if (!gpu) throw new RangeError(`node ${this.name} has no GPU ${index}`);
    return gpu;
  }

  /** Used memory as the driver counts it, in MiB: its own base, every holder's share, and what leaked. */
  memoryUsedMib(gpu: SimGpu, gpuInstanceId?: number): number {
    let used = gpuInstanceId === undefined ? DRIVER_BASE_MIB + gpu.leakedMib : 12;
    for (const process of this.processes.values()) {
      for (const hold of process.gpus) {
        if (hold.gpuIndex !== gpu.index) continue;
        if (gpuInstanceId === undefined || hold.gpuInstanceId === gpuInstanceId) used += hold.memoryMib;
      }
    }
    if (gpuInstanceId === undefined) used += gpu.migInstances.length * 13;
    return Math.min(used, gpu.slot.card.memoryTotalMib - gpu.slot.card.memoryReservedMib);
  }

  spawn(process: Omit<SimProcess, 'pid'>): SimProcess {
    const created = { ...process, pid: this.#nextPid };
    this.#nextPid += 7;
    this.processes.set(created.pid, created);
    this.revision += 1;
    return created;
  }

  /** Takes a process out without a trace. */
  forget(pid: number): void {
    this.processes.delete(pid);
    this.suspended.delete(pid);
  }

  /** Delivers a signal: TERM winds a process up after its own delay, KILL ends it at once, and nothing ends a Z or D. */
  signal(pid: number, signal: string, sender: { uid: number }): SignalOutcome {
    this.advance();
    const process = this.processes.get(pid);
    if (!process) return 'no-such-process';
    if (sender.uid !== 0 && sender.uid !== process.uid) return 'not-permitted';
    if (process.state === 'Z' || process.state === 'D') return 'delivered';
    if (signal === 'KILL') this.#end(process);
    else if (['TERM', 'INT', 'HUP', 'QUIT'].includes(signal) && !process.ignoresTerm) {
      process.endsAtMs ??= this.#now() + process.termDelayMs;
    }
    return 'delivered';
  }

  /** Another boot: what ran on GPUs is gone, and so is what only a fresh start mends. */
  restart(): void {
    this.advance();
    this.stoppedUnits.clear();
    for (const unit of this.disabledUnits) this.stoppedUnits.add(unit);
    for (const process of [...this.processes.values()]) if (process.gpus.length > 0) this.#end(process);
    this.bootId = uuid(createRandom(seedFrom(`${this.#seed}/${this.bootId}`)));
    this.bootedAtMs = this.#now();
    this.removedFromBus.clear();
    restartSettings(this.settings);
    restartStorage(this.storage);
    loadAtBoot(this);
    for (const gpu of this.gpus) {
      gpu.leakedMib = 0;
      gpu.isBar1Exhausted = false;
      gpu.isRemapPending = false;
      applyPendingEcc(gpu);
    }
    this.kernelLog.splice(0, this.kernelLog.length, ...bootLog(this.profile, this.gpus, this.bootedAtMs));
    this.revision += 1;
  }

  log(priority: number, message: string): void {
    this.kernelLog.push({ atMs: this.clockMs(), sinceBootSec: this.uptimeSeconds(), priority, message });
  }

  #end(process: SimProcess): void {
    this.processes.delete(process.pid);
    this.revision += 1;
    for (const child of this.processes.values()) if (child.ppid === process.pid) child.ppid = 1;
  }
}
