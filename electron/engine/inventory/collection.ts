import type { ProbeResult } from '#shared/domain/probe';
import { abortable } from '../hosts/abort';
import type { Probe } from '../probes/probe';
import type { RefreshReport } from './inventory';

/**
 * One refresh of one host while it runs. Callers that want probes it covers join it; it is cancelled when the last of
 * them gives up.
 */
export class Collection {
  private readonly controller = new AbortController();
  private readonly listeners = new Set<(result: ProbeResult) => void>();
  private readonly received: ProbeResult[] = [];
  private readonly toCome: Map<string, Probe>;
  private readonly probeIds: ReadonlySet<string>;
  private callers = 0;
  /** It has asked the node for something: what it tells may be from before now. */
  hasBegun = false;
  /** Somebody wanted it to end, rather than nobody wanting it any more. */
  isStopped = false;
  private readonly report: Promise<RefreshReport>;

  constructor(
    probes: readonly Probe[],
    work: (signal: AbortSignal, onResult: (result: ProbeResult) => void) => Promise<RefreshReport>,
  ) {
    this.toCome = new Map(probes.map((probe) => [probe.id, probe]));
    this.probeIds = new Set(this.toCome.keys());
    // Started a turn later, so that whoever made it is listening by then.
    this.report = Promise.resolve().then(() => work(this.controller.signal, (result) => this.receive(result)));
    this.report.catch(() => {});
  }

  covers(probeIds: readonly string[]): boolean {
    return !this.controller.signal.aborted && probeIds.every((id) => this.probeIds.has(id));
  }

  /**
   * One of these probes is still to come of it, or one that runs in a lane of theirs: two batches must not run two
   * nvidia-smi at once.
   */
  isInWay(probes: readonly Probe[]): boolean {
    const lanes = new Set(probes.flatMap(lanesOf));
    return (
      probes.some(({ id }) => this.toCome.has(id)) ||
      [...this.toCome.values()].some((probe) => lanesOf(probe).some((lane) => lanes.has(lane)))
    );
  }

  /** Waits for the next result, or for the end whatever it is. */
  async nextStep(signal: AbortSignal | undefined): Promise<void> {
    let listen = () => {};
    const step = new Promise<void>((resolve) => {
      listen = () => resolve();
      this.listeners.add(listen);
      this.report.then(listen, listen);
    });
    try {
      await abortable(step, signal);
    } finally {
      this.listeners.delete(listen);
    }
  }

  /** Hears each result, those that came before as well, and returns when all are in. */
  async join(
    probeIds: readonly string[],
    options: { signal?: AbortSignal; onResult?: (result: ProbeResult) => void },
  ): Promise<RefreshReport> {
    const listen = (result: ProbeResult) => {
      if (probeIds.includes(result.probeId)) options.onResult?.(result);
    };
    this.callers += 1;
    for (const result of this.received) listen(result);
    this.listeners.add(listen);
    try {
      return await abortable(this.report, options.signal);
    } finally {
      this.listeners.delete(listen);
      this.callers -= 1;
      if (this.callers === 0) this.cancel();
    }
  }

  stop(): void {
    this.isStopped = true;
    this.cancel();
  }

  private cancel(): void {
    this.controller.abort();
  }

  private receive(result: ProbeResult): void {
    this.received.push(result);
    this.toCome.delete(result.probeId);
    for (const listener of this.listeners) listener(result);
  }
}

function lanesOf({ commands }: Probe): string[] {
  return commands.flatMap(({ lane }) => lane ?? []);
}
