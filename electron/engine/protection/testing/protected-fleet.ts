import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { NodeChanger } from '#shared/domain/node-lock';
import type { LeverId } from '#shared/domain/protection/lever';
import { clockLevelsOf, levelsOf } from '#shared/domain/protection/policy';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { type HeatState, stepHeat } from '../../../sim/model/heat';
import { h100Sxm } from '../../../sim/profiles/gpu-cards';
import { createAuditLog, type ReadableAuditLog } from '../../audit/audit-log';
import { HostUnavailableError } from '../../hosts/host';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { createProtection, type Protection, type ProtectionDeps } from '../create-protection';
import type { Target } from '../levers/lever';
import type { LeverOf, LimitSteps, StepEnd } from '../limit-steps';

const LAYOUT: readonly MetricId[] = ['gpu.temperatureC', 'gpu.throttleReasons'];
export const ORIGINAL_W = h100Sxm.maxPowerLimitW;
export const TOP_MHZ = h100Sxm.maxGraphicsMhz;

/** A node with one GPU that heats; its limit outlives whoever set it. */
export class HotNode {
  limitW = ORIGINAL_W;
  clockMhz = TOP_MHZ;
  /** Its power limit can't be lowered. */
  isFixed = false;
  isLoaded = true;
  /** 1 is healthy; 0.6 is too hot at the limit it has, and cool enough two steps below. */
  cooling = 1;
  isAway = false;
  /** Who is changing it. */
  changer: NodeChanger | null = null;
  /** What the next commands that set a limit do instead. */
  readonly ends: StepEnd[] = [];
  heat: HeatState = {
    temperatureC: 40,
    powerW: h100Sxm.idlePowerW,
    clockShare: 1,
    throttle: { softwarePowerCap: false, softwareThermal: false, hardwareThermal: false },
  };

  constructor(readonly hostId: string) {}

  get gpuUuid(): string {
    return `GPU-${this.hostId}`;
  }

  get isLowered(): boolean {
    return this.limitW !== ORIGINAL_W || this.clockMhz !== TOP_MHZ;
  }

  /** What was asked of the node is so there. */
  land(lever: LeverId, value: number): void {
    if (lever === 'clock-ceiling') this.clockMhz = value;
    else this.limitW = value;
  }

  passSecond(): void {
    const { cooling, limitW: powerLimitW, clockMhz } = this;
    const ceilingShare = clockMhz / TOP_MHZ;
    const input = { utilization: this.isLoaded ? 1 : 0, inletC: 25, cooling, powerLimitW, ceilingShare };
    this.heat = stepHeat(h100Sxm, this.heat, input, 1);
  }
}

export interface ProtectedFleetOptions {
  readonly nodes: readonly HotNode[];
  /** A data folder to go on with; else a new one. */
  readonly folder?: string;
  /** Called wherever the engine could be killed. */
  readonly onPoint?: (point: string) => void;
}

/** Protection over nodes that are only a model, on a clock that is moved by hand: needs `vi.useFakeTimers()`. */
export class ProtectedFleet {
  readonly folder: string;
  readonly store: Store;
  readonly audit: ReadableAuditLog;
  readonly protection: Protection;
  /** Hosts that were tried to connect to because they are armed, one for each try. */
  readonly connected: string[] = [];
  /** Hosts that somebody wants sampled every second. */
  readonly seenEverySecond: string[] = [];
  readonly #nodes: readonly HotNode[];
  readonly #point: (point: string) => void;
  #onFrames: Parameters<ProtectionDeps['telemetry']['onDidSample']>[0] = () => {};
  #isAlive = true;

  constructor({ nodes, folder = newFolder(), onPoint = () => {} }: ProtectedFleetOptions) {
    this.folder = folder;
    this.#nodes = nodes;
    this.#point = onPoint;
    this.store = this.#watched(openStore(join(folder, 'gantry.db')));
    const nowMs = (): number => Date.now();
    const seen = this.seenEverySecond;
    this.audit = createAuditLog({ store: this.store, nowMs, actor: 'test' });
    this.protection = createProtection({
      store: this.store,
      hosts: {
        list: () => nodes.map(({ hostId, isAway }) => hostView(hostId, isAway)),
        open: async (hostId: string) => {
          this.connected.push(hostId);
          return this.#nodeOf(hostId);
        },
        onDidRemove: () => () => {},
      } as unknown as ProtectionDeps['hosts'],
      inventory: { facts: () => ({}) },
      audit: this.audit,
      telemetry: {
        onDidSample: (listener) => {
          this.#onFrames = listener;
          return () => {};
        },
        live: async function* ({ hostIds = [] }, signal) {
          seen.push(...hostIds);
          await new Promise((resolve) => signal?.addEventListener('abort', resolve));
          for (const hostId of hostIds) seen.splice(seen.indexOf(hostId), 1);
          yield* [];
        },
      },
      steps: this.#steps(),
      nowMs,
      actor: 'test',
      isKeeper: true,
    });
  }

  /** Lets time pass, a second at a time, until something is so. Returns the seconds it took. */
  async until(isSo: () => boolean, mostSec = 3600): Promise<number> {
    for (let sec = 0; ; sec += 1) {
      if (isSo()) return sec;
      if (sec === mostSec) throw new Error(`not so within ${mostSec} s: ${this.events().join(', ')}`);
      await this.pass(1);
    }
  }

  async pass(seconds: number): Promise<void> {
    for (let sec = 0; sec < seconds; sec += 1) {
      for (const node of this.#nodes) {
        node.passSecond();
        if (node.isAway || !this.#isAlive) continue;
        const subject = { kind: 'gpu' as const, id: node.gpuUuid };
        const { temperatureC, throttle } = node.heat;
        const values = [Math.round(temperatureC), throttle.softwareThermal ? 0x20 : 0];
        this.#onFrames(node.hostId, [{ subject, layout: LAYOUT, atMs: Date.now(), values }]);
      }
      await vi.advanceTimersByTimeAsync(1000);
    }
  }

  /** Oldest first. */
  events(): string[] {
    return this.audit
      .list({ limit: 1000 })
      .entries.map(({ event }) => event)
      .reverse();
  }

  /** What a kill -9 leaves: the files as they are. Returns their folder. */
  copy(): string {
    const folder = newFolder();
    for (const name of ['gantry.db', 'gantry.db-wal']) {
      const file = join(this.folder, name);
      if (existsSync(file)) copyFileSync(file, join(folder, name));
    }
    return folder;
  }

  async close(): Promise<void> {
    this.#isAlive = false;
    await this.protection.close();
    this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #nodeOf(hostId: string): HotNode {
    const node = this.#nodes.find((one) => one.hostId === hostId);
    if (!node) throw new Error(`no node ${hostId}`);
    if (node.isAway) throw new HostUnavailableError(hostId, { code: 'unreachable', detail: 'away' } as never);
    return node;
  }

  #steps(): LimitSteps {
    const step = async ({ hostId, lever }: LeverOf, { value }: Target): Promise<StepEnd> => {
      const node = this.#nodeOf(hostId);
      this.#point(`before ${value} is set`);
      const end = node.ends.shift() ?? { outcome: 'done', runId: null, detail: '' };
      if (end.outcome === 'done') node.land(lever, value);
      this.#point(`after ${value} is set`);
      return end;
    };
    return {
      scope: async (hostId) => {
        const { gpuUuid: uuid, isFixed } = this.#nodeOf(hostId);
        const lever = isFixed ? ('clock-ceiling' as const) : ('power-limit' as const);
        const levels = isFixed ? clockLevelsOf(TOP_MHZ) : [700, 595, 490, 385, 280];
        const missingLine = { 'power-limit': null, 'clock-ceiling': null };
        return { gpus: [{ index: 0, uuid, lever, levels }], fixedCount: 0, missingLine };
      },
      read: async ({ hostId, gpuUuid: uuid, lever }) => {
        this.#point('before the limits are read');
        const { limitW, isFixed, clockMhz } = this.#nodeOf(hostId);
        this.#point('after the limits are read');
        const { minPowerLimitW, maxPowerLimitW: mostW } = h100Sxm;
        if (lever === 'clock-ceiling') {
          return { index: 0, uuid, current: null, levels: clockLevelsOf(TOP_MHZ), clockMhz };
        }
        const levels = levelsOf({ limitW, leastW: isFixed ? limitW : minPowerLimitW, mostW });
        return { index: 0, uuid, current: limitW, levels, clockMhz: null };
      },
      changedBy: async (hostId) => this.#nodeOf(hostId).changer,
      set: step,
      setNow: async (of, target) => (await step(of, target)).outcome === 'done',
    };
  }

  /** Every write is a point before and after which an engine can die. */
  #watched(store: Store): Store {
    return {
      ...store,
      transaction: (work) => {
        if (store.database.inTransaction) return work();
        this.#point('before a write');
        const result = store.transaction(work);
        this.#point('after a write');
        return result;
      },
    };
  }
}

function hostView(id: string, isAway: boolean): object {
  return { spec: { id, kind: 'ssh' }, status: { connection: isAway ? 'idle' : 'connected', error: null } };
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'gantry-protected-'));
}
