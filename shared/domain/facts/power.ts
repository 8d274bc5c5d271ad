import { z } from 'zod';
import { messageSchema } from '../text-schema';

const number = z.number().nullable();
const text = z.string().nullable();

export const bmcPresences = ['present', 'none', 'no-driver'] as const;
/** `no-driver`: the firmware tells of a BMC, but the kernel has no device file to talk to it. */
const presence = z.enum(bmcPresences);

/** One field replaceable unit as `ipmitool fru print` tells it. */
const fruSchema = z.object({
  name: z.string(),
  id: number,
  manufacturer: text,
  product: text,
  partNumber: text,
  serial: text,
  version: text,
  assetTag: text,
  boardSerial: text,
  chassisSerial: text,
});

/** Facts of probe `bmc`: who the BMC is, what node and power supplies are, what the node draws. */
export const bmcFactsSchema = z.object({
  presence,
  manufacturer: text,
  product: text,
  firmwareVersion: text,
  ipmiVersion: text,
  /** DCMI: draw of the whole node, GPUs included. Null where the BMC can't tell. */
  power: z
    .object({
      nowW: number,
      minimumW: number,
      maximumW: number,
      averageW: number,
      periodSeconds: number,
      isActive: z.boolean().nullable(),
    })
    .nullable(),
  frus: z.array(fruSchema),
});
export type BmcFacts = z.infer<typeof bmcFactsSchema>;
export type Fru = BmcFacts['frus'][number];

export const sensorKinds = [
  'temperature',
  'fan',
  'power-supply',
  'power',
  'voltage',
  'current',
  'memory',
  'processor',
  'other',
] as const;
export type SensorKind = (typeof sensorKinds)[number];

export const sensorStates = ['ok', 'warning', 'critical', 'absent', 'unknown'] as const;
/** `absent`: the BMC lists the sensor and has no reading of it (`ns`, `na`). */
export type SensorState = (typeof sensorStates)[number];

export const bmcSensorSchema = z.object({
  /** Tidied for reading and comparing; `rawName` is what the BMC calls it. */
  name: z.string(),
  rawName: z.string(),
  kind: z.enum(sensorKinds),
  /** IPMI entity, e.g. `10.1` for power supply 1. */
  entity: text,
  value: number,
  /** `°C`, `RPM`, `W`, `V`, `A`, `%`, or as printed. */
  unit: text,
  state: z.enum(sensorStates),
  /** The status or the discrete states as printed. */
  detail: text,
  /** Thresholds where the source tells them. */
  lowerCritical: number,
  upperWarning: number,
  upperCritical: number,
});
export type BmcSensor = z.infer<typeof bmcSensorSchema>;

/** `warning`: it runs, and its BMC expects trouble (IPMI's predictive failure, Redfish's health `Warning`). */
export const powerSupplyStates = ['ok', 'warning', 'failed', 'input-lost', 'absent', 'unknown'] as const;
export const bmcPowerSupplySchema = z.object({
  name: z.string(),
  state: z.enum(powerSupplyStates),
  detail: text,
  inputW: number,
  outputW: number,
  capacityW: number,
  inputV: number,
  manufacturer: text,
  model: text,
  serial: text,
  firmwareVersion: text,
});
export type BmcPowerSupply = z.infer<typeof bmcPowerSupplySchema>;

export const bmcFanSchema = z.object({
  name: z.string(),
  speedRpm: number,
  speedPercent: number,
  state: z.enum(sensorStates),
});
export type BmcFan = z.infer<typeof bmcFanSchema>;

/** The newest entries of the system event log, newest first. */
const bmcLogSchema = z.object({
  entries: z.array(
    z.object({
      id: z.string(),
      /** By the BMC's own clock, taken as UTC where it names no zone; null before that was set (`Pre-Init`). */
      atMs: number,
      /** What the BMC printed for the time. */
      time: text,
      sensor: text,
      event: text,
      isAsserted: z.boolean().nullable(),
      severity: z.enum(['info', 'warning', 'critical', 'unknown']),
    }),
  ),
  entryCount: number,
  usedPercent: number,
  isOverflown: z.boolean().nullable(),
  /** The BMC's clock minus the node's; to the second at best, as asking a BMC takes its time. */
  clockOffsetSeconds: number,
});
export type BmcLogFacts = z.infer<typeof bmcLogSchema>;

/** Facts of probe `bmc-sensors` (`ipmitool sdr elist all`, or FreeIPMI's `ipmi-sensors`; `ipmitool sel elist`). */
export const bmcSensorsFactsSchema = z.object({
  presence,
  sensors: z.array(bmcSensorSchema),
  powerSupplies: z.array(bmcPowerSupplySchema),
  fans: z.array(bmcFanSchema),
  /** What a redundancy sensor says, e.g. `Fully Redundant`. */
  redundancy: text,
  /** Null: not read, for `logProblem`, or there is no BMC. */
  log: bmcLogSchema.nullable(),
  logProblem: messageSchema.nullable(),
});
export type BmcSensorsFacts = z.infer<typeof bmcSensorsFactsSchema>;

/** Facts of probe `sensors` (lm-sensors, else hwmon of sysfs). */
export const sensorsFactsSchema = z.object({
  chips: z.array(
    z.object({
      name: z.string(),
      readings: z.array(
        z.object({
          label: z.string(),
          kind: z.enum(['temperature', 'fan', 'voltage', 'current', 'power', 'humidity']),
          /** °C, RPM, V, A, W or %, by kind. */
          value: number,
          minimum: number,
          maximum: number,
          critical: number,
          isAlarm: z.boolean().nullable(),
        }),
      ),
    }),
  ),
});
export type SensorsFacts = z.infer<typeof sensorsFactsSchema>;

export const upsStates = [
  'online',
  'on-battery',
  'low-battery',
  'high-battery',
  'replace-battery',
  'charging',
  'discharging',
  'bypass',
  'calibrating',
  'off',
  'overloaded',
  'trimming',
  'boosting',
  'forced-shutdown',
  'alarm',
  'test',
  'eco',
  'other',
] as const;
export type UpsState = (typeof upsStates)[number];

/** Facts of probe `ups`: what NUT (`upsc`) or apcupsd (`apcaccess`) on this node knows. */
export const upsFactsSchema = z.object({
  source: z.enum(['nut', 'apcupsd', 'none']),
  devices: z.array(
    z.object({
      name: z.string(),
      /** Why nothing is known of it: its driver is dead, not connected, or denied. */
      problem: z.enum(['stale', 'no-driver', 'denied', 'unreachable', 'other']).nullable(),
      problemText: text,
      deviceType: text,
      statusText: text,
      /** `ups.status` decoded; several at once are usual. Empty when it says none. */
      states: z.array(z.enum(upsStates)),
      chargePercent: number,
      runtimeSeconds: number,
      loadPercent: number,
      inputV: number,
      outputV: number,
      batteryV: number,
      temperatureC: number,
      powerW: number,
      nominalPowerW: number,
      manufacturer: text,
      model: text,
      serial: text,
      firmwareVersion: text,
      batteryDate: text,
      alarm: text,
    }),
  ),
});
export type UpsFacts = z.infer<typeof upsFactsSchema>;
export type UpsDevice = UpsFacts['devices'][number];

/** Facts of probe `redfish`: what documents of a BMC's Redfish service say, however many there were. */
export const redfishFactsSchema = z.object({
  /** `needs-account`: the service answers, and wants a login for the rest. */
  access: z.enum(['read', 'needs-account', 'no-interface']),
  address: text,
  redfishVersion: text,
  system: z
    .object({
      manufacturer: text,
      model: text,
      serial: text,
      sku: text,
      biosVersion: text,
      powerState: text,
      health: text,
      memoryBytes: number,
      processorCount: number,
      processorModel: text,
    })
    .nullable(),
  chassis: z.array(
    z.object({ id: z.string(), manufacturer: text, model: text, serial: text, partNumber: text, health: text }),
  ),
  sensors: z.array(bmcSensorSchema),
  powerSupplies: z.array(bmcPowerSupplySchema),
  fans: z.array(bmcFanSchema),
  power: z.array(z.object({ name: z.string(), nowW: number, averageW: number, maximumW: number, limitW: number })),
  log: z.array(z.object({ id: z.string(), atMs: number, severity: text, message: text, sensor: text })),
  /** Documents that were answered and hold nothing of the above. */
  otherDocuments: z.array(z.string()),
});
export type RedfishFacts = z.infer<typeof redfishFactsSchema>;
