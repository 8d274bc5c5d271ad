import { create } from 'zustand';

/** Work that takes longer than a moment, shown in the status bar with a way to cancel it. */
export interface Task {
  id: number;
  title: string;
  /** Null: how far it is can't be told. */
  progress: { done: number; total: number } | null;
  startedAtMs: number;
  cancel: () => void;
}

export interface TaskContext {
  signal: AbortSignal;
  report: (progress: { done: number; total: number }) => void;
}

let nextId = 1;

export const useTasks = create<{ tasks: readonly Task[] }>(() => ({ tasks: [] }));

/** Runs work as a task. Rejects as `work` does; a cancelled one with the signal's AbortError. */
export async function runTask<T>(
  title: string,
  work: (context: TaskContext) => Promise<T>,
  options: { signal?: AbortSignal } = {},
): Promise<T> {
  const id = nextId++;
  const controller = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal;
  const update = (change: (tasks: readonly Task[]) => readonly Task[]) =>
    useTasks.setState(({ tasks }) => ({ tasks: change(tasks) }));
  update((tasks) => [
    ...tasks,
    { id, title, progress: null, startedAtMs: Date.now(), cancel: () => controller.abort() },
  ]);
  try {
    return await work({
      signal,
      report: (progress) => update((tasks) => tasks.map((task) => (task.id === id ? { ...task, progress } : task))),
    });
  } finally {
    update((tasks) => tasks.filter((task) => task.id !== id));
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
