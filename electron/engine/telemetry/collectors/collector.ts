import type { AmdGpuFacts } from '#shared/domain/facts/amd-gpu';
import type { Frame } from '#shared/domain/telemetry/frame';

/** Something that the node dated: milliseconds by a clock of the node's (any clock), null where it gave no time. */
export interface ByNodeClock {
  readonly nodeMs: number | null;
}

export type NodeFrame = Omit<Frame, 'atMs'> & ByNodeClock;

/** Turns the lines of a long-lived command into frames. Total: no line makes it throw, and no line is taken for another. */
export interface LineReader<T extends ByNodeClock = NodeFrame> {
  read(line: string): readonly T[];
}

/** A long-lived command of a node and what reads it. */
export interface CollectorRun<T extends ByNodeClock = NodeFrame> {
  readonly argv: readonly [string, ...string[]];
  readonly reader: LineReader<T>;
}

/** What is known of a node before it is watched. */
export interface WatchedNode {
  /** UUIDs of NVIDIA's GPUs in the driver's order; empty where there are none. */
  readonly nvidiaGpus: readonly string[];
  /** The fields that its driver knows (`nvidia-smi --help-query-gpu`); empty where it could not be asked. */
  readonly queryFields: ReadonlySet<string>;
  /** NVIDIA's GPUs by their place on the bus; empty where the inventory has not looked at them. */
  readonly gpuByBusId: ReadonlyMap<string, string>;
  /** AMD's GPUs by their tool's number, or their order on the bus. */
  readonly amdGpus: ReadonlyMap<number, string>;
  /** What tells of them; null where there are none. */
  readonly amdTool: AmdGpuFacts['tool'] | null;
  /** Null where no host engine of DCGM answers. */
  readonly dcgm: DcgmNode | null;
  /** The driver's tool tells what NVLinks carry; not given: there are none, or it was not asked. */
  readonly countsNvlinks?: boolean;
}

export interface DcgmNode {
  /** UUIDs by DCGM's number of a GPU. */
  readonly gpus: ReadonlyMap<number, string>;
  readonly profilingFields: ReadonlySet<number>;
}

/** A source of samples: a command that keeps printing. Read-only, one process on the node. */
export interface Collector {
  readonly id: string;
  /** How far apart its rounds are, where that is not the interval. */
  everyMs?(intervalMs: number): number;
  /** Null where it has nothing to do on this node. Intervals in whole milliseconds. */
  plan(node: WatchedNode, intervalMs: number): CollectorRun | null;
}
