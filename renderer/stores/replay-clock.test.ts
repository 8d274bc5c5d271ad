import { describe, expect, it } from 'vitest';
import { advance, beginReplay, type Replay, seek, stepOf, stepTo, togglePlaying } from './replay-clock';

const replay = (change: Partial<Replay> = {}): Replay => ({
  window: { fromMs: 100_000, toMs: 200_000 },
  hostIds: null,
  atMs: 100_000,
  isPlaying: true,
  speed: 10,
  ...change,
});

describe('the clock of a replay', () => {
  it('plays nothing of the future, and always something', () => {
    expect(beginReplay({ window: { fromMs: 100_000, toMs: 900_000 } }, 500_000).window).toEqual({
      fromMs: 100_000,
      toMs: 500_000,
    });
    expect(beginReplay({ window: { fromMs: 600_000, toMs: 900_000 } }, 500_000).window).toEqual({
      fromMs: 490_000,
      toMs: 500_000,
    });
  });

  it('begins where it is told to, within its window', () => {
    const window = { fromMs: 100_000, toMs: 200_000 };
    expect(beginReplay({ window, atMs: 150_000 }, 500_000)).toMatchObject({ atMs: 150_000, isPlaying: true });
    expect(beginReplay({ window, atMs: 50_000 }, 500_000).atMs).toBe(100_000);
  });

  it('goes on as fast as it is told to, and stops at its end', () => {
    expect(advance(replay(), 500).atMs).toBe(105_000);
    expect(advance(replay({ speed: 600 }), 100).atMs).toBe(160_000);
    expect(advance(replay({ atMs: 199_000 }), 500)).toMatchObject({ atMs: 200_000, isPlaying: false });
    expect(advance(replay({ isPlaying: false }), 500).atMs).toBe(100_000);
  });

  it('begins anew when it is played from its end', () => {
    expect(togglePlaying(replay({ atMs: 200_000, isPlaying: false }))).toMatchObject({
      atMs: 100_000,
      isPlaying: true,
    });
    expect(togglePlaying(replay({ atMs: 150_000 }))).toMatchObject({ atMs: 150_000, isPlaying: false });
  });

  it('is sought within its window', () => {
    expect(seek(replay(), 1).atMs).toBe(100_000);
    expect(seek(replay(), 150_000.4)).toMatchObject({ atMs: 150_000, isPlaying: true });
    expect(seek(replay(), 900_000)).toMatchObject({ atMs: 200_000, isPlaying: false });
  });

  it('steps from event to event, and to the ends where there is none', () => {
    const times = [120_000, 120_200, 150_000];
    const steps: number[] = [];
    let at = replay();
    for (let step = 0; step < 4; step += 1) {
      at = stepTo(at, times, 'next');
      steps.push(at.atMs);
    }
    expect(steps).toEqual([121_000, 121_200, 151_000, 200_000]);
    for (let step = 0; step < 4; step += 1) {
      at = stepTo(at, times, 'before');
      steps.push(at.atMs);
    }
    expect(steps.slice(4)).toEqual([151_000, 121_200, 121_000, 100_000]);
  });

  it('takes sums as fine as its steps, and single samples while it stands', () => {
    expect(stepOf(replay({ speed: 60 }))).toBe(30_000);
    expect(stepOf(replay({ speed: 600, isPlaying: false }))).toBe(0);
  });
});
