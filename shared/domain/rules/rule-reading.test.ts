import { describe, expect, it } from 'vitest';
import { readingOf } from './rule-reading';

describe('what a rule looks at', () => {
  it('is the value left of its first comparison, in its unit, and what it is compared with', () => {
    expect(readingOf('gpu.temperatureC >= 85')).toEqual({
      metrics: ['gpu.temperatureC'],
      unit: 'celsius',
      comparison: '>=',
      threshold: 85,
    });
    expect(readingOf('rate(disk.readBytes, "5m") > 2 * 1024 && mean(disk.inFlight, "1m") > 1')).toMatchObject({
      unit: 'bytesPerSecond',
      comparison: '>',
      threshold: 2048,
    });
    expect(readingOf('rate(node.cpuStallSeconds, "5m") > 0.1')).toMatchObject({ unit: 'share', threshold: 0.1 });
  });

  it('has no unit and no threshold where those are not one number', () => {
    expect(readingOf('node.load / node.logicalCpus > 2')).toMatchObject({ unit: null, threshold: 2 });
    expect(readingOf('gpu.powerW > gpu.powerLimitW - 5')).toEqual({
      metrics: ['gpu.powerW', 'gpu.powerLimitW'],
      unit: 'watts',
      comparison: '>',
      threshold: null,
    });
    expect(readingOf('hasBit(gpu.clockEventReasons, 3)')).toMatchObject({ comparison: null, unit: null });
    expect(readingOf('count(gpu.temperatureC) < 8')).toMatchObject({ unit: 'count', threshold: 8 });
  });
});
