import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { type HeatState, stepHeat } from '../../../sim/model/heat';
import { h100Sxm } from '../../../sim/profiles/gpu-cards';
import { createAuditLog, type ReadableAuditLog } from '../../audit/audit-log';
import { HostUnavailableError } from '../../hosts/host';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { createProtection, type Protection, type ProtectionDeps } from '../create-protection';
import type { LimitSteps, StepEnd } from '../limit-steps';

const LAYOUT: readonly MetricId[] = ['gpu.temperatureC'];
export const ORIGINAL_W = h100Sxm.maxPowerLimitW;

/** A node with one GPU that heats; its limit outlives whoever set it. */
export class HotNode {
  limitW = ORIGINAL_W;
  isLoaded = true;
  /** 1 is healthy; 0.6 is too hot at the limit it has, and cool enough two steps below. */
  cooling = 1;
  isAway = false;
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

  passSecond(): void {
    const { cooling, limitW: powerLimitW } = this;
    const input = { utilization: this.isLoaded ? 1 : 0, inletC: 25, cooling, powerLimitW };
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
    this.audit = createAuditLog({ store: this.store, nowMs, actor: 'test' });
    this.protection = createProtection({
      store: this.store,
      hosts: {
        list: () => nodes.map(({ hostId, isAway }) => hostView(hostId, isAway)),
        onDidRemove: () => () => {},
      } as unknown as ProtectionDeps['hosts'],
      inventory: { facts: () => ({}) },
      audit: this.audit,
      telemetry: {
        onDidSample: (listener) => {
          this.#onFrames = listener;
          return () => {};
        },
        async *live() {},
        sample: () => () => {},
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
        const values = [Math.round(node.heat.temperatureC)];
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
    const step = async (hostId: string, watts: number): Promise<StepEnd> => {
      const node = this.#nodeOf(hostId);
      this.#point(`before ${watts} W is set`);
      const end = node.ends.shift() ?? { outcome: 'done', runId: null, detail: '' };
      if (end.outcome === 'done') node.limitW = watts;
      this.#point(`after ${watts} W is set`);
      return end;
    };
    return {
      scope: async (hostId) => {
        const { gpuUuid: uuid } = this.#nodeOf(hostId);
        return { gpus: [{ index: 0, uuid, levelsW: [700, 595, 490, 385, 280] }], fixedCount: 0, missingLine: null };
      },
      read: async (hostId) => {
        this.#point('before the limits are read');
        const { limitW } = this.#nodeOf(hostId);
        this.#point('after the limits are read');
        return { limitW, leastW: h100Sxm.minPowerLimitW, mostW: h100Sxm.maxPowerLimitW };
      },
      set: (hostId, _gpuUuid, watts) => step(hostId, watts),
      setNow: async (hostId, _gpuUuid, watts) => (await step(hostId, watts)).outcome === 'done',
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
  return { spec: { id, kind: 'ssh' }, status: { connection: isAway ? 'disconnected' : 'connected' } };
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'gantry-protected-'));
}
