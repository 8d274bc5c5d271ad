import { describe, expect, it } from 'vitest';
import type { BmcSensorsFacts } from './facts/power';
import { chassisCooling, coolingOutliers } from './gpu-cooling';
import type { GpuHeat } from './gpu-heat';

const heat = (index: number, peakC: number | null, powerW: number | null, isHot: boolean, name = 'H100'): GpuHeat =>
  ({ index, uuid: `GPU-${index}`, pciBusId: '', name, peakC, powerW, isHot }) as GpuHeat;

describe('coolingOutliers', () => {
  it('finds a hot GPU whose neighbours draw as much and are 8 °C cooler', () => {
    const found = coolingOutliers([heat(0, 90, 420, true), heat(1, 82, 400, false), heat(2, 70, 690, false)]);
    expect(found).toMatchObject([{ index: 0, peers: [{ index: 1 }, { index: 2 }] }]);
  });

  it.each([
    ['a neighbour that is nearly as hot', heat(1, 83, 420, false), []],
    ['a neighbour at rest, which says nothing', heat(1, 40, 90, false), null],
    ['another model', heat(1, 60, 420, false, 'L4'), null],
    ['a neighbour without a temperature', heat(1, null, 420, false), null],
  ])('does not with %s', (_, neighbour, found) => {
    expect(coolingOutliers([heat(0, 90, 420, true), neighbour])).toEqual(found);
  });
});

describe('chassisCooling', () => {
  const sensor = (name: string, value: number, state = 'ok') =>
    ({ name, rawName: name, kind: 'temperature', value, state }) as BmcSensorsFacts['sensors'][number];
  const bmc = (sensors: BmcSensorsFacts['sensors'], fans: BmcSensorsFacts['fans'] = []) =>
    ({ sensors, fans }) as BmcSensorsFacts;

  it('takes the warmest sensor of the air that comes in, not that of a power supply or a card', () => {
    const sensors = [
      sensor('Inlet Temp', 22),
      sensor('SYS_Ambient2', 24),
      sensor('PSU1 Inlet Temp', 44),
      sensor('GPU3 Ambient', 60),
      sensor('Exhaust Temp', 48),
      sensor('Inlet Temp 2', 90, 'absent'),
    ];
    expect(chassisCooling(bmc(sensors), null)).toMatchObject({ inletC: 24, inletSensor: 'SYS_Ambient2' });
  });

  it('counts fans with a reading, and those that stand still', () => {
    const fans: BmcSensorsFacts['fans'] = [
      { name: 'FAN1', speedRpm: 5000, speedPercent: null, state: 'ok' },
      { name: 'FAN2', speedRpm: 0, speedPercent: null, state: 'ok' },
      { name: 'FAN3', speedRpm: null, speedPercent: null, state: 'absent' },
      { name: 'FAN4', speedRpm: 900, speedPercent: null, state: 'critical' },
    ];
    const cooling = chassisCooling(bmc([], fans), null);
    expect(cooling).toMatchObject({ inletC: null, fanCount: 3, fanFaults: ['FAN2 0 RPM', 'FAN4 900 RPM critical'] });
  });

  it('can tell nothing of a node without either', () => {
    expect(chassisCooling(bmc([]), null)).toBeNull();
    expect(chassisCooling(null, null)).toBeNull();
  });
});
