import type { ArmedNode } from '#shared/domain/protection/protection';
import type { Frame } from '#shared/domain/telemetry/frame';
import { HostUnavailableError } from '../hosts/host';
import type { HostDirectory } from '../hosts/host-directory';
import type { Inventory } from '../inventory/inventory';
import { isProcessAlive } from '../store/run-owner';
import { StoreError } from '../store/store';
import type { Telemetry } from '../telemetry/create-telemetry';
import { CloseLooks } from './close-looks';
import { GuardedGpu, type GuardedGpuDeps } from './guarded-gpu';
import { NOBODY } from './protection-repository';

const TICK_MS = 1000;
const AWAY_RETRY_MS = 60_000;
/** What may be over by itself; everything else asks for a person, who is not to be asked again and again. */
const passing = ['dns', 'refused', 'unreachable', 'timeout', 'busy', 'handshake', 'connection-lost'];
/** The supervisor gives an engine that ends four seconds in all. */
const CLOSE_WITHIN_MS = 2500;

export interface GuardedFleetDeps extends GuardedGpuDeps {
  readonly hosts: Pick<HostDirectory, 'list' | 'open'>;
  readonly inventory: Pick<Inventory, 'facts'>;
  readonly telemetry: Pick<Telemetry, 'live'>;
  readonly isKeeper: boolean;
  readonly onDidChange: () => void;
}

/** The GPUs of armed nodes and those with a limit that is not back: samples and time go in, steps come out. */
export class GuardedFleet {
  readonly #deps: GuardedFleetDeps;
  readonly #gpus = new Map<string, GuardedGpu>();
  readonly #looks: CloseLooks;
  /** What is wanted of a node at one time is done together, and nothing else meanwhile. */
  readonly #busy = new Map<string, Promise<void>>();
  readonly #triedAtMs = new Map<string, number>();
  #nodes = new Map<string, ArmedNode>();
  #timer: NodeJS.Timeout | null = null;
  #isClosing = false;

  constructor(deps: GuardedFleetDeps) {
    this.#deps = deps;
    this.#looks = new CloseLooks(deps.telemetry);
  }

  get(of: { hostId: string; gpuUuid: string }): GuardedGpu | undefined {
    return this.#gpus.get(keyOf(of));
  }

  take(hostId: string, frames: readonly Frame[]): void {
    const node = this.#nodes.get(hostId);
    if (!node || this.#isClosing) return;
    for (const { subject, layout, values, atMs } of frames) {
      const at = layout.indexOf('gpu.temperatureC');
      if (subject.kind !== 'gpu' || at < 0) continue;
      const measured = (metric: (typeof layout)[number]): number => values[layout.indexOf(metric)] ?? Number.NaN;
      this.#gpuOf(node, subject.id).sample({
        atMs,
        temperatureC: values[at] ?? Number.NaN,
        marginC: measured('gpu.temperatureMarginC'),
        throttleReasons: measured('gpu.throttleReasons'),
      });
    }
  }

  /** What the database says, also when another process of Gantry wrote it. */
  reload(): void {
    if (this.#isClosing) return;
    const { repository, isKeeper, onDidChange } = this.#deps;
    if (isKeeper) this.#arm(new Map(repository.nodes().map((node) => [node.hostId, node])));
    this.#adopt();
    this.#pace();
    this.#attend();
    onDidChange();
  }

  /** Begins nothing more, and puts back what it can in the time that is left; the rest stays in the journal. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#looks.at(new Set());
    for (const gpu of this.#gpus.values()) gpu.stop();
    this.#pace();
    const signal = AbortSignal.timeout(CLOSE_WITHIN_MS);
    const held = [...this.#gpus.values()].filter(({ isHeld }) => isHeld);
    if (held.length === 0) return;
    const late = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    const putBack = async (gpu: GuardedGpu): Promise<void> => {
      // A step whose end nobody saw could land after it.
      await this.#busy.get(gpu.hostId);
      await gpu.putBackNow(signal);
    };
    await Promise.race([Promise.allSettled(held.map(putBack)), late]);
  }

  #gpuOf(node: ArmedNode, gpuUuid: string): GuardedGpu {
    const { hostId } = node;
    const known = this.get({ hostId, gpuUuid });
    if (known) return known;
    const { inventory, repository } = this.#deps;
    const facts = inventory.facts(hostId, ['gpu']).gpu?.gpus.find(({ uuid }) => uuid === gpuUuid);
    const ended = repository.ended().find((one) => one.hostId === hostId && one.gpuUuid === gpuUuid);
    const slowdownC = facts?.temperature.slowdownC ?? null;
    const created = GuardedGpu.watched(this.#deps, { node, gpuUuid, slowdownC, ended });
    this.#gpus.set(keyOf(created), created);
    return created;
  }

  #forget(gpu: GuardedGpu): void {
    gpu.stop();
    this.#gpus.delete(keyOf(gpu));
  }

  #arm(nodes: Map<string, ArmedNode>): void {
    for (const gpu of this.#gpus.values()) {
      // Armed anew or disarmed: what is known of the GPU starts over once it has no limit of ours.
      if (nodes.get(gpu.hostId)?.armedAtMs === this.#nodes.get(gpu.hostId)?.armedAtMs) continue;
      if (gpu.isHeld) gpu.release('asked');
      else this.#forget(gpu);
    }
    this.#nodes = nodes;
    this.#looks.at(new Set(nodes.keys()));
  }

  /** Limits that are somebody's to put back: released by a person, or left by an engine that is gone. */
  #adopt(): void {
    const { store, repository, isKeeper } = this.#deps;
    for (const row of repository.open()) {
      const known = this.get(row);
      if (known?.isHeld) {
        if (row.isReleased) known.release('asked');
        continue;
      }
      const isLeft = [process.pid, NOBODY].includes(row.ownerPid) || !isProcessAlive(row.ownerPid);
      if (!isLeft || !(isKeeper || row.isReleased)) continue;
      store.transaction(() => repository.own(row.id));
      this.#gpus.set(keyOf(row), GuardedGpu.left(this.#deps, row));
    }
  }

  #tick(): void {
    for (const gpu of this.#gpus.values()) gpu.tick();
    this.#connect();
    this.#attend();
    this.#pace();
    this.#deps.onDidChange();
  }

  /** No timer where nothing is armed and nothing held. */
  #pace(): void {
    const isHeld = [...this.#gpus.values()].some((gpu) => gpu.isHeld);
    const isNeeded = !this.#isClosing && (this.#nodes.size > 0 || isHeld);
    if (isNeeded && !this.#timer) {
      this.#timer = setInterval(() => this.#tick(), TICK_MS);
      this.#timer.unref();
    } else if (!isNeeded && this.#timer) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  /** Starts what is wanted now: all that is wanted of a node at once, with the commands that one GPU takes. */
  #attend(): void {
    if (this.#isClosing) return;
    const wanting = [...this.#gpus.values()].filter((gpu) => !this.#busy.has(gpu.hostId) && gpu.isWanting());
    for (const hostId of new Set(wanting.map((gpu) => gpu.hostId))) {
      if (this.#isAway(hostId)) continue;
      const gpus = wanting.filter((gpu) => gpu.hostId === hostId);
      const work = Promise.all(gpus.map((gpu) => this.#carryOut(gpu))).then(() => {
        this.#busy.delete(hostId);
        if (this.#isClosing) return;
        this.#deps.onDidChange();
        setImmediate(() => this.#attend());
      });
      this.#busy.set(hostId, work);
    }
  }

  async #carryOut(gpu: GuardedGpu): Promise<void> {
    const wasHeld = gpu.isHeld;
    try {
      await gpu.carryOut();
    } catch (error) {
      // A disk that is full, where nothing is done that is not written down; a node that is away: tried again.
      if (!(error instanceof StoreError || error instanceof HostUnavailableError)) console.error(error);
    }
    // Its journal is closed: what is known of it is read anew with the next sample.
    if (!this.#isClosing && wasHeld && !gpu.isHeld) this.#forget(gpu);
  }

  /** A node that nobody has connected to is not seen, however it is armed. */
  #connect(): void {
    const { hosts } = this.#deps;
    for (const { spec, status } of hosts.list()) {
      const { connection, error } = status;
      if (!this.#nodes.has(spec.id) || !['idle', 'failed'].includes(connection)) continue;
      if ((error && !passing.includes(error.code)) || this.#isAway(spec.id)) continue;
      hosts.open(spec.id).catch(() => {});
    }
  }

  /** A node that is not connected is tried once a minute; as soon as it is, at once. */
  #isAway(hostId: string): boolean {
    const { hosts, nowMs } = this.#deps;
    const isConnected = ({ spec, status }: ReturnType<typeof hosts.list>[number]): boolean =>
      spec.id !== hostId || status.connection === 'connected';
    if (hosts.list().every(isConnected)) return false;
    if (nowMs() - (this.#triedAtMs.get(hostId) ?? Number.NEGATIVE_INFINITY) < AWAY_RETRY_MS) return true;
    this.#triedAtMs.set(hostId, nowMs());
    return false;
  }
}

function keyOf({ hostId, gpuUuid }: { hostId: string; gpuUuid: string }): string {
  return `${hostId}\n${gpuUuid}`;
}
