import { describe, expect, it } from 'vitest';
import type { GpuFacts } from './facts/gpu';
import { gpuUse } from './gpu-use';

const card = {
  index: 0,
  uuid: 'GPU-a',
  pciBusId: '00000000:18:00.0',
  power: { averageW: 350, drawW: 300, limitW: 700 },
  pcie: { generation: 4, width: 16, txBytesPerSec: 1e9, rxBytesPerSec: 3.1504e9 },
  clockEventReasons: [],
};
const reading = (gpuPercent: number | null, more: object = {}) => ({
  observedAtMs: 0,
  facts: { gpus: [{ ...card, utilization: { gpuPercent }, ...more }] } as unknown as GpuFacts,
});

describe('how busy a GPU is over several readings', () => {
  it('is the mean, with how far it swings and what part of its power it draws', () => {
    expect(gpuUse([0, 40, 20, 0, 40].map((percent) => reading(percent)))).toMatchObject([
      { samples: 5, meanPercent: 20, lowestPercent: 0, highestPercent: 40, powerPercent: 50, use: 'low' },
    ]);
  });

  it('is nothing after one reading, or where one reading does not tell', () => {
    expect(gpuUse([reading(10)])[0]).toMatchObject({ samples: 1, meanPercent: null, use: 'unknown' });
    expect(gpuUse([reading(10), reading(null)])[0]).toMatchObject({ meanPercent: null, use: 'unknown' });
    expect(gpuUse([])).toEqual([]);
  });

  it('says only that a GPU works after fewer than five readings, which may all be of one pause', () => {
    expect(
      [
        [0, 0],
        [59, 59],
        [100, 94],
      ].map((seen) => gpuUse(seen.map((percent) => reading(percent)))[0]?.use),
    ).toEqual(['unknown', 'unknown', 'busy']);
  });

  it.each([
    [[0, 0], {}, 'idle'],
    [[59, 59], {}, 'low'],
    [[60, 94], {}, 'busy'],
    [[100, 100], { power: { averageW: 349, limitW: 700 } }, 'spinning'],
    [[100, 100], { power: { averageW: 351, limitW: 700 } }, 'busy'],
    [[100, 100], { power: { averageW: null, drawW: null, limitW: 700 } }, 'unknown'],
  ])('%j with %j is %s', (percents, more, use) => {
    const often = [...percents, ...percents, ...percents];
    expect(gpuUse(often.map((percent) => reading(percent, more)))[0]?.use).toBe(use);
  });

  it('takes the busier direction of the link as it is now', () => {
    expect(gpuUse([reading(50), reading(50)])[0]?.pciePercent).toBeCloseTo(10);
    const noLink = { pcie: { generation: null, width: null, txBytesPerSec: 1, rxBytesPerSec: 1 } };
    expect(gpuUse([reading(50, noLink), reading(50, noLink)])[0]?.pciePercent).toBeNull();
  });

  it('counts a clock event that is there in half of the readings, and no power cap', () => {
    const hot = { clockEventReasons: ['sw_thermal_slowdown', 'sw_power_cap'] };
    expect(gpuUse([reading(90, hot), reading(90, hot), reading(90), reading(90)])[0]?.heldDown).toEqual([
      'sw_thermal_slowdown',
    ]);
    expect(gpuUse([reading(90, hot), reading(90)])[0]?.heldDown).toEqual([]);
    expect(gpuUse([reading(90, hot), reading(90), reading(90)])[0]?.heldDown).toEqual([]);
  });
});
