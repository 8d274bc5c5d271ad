import { expect, it } from 'vitest';
import { FullCounters } from './full-counters';

it('a counter at its end still tells that it got there, then nothing, until it was reset', () => {
  const counters = new FullCounters();
  const layout = ['rdma.linkDowned', 'rdma.ackTimeouts'] as const;
  const subject = { kind: 'rdma', id: 'mlx5_0/1' } as const;
  const told: unknown[] = [];
  const taken = [250, 255, 255, 255, Number.NaN, 255, 3, 4, 255, 255].map((value, index) => {
    const { frames, full } = counters.take([{ subject, layout, atMs: index, values: [value, 255] }]);
    told.push(...full);
    return frames[0]?.values;
  });
  expect(taken.map((values) => values?.[0])).toEqual([
    250,
    255,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    3,
    4,
    255,
    Number.NaN,
  ]);
  expect(taken.every((values) => values?.[1] === 255)).toBe(true);
  expect(told).toEqual([
    { subject, metric: 'rdma.linkDowned', atMs: 2 },
    { subject, metric: 'rdma.linkDowned', atMs: 9 },
  ]);
});
