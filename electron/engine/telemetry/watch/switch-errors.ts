import { decodeMessage } from '#shared/domain/kernel-log/decode-message';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';

/** Often enough for rules that look at the last minutes, seldom enough to cost nothing. */
const TOLD_EVERY_MS = 10_000;

const layout: readonly MetricId[] = ['node.switchErrors', 'node.switchErrorsFatal'];

/** Errors of the switches between GPUs (SXid), as samples of their node: only the kernel log tells them. */
export class SwitchErrors {
  #all = 0;
  #fatal = 0;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly isFollowed: () => boolean) {}

  /** How it stands, beside other samples of the node. */
  beside(frames: readonly Frame[]): Frame[] {
    const atMs = frames[0]?.atMs;
    if (atMs === undefined || !this.isFollowed() || atMs - this.#toldMs < TOLD_EVERY_MS) return [];
    return [this.#tell(atMs)];
  }

  /** A line of the log: how it stood just before, and how it stands now. `…: 20034, Fatal, Link 48 LTSSM Fault Up` */
  logged(message: string, loggedMs: number): Frame[] {
    const atMs = Math.max(loggedMs, this.#toldMs + 1) + 1;
    const before = this.#tell(atMs - 1);
    this.count(message);
    return [before, this.#tell(atMs)];
  }

  /** A line that is told with the next sample. */
  count(message: string): void {
    this.#all += 1;
    if (decodeMessage(message)?.isFatal) this.#fatal += 1;
  }

  #tell(atMs: number): Frame {
    this.#toldMs = atMs;
    return { subject: { kind: 'node', id: '' }, layout, atMs, values: [this.#all, this.#fatal] };
  }
}
