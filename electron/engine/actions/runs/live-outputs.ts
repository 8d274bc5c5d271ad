import { EventPublisher } from '@orpc/server';
import type { StepOutput } from '#shared/domain/action';
import { printable } from '#shared/domain/text';

/** Of what was printed before somebody looked. */
const keptCharacters = 64 * 1024;

interface LiveRun {
  stepId: string | null;
  decoder: InstanceType<typeof TextDecoder>;
  readonly kept: StepOutput[];
}

/** What the steps of runs of this engine print, as they print it. Nothing is saved: the evidence has all of it in the end. */
export class LiveOutputs {
  readonly #runs = new Map<string, LiveRun>();
  readonly #told = new EventPublisher<Record<string, StepOutput | null>>();

  begin(runId: string): void {
    this.#runs.set(runId, { stepId: null, decoder: new TextDecoder(), kept: [] });
  }

  /** Null: no step is being done, and what commands print belongs to none. */
  setStep(runId: string, stepId: string | null): void {
    const run = this.#runs.get(runId);
    if (!run) return;
    run.stepId = stepId;
    run.decoder = new TextDecoder();
  }

  push(runId: string, bytes: Uint8Array): void {
    const run = this.#runs.get(runId);
    if (!run || run.stepId === null) return;
    const text = printable(run.decoder.decode(bytes, { stream: true }));
    if (text === '') return;
    const output = { stepId: run.stepId, text };
    run.kept.push(output);
    let length = run.kept.reduce((all, one) => all + one.text.length, 0);
    while (length > keptCharacters && run.kept.length > 1) length -= run.kept.shift()?.text.length ?? 0;
    this.#told.publish(runId, output);
  }

  end(runId: string): void {
    if (this.#runs.delete(runId)) this.#told.publish(runId, null);
  }

  /** What was printed lately, then the rest as it comes, until the run stands. Nothing of a run that this engine does not carry out. */
  async *watch(runId: string, signal?: AbortSignal): AsyncGenerator<StepOutput> {
    const run = this.#runs.get(runId);
    if (!run) return;
    const told = this.#told.subscribe(runId, { signal });
    try {
      for (const output of [...run.kept]) yield output;
      for (;;) {
        const { value, done } = await told.next();
        if (done || !value) return;
        yield value;
      }
    } finally {
      await told.return(undefined);
    }
  }
}
