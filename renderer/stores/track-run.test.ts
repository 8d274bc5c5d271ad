import { expect, it, vi } from 'vitest';
import { createTopic } from '../testing/fake-engine';
import { useTasks } from './tasks-store';
import { trackRun } from './track-run';

interface Run {
  done: number;
  isOver: boolean;
}

function track(cancel = vi.fn(async () => undefined)) {
  const topic = createTopic<Run>([{ done: 1, isOver: false }]);
  const tracking = trackRun<Run>({
    title: 'Reading dgx01',
    watch: async (signal) => topic.read(undefined, { signal }),
    progressOf: ({ done, isOver }) => (isOver ? null : { done, total: 9 }),
    cancel,
  });
  return { topic, tracking, cancel };
}
const shown = () => useTasks.getState().tasks.map(({ title, progress }) => [title, progress?.done]);

it('is a task with its progress until the run is over', async () => {
  const { topic, tracking, cancel } = track();
  await vi.waitFor(() => expect(shown()).toEqual([['Reading dgx01', 1]]));
  topic.push({ done: 5, isOver: false });
  await vi.waitFor(() => expect(shown()).toEqual([['Reading dgx01', 5]]));
  topic.push({ done: 9, isOver: true });
  await tracking;
  expect([shown(), cancel.mock.calls]).toEqual([[], []]);
});

it('can be cancelled where the tasks are', async () => {
  const { tracking, cancel } = track();
  await vi.waitFor(() => expect(shown()).toHaveLength(1));
  useTasks.getState().tasks[0]?.cancel();
  await tracking;
  expect([shown(), cancel.mock.calls.length]).toEqual([[], 1]);
});
