import type { GpuCard } from '../profiles/profile';

export interface HeatState {
  readonly temperatureC: number;
  readonly powerW: number;
  /** Share of the top clock that heat and power leave, 0 to 1. */
  readonly clockShare: number;
  readonly throttle: Throttle;
}

/** Who holds the clock back, named as the driver's event reasons. */
export interface Throttle {
  readonly softwarePowerCap: boolean;
  readonly softwareThermal: boolean;
  readonly hardwareThermal: boolean;
}

export interface HeatInput {
  /** 0 to 1. */
  readonly utilization: number;
  readonly inletC: number;
  /** 1 with healthy cooling; 0.4 is a dead fan or a blocked duct. */
  readonly cooling: number;
  readonly powerLimitW: number;
  /** Share of the top clock that a ceiling leaves; without one, all of it. */
  readonly ceilingShare?: number;
}

const NOT_THROTTLED: Throttle = { softwarePowerCap: false, softwareThermal: false, hardwareThermal: false };

/** Lets `seconds` pass: the die moves exponentially to where power and cooling pull it, then the limits react. */
export function stepHeat(card: GpuCard, state: HeatState, input: HeatInput, seconds: number): HeatState {
  let current = state;
  // The limits react once a second; past ten minutes the result no longer depends on the start.
  let left = Math.min(seconds, 600);
  while (left > 0) {
    const step = Math.min(left, 1);
    current = stepOnce(card, current, input, step);
    left -= step;
  }
  return current;
}

function stepOnce(card: GpuCard, state: HeatState, input: HeatInput, seconds: number): HeatState {
  const ceilingShare = input.ceilingShare ?? 1;
  const share = Math.min(state.clockShare, ceilingShare);
  const topPowerW = card.maxPowerLimitW * 1.04;
  const wantedW = card.idlePowerW + (topPowerW - card.idlePowerW) * input.utilization * share ** 1.4;
  const powerW = Math.min(wantedW, input.powerLimitW);
  const restC = input.inletC + (card.thermalResistance / input.cooling) * powerW;
  const temperatureC = restC + (state.temperatureC - restC) * Math.exp(-seconds / card.thermalTimeConstantSec);
  const throttle: Throttle =
    input.utilization === 0
      ? { ...NOT_THROTTLED, hardwareThermal: temperatureC >= card.slowdownC }
      : {
          softwarePowerCap: wantedW > input.powerLimitW,
          softwareThermal: temperatureC >= (card.targetC ?? card.maxOperatingC),
          hardwareThermal: temperatureC >= card.slowdownC,
        };
  return {
    temperatureC,
    powerW,
    throttle,
    clockShare: Math.min(ceilingShare, nextClockShare(share, throttle, seconds)),
  };
}

function nextClockShare(share: number, throttle: Throttle, seconds: number): number {
  if (throttle.hardwareThermal) return 0.5;
  if (throttle.softwareThermal) return Math.max(0.35, share - 0.03 * seconds);
  if (throttle.softwarePowerCap) return Math.max(0.6, share - 0.01 * seconds);
  return Math.min(1, share + 0.05 * seconds);
}
