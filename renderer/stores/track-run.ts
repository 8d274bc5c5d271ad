import { runTask } from './tasks-store';

interface Tracked<T> {
  title: string;
  watch: (signal: AbortSignal) => Promise<AsyncIterable<T>>;
  /** Null once the run does not work any more. */
  progressOf: (run: T) => { done: number; total: number } | null;
  cancel: () => Promise<unknown>;
}

/** Shows a run of the engine in the status bar while it works, whatever screen or dialog is left meanwhile. */
export async function trackRun<T>({ title, watch, progressOf, cancel }: Tracked<T>): Promise<void> {
  try {
    await runTask(title, async ({ signal, report }) => {
      // One that is over by then has nothing to cancel.
      signal.addEventListener('abort', () => void cancel().catch(() => undefined), { once: true });
      for await (const run of await watch(signal)) {
        const progress = progressOf(run);
        if (!progress) return;
        report(progress);
      }
    });
  } catch {
    // Cancelled, or the engine went: the run itself says what became of it.
  }
}
