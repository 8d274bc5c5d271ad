import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { a100Pcie80, h100Sxm, l4, rtx6000Ada } from '../profiles/gpu-cards';
import { type HeatState, stepHeat } from './heat';

const cold: HeatState = {
  temperatureC: 25,
  powerW: 70,
  clockShare: 1,
  throttle: { softwarePowerCap: false, softwareThermal: false, hardwareThermal: false },
};
const load = { utilization: 1, inletC: 24, cooling: 1, powerLimitW: 700 };

describe('stepHeat', () => {
  it('brings a busy card with good cooling to a steady temperature below its limit, at its power limit', () => {
    const warm = stepHeat(h100Sxm, cold, load, 600);
    expect(warm.temperatureC).toBeGreaterThan(60);
    expect(warm.temperatureC).toBeLessThan(h100Sxm.maxOperatingC);
    expect(warm.powerW).toBeGreaterThan(680);
    expect(Math.abs(stepHeat(h100Sxm, warm, load, 30).temperatureC - warm.temperatureC)).toBeLessThan(1);
  });

  it('holds the clock back when too hot and lets it go when cooling returns', () => {
    const hot = stepHeat(h100Sxm, cold, { ...load, cooling: 0.35 }, 300);
    expect(hot.throttle.hardwareThermal || hot.throttle.softwareThermal).toBe(true);
    expect(hot.clockShare).toBeLessThan(0.8);
    const recovered = stepHeat(h100Sxm, hot, load, 300);
    expect(recovered.throttle).toMatchObject({ softwareThermal: false, hardwareThermal: false });
    expect(recovered.clockShare).toBeGreaterThan(0.9);
  });

  it('cools down to the inlet and a little more when idle', () => {
    const idle = stepHeat(l4, { ...cold, temperatureC: 80 }, { ...load, utilization: 0, powerLimitW: 72 }, 600);
    expect(idle.temperatureC).toBeGreaterThan(24);
    expect(idle.temperatureC).toBeLessThan(40);
    expect(idle.powerW).toBeCloseTo(l4.idlePowerW);
  });

  it('never leaves what physics allows, whatever the input', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(h100Sxm, a100Pcie80, rtx6000Ada, l4),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.2, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 5000, noNaN: true }),
        (card, utilization, cooling, seconds) => {
          const state = stepHeat(
            card,
            cold,
            { utilization, cooling, inletC: 20, powerLimitW: card.maxPowerLimitW },
            seconds,
          );
          expect(state.powerW).toBeLessThanOrEqual(Math.max(card.maxPowerLimitW, cold.powerW));
          expect(state.temperatureC).toBeGreaterThanOrEqual(20);
          expect(state.temperatureC).toBeLessThan(20 + (card.thermalResistance / cooling) * card.maxPowerLimitW + 1);
          expect(state.clockShare).toBeGreaterThan(0);
          expect(state.clockShare).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
