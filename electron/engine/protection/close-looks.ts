import type { Telemetry } from '../telemetry/create-telemetry';

/** Has nodes sampled every second, whether or not anybody looks: a guard that sees less acts later than is stated. */
export class CloseLooks {
  readonly #telemetry: Pick<Telemetry, 'live'>;
  readonly #looks = new Map<string, AbortController>();

  constructor(telemetry: Pick<Telemetry, 'live'>) {
    this.#telemetry = telemetry;
  }

  /** At these, and at no others. */
  at(wanted: ReadonlySet<string>): void {
    for (const [hostId, abort] of this.#looks) {
      if (wanted.has(hostId)) continue;
      abort.abort();
      this.#looks.delete(hostId);
    }
    for (const hostId of wanted) {
      if (this.#looks.has(hostId)) continue;
      const abort = new AbortController();
      this.#looks.set(hostId, abort);
      const live = this.#telemetry.live({ hostIds: [hostId], metrics: ['gpu.temperatureC'] }, abort.signal);
      (async () => {
        for await (const _ of live) if (abort.signal.aborted) break;
      })().catch(() => {});
    }
  }
}
