import type { WatchingCost } from '#shared/domain/telemetry/live';
import type { StreamEnd } from './collector-stream';

/** How one collector of a node is doing. */
export interface CollectorState {
  readonly id: string;
  readonly state: 'starting' | 'running' | 'stopped';
  readonly end: StreamEnd | null;
  /** On the node, since it was started; null until it was read. */
  readonly cost: WatchingCost | null;
}

/** The process of a collector on the node. */
export interface StartedProcess {
  readonly pid: number;
  /** By our clock. */
  readonly atMs: number;
}
