import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '#shared/domain/telemetry/frame';
import { ClockAligner } from './clock-aligner';
import { GpuPresence } from './gpu-presence';
import { LineSplitter } from './line-splitter';

describe('lines', () => {
  it('are the same whatever pieces they come in', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat(7), (texts, size) => {
        const lines = texts.map((text) => text.replace(/[\r\n]/g, ' '));
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const splitter = new LineSplitter();
        const read: string[] = [];
        for (let at = 0; at < bytes.length; at += size + 1)
          read.push(...splitter.push(bytes.subarray(at, at + size + 1)));
        expect(read).toEqual(lines);
      }),
    );
  });

  it('without an end take no memory, and the next ones are read', () => {
    const splitter = new LineSplitter();
    for (let round = 0; round < 100; round += 1) expect(splitter.push(Buffer.alloc(10_000, 'x'))).toEqual([]);
    expect(splitter.push(Buffer.from('rest\nnext\n'))).toEqual(['next']);
  });
});

describe("a node's clock", () => {
  it('three hours off is put on ours', () => {
    const clock = new ClockAligner();
    expect(clock.align(3 * 3_600_000, 50)).toBe(50);
    expect(clock.align(3 * 3_600_000 + 1000, 1050)).toBe(1050);
  });

  it('keeps the times of what came in one lump after a stall', () => {
    const clock = new ClockAligner();
    clock.align(0, 100);
    expect([1000, 2000, 3000].map((nodeMs) => clock.align(nodeMs, 9000))).toEqual([1100, 2100, 3100]);
  });

  it('that is set forward goes on from there, and one that is set back is told', () => {
    const back: number[] = [];
    const clock = new ClockAligner((byMs) => back.push(byMs));
    clock.align(0, 100);
    expect(clock.align(3_601_000, 1100)).toBe(1100);
    expect(back).toEqual([]);
    expect(clock.align(1000, 2100)).toBe(2100);
    expect(back).toEqual([3_600_000]);
  });

  it('never makes a time later than its arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100_000), fc.nat(100_000))), (pairs) => {
        const clock = new ClockAligner();
        for (const [nodeMs, arrivedMs] of pairs) expect(clock.align(nodeMs, arrivedMs)).toBeLessThanOrEqual(arrivedMs);
      }),
    );
  });
});

describe('the presence of GPUs', () => {
  const frame = (gpu: string, atMs: number, value = 50): Frame => ({
    subject: { kind: 'gpu', id: gpu },
    layout: ['gpu.temperatureC'],
    atMs,
    values: [value],
  });

  it('tells once that one is silent while the others go on, and when it is back', () => {
    const presence = new GpuPresence();
    const changes = [];
    for (let second = 0; second < 30; second += 1) {
      const there = second < 10 || second >= 25 ? ['a', 'b'] : ['a'];
      changes.push(
        ...presence.update(
          there.map((gpu) => frame(gpu, second * 1000)),
          1000,
        ),
      );
    }
    expect(changes).toEqual([
      { gpu: 'b', isThere: false, atMs: 9000 },
      { gpu: 'b', isThere: true, atMs: 25_000 },
    ]);
  });

  it('counts one that is listed with nothing known of it as gone', () => {
    const presence = new GpuPresence();
    presence.update([frame('a', 0)], 1000);
    expect(presence.update([frame('a', 9000, Number.NaN)], 1000)).toEqual([{ gpu: 'a', isThere: false, atMs: 0 }]);
  });

  it('says nothing of GPUs when all are silent: the stream tells that', () => {
    const presence = new GpuPresence();
    presence.update([frame('a', 0), frame('b', 0)], 1000);
    expect(presence.update([], 1000)).toEqual([]);
  });
});
