import type { FaultOptions } from '../faults';
import type { PlatformSpec } from '../profiles/platform';
import { platformOf } from '../profiles/platform';
import type { NodeModel } from './node-model';
import { noiseAt } from './random';

export interface PlatformSensor {
  readonly number: number;
  readonly name: string;
  readonly entity: string;
  readonly value: number | null;
  readonly unit: 'degrees C' | 'RPM' | 'Watts' | 'Volts' | null;
  /** What a discrete sensor asserts. */
  readonly states?: string;
  readonly status: 'ok' | 'ns' | 'ucr' | 'unc' | 'lcr';
}

export interface LogEntry {
  readonly atMs: number;
  readonly sensor: string;
  readonly event: string;
  readonly isAsserted: boolean;
}

/** Draw of the processors in watts: a floor, and the rest with the load. */
function cpuPowerW(model: NodeModel, platform: PlatformSpec): number {
  const { cpu } = model.profile;
  const busy = [...model.processes.values()].filter(({ utilizationPercent }) => utilizationPercent > 0).length;
  const share = Math.min(1, 0.18 + (busy * 2) / (cpu.sockets * cpu.coresPerSocket));
  return cpu.sockets * platform.cpuMaxW * share;
}

/** What the whole node draws at its plugs. */
export function nodePowerW(model: NodeModel, platform: PlatformSpec): number {
  const gpusW = model.gpus.reduce((sum, { heat, isLost }) => sum + (isLost ? 0 : heat.powerW), 0);
  return Math.round((platform.baseW + cpuPowerW(model, platform) + gpusW) / 0.95);
}

export function cpuTemperatureC(model: NodeModel, platform: PlatformSpec, socket: number): number {
  const share = cpuPowerW(model, platform) / (model.profile.cpu.sockets * platform.cpuMaxW);
  return Math.round(model.profile.inletC + 14 + share * 38 + noiseAt(socket + 7, model.nowMs() / 1000) * 1.5);
}

/** Fans turn by the hottest part. */
export function fanRpm(model: NodeModel, platform: PlatformSpec, fan: number): number {
  const hottest = Math.max(cpuTemperatureC(model, platform, 0), ...model.gpus.map(({ heat }) => heat.temperatureC));
  const share = Math.min(1, Math.max(0.28, (hottest - 25) / 65));
  return Math.round((platform.fanMaxRpm * share + noiseAt(fan + 31, model.nowMs() / 1000) * 60) / 60) * 60;
}

/** The record list of the node's management controller; empty without one. */
export function bmcSensors(model: NodeModel): PlatformSensor[] {
  const platform = platformOf(model.profile);
  if (!platform) return [];
  const found: Array<Omit<PlatformSensor, 'number'>> = [];
  const temperature = (name: string, entity: string, value: number, critical: number): void => {
    const status = value >= critical ? 'ucr' : value >= critical - 5 ? 'unc' : 'ok';
    found.push({ name, entity, value: Math.round(value), unit: 'degrees C', status });
  };
  temperature('Inlet Temp', '55.1', model.profile.inletC, 45);
  for (let socket = 0; socket < model.profile.cpu.sockets; socket += 1) {
    temperature(`CPU${socket + 1} Temp`, `3.${socket + 1}`, cpuTemperatureC(model, platform, socket), 98);
  }
  for (const { index, heat, isLost, slot } of model.gpus) {
    const name = `GPU${index + 1} Temp`;
    if (isLost) found.push({ name, entity: `11.${index + 1}`, value: null, unit: null, status: 'ns' });
    else temperature(name, `11.${index + 1}`, heat.temperatureC, slot.card.slowdownC);
  }
  for (let fan = 0; fan < platform.fanCount; fan += 1) {
    found.push({
      name: `FAN${fan + 1}`,
      entity: `29.${fan + 1}`,
      value: fanRpm(model, platform, fan),
      unit: 'RPM',
      status: 'ok',
    });
  }
  const { count } = platform.powerSupplies;
  const failed = model.fault('psu-failed') === undefined ? null : failedSupply(model, count);
  const working = count - (failed === null ? 0 : 1);
  for (let supply = 1; supply <= count; supply += 1) {
    const isFailed = supply === failed;
    const watts = isFailed ? 0 : Math.round(nodePowerW(model, platform) / working);
    found.push({
      name: `PSU${supply} Input`,
      entity: `10.${supply}`,
      value: watts,
      unit: 'Watts',
      status: isFailed ? 'lcr' : 'ok',
    });
    const states = isFailed ? 'Presence detected, Power Supply AC lost' : 'Presence detected';
    found.push({ name: `PSU${supply} Status`, entity: `10.${supply}`, value: null, unit: null, states, status: 'ok' });
  }
  found.push({
    name: 'PS Redundancy',
    entity: '7.1',
    value: null,
    unit: null,
    states: failed === null ? 'Fully Redundant' : 'Redundancy Lost',
    status: 'ok',
  });
  found.push({ name: 'P12V', entity: '7.1', value: 12.12, unit: 'Volts', status: 'ok' });
  found.push({ name: 'VBAT', entity: '7.1', value: 3.05, unit: 'Volts', status: 'ok' });
  return found.map((sensor, index) => ({ ...sensor, number: index + 1 }));
}

function failedSupply(model: NodeModel, count: number): number {
  return Math.min(count, Math.max(1, model.fault('psu-failed')?.supply ?? count));
}

/** When its power supply failed. */
const failedAt = new WeakMap<NodeModel, number>();

/** One power supply (the last, unless named) loses its input: the others carry the node, which is not redundant any more. */
export function failSupply(model: NodeModel, options: FaultOptions['psu-failed']): () => void {
  const count = platformOf(model.profile)?.powerSupplies.count ?? 0;
  const supply = options.supply ?? count;
  if (supply < 1 || supply > count) throw new RangeError(`node ${model.name} has no power supply ${supply}`);
  failedAt.set(model, model.nowMs());
  return () => {
    failedAt.delete(model);
  };
}

/** What the controller wrote down, oldest first: the last time somebody was at the machine, and what has gone wrong since. */
export function bmcLog(model: NodeModel): LogEntry[] {
  const platform = platformOf(model.profile);
  if (!platform) return [];
  const bootedAtMs = model.bootedAtMs;
  const found: LogEntry[] = [
    {
      atMs: bootedAtMs - 260_000,
      sensor: 'Physical Security Chassis Intru',
      event: 'General Chassis intrusion',
      isAsserted: true,
    },
    {
      atMs: bootedAtMs - 190_000,
      sensor: 'Physical Security Chassis Intru',
      event: 'General Chassis intrusion',
      isAsserted: false,
    },
    { atMs: bootedAtMs - 95_000, sensor: 'System Event OS Boot', event: 'Timestamp Clock Sync', isAsserted: true },
    { atMs: bootedAtMs - 30_000, sensor: 'OS Boot OS Boot', event: 'C: boot completed', isAsserted: true },
  ];
  if (model.fault('psu-failed') !== undefined) {
    const name = `PSU${failedSupply(model, platform.powerSupplies.count)} Status`;
    const atMs = failedAt.get(model) ?? model.nowMs();
    found.push({ atMs, sensor: `Power Supply ${name}`, event: 'Power Supply AC lost', isAsserted: true });
    found.push({ atMs: atMs + 1000, sensor: 'Power Supply PS Redundancy', event: 'Redundancy Lost', isAsserted: true });
  }
  return found;
}
