import { z } from 'zod';

const number = z.number().nullable();
const text = z.string().nullable();

/** Facts of probe `machine` (`dmidecode -t 0,1,2,3`; without root what sysfs shows of the same). */
export const machineFactsSchema = z.object({
  system: z.object({
    manufacturer: text,
    product: text,
    version: text,
    serial: text,
    uuid: text,
    sku: text,
    family: text,
  }),
  board: z.object({ manufacturer: text, product: text, version: text, serial: text }),
  chassis: z.object({ manufacturer: text, type: text, serial: text, assetTag: text }),
  bios: z.object({ vendor: text, version: text, releaseDate: text, revision: text }),
});
export type MachineFacts = z.infer<typeof machineFactsSchema>;

/** Facts of probe `memory-modules` (`dmidecode -t memory`): one entry a slot, the empty ones too. */
export const memoryModulesFactsSchema = z.object({
  modules: z.array(
    z.object({
      /** Unique; where firmware gives one name to several slots, the bank is added. */
      locator: z.string(),
      bank: text,
      isEmpty: z.boolean(),
      sizeBytes: number,
      type: text,
      formFactor: text,
      /** What the module can do and what it is set to, in megatransfers per second. */
      speedMTs: number,
      configuredSpeedMTs: number,
      manufacturer: text,
      partNumber: text,
      serial: text,
      rank: number,
      dataWidthBits: number,
      totalWidthBits: number,
      configuredVoltageV: number,
    }),
  ),
  /** As the memory arrays say, e.g. `Multi-bit ECC`. */
  errorCorrection: text,
  maximumBytes: number,
  /** Sum over the modules. Null when the size of one is not told. */
  installedBytes: number,
  /** MemTotal of the kernel, to hold against it. */
  kernelTotalBytes: number,
  /** The modules are made up by a hypervisor: they say nothing about the machine below. */
  isEmulated: z.boolean(),
});
export type MemoryModulesFacts = z.infer<typeof memoryModulesFactsSchema>;
export type MemoryModule = MemoryModulesFacts['modules'][number];

/** Facts of probe `edac`: error counts since boot, or since somebody reset them. */
export const edacFactsSchema = z.object({
  controllers: z.array(
    z.object({
      name: z.string(),
      /** The driver's name of it, e.g. `Skylake Socket#0 IMC#0` or `ghes_edac`. */
      title: text,
      sizeBytes: number,
      correctedErrors: number,
      uncorrectedErrors: number,
      /** Errors that could not be put down to a module. */
      correctedUnplaced: number,
      uncorrectedUnplaced: number,
      secondsSinceReset: number,
      modules: z.array(
        z.object({
          name: z.string(),
          label: text,
          location: text,
          sizeBytes: number,
          correctedErrors: number,
          uncorrectedErrors: number,
        }),
      ),
    }),
  ),
  /** The firmware handles memory errors first (ACPI HEST): without controllers here they are told in the BMC's log. */
  isFirmwareFirst: z.boolean().nullable(),
});
export type EdacFacts = z.infer<typeof edacFactsSchema>;

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

export const powerSupplyStates = ['ok', 'failed', 'input-lost', 'absent', 'unknown'] as const;
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

/** Facts of probe `bmc-sensors` (`ipmitool sdr elist all`, or FreeIPMI's `ipmi-sensors`). */
export const bmcSensorsFactsSchema = z.object({
  presence,
  sensors: z.array(bmcSensorSchema),
  powerSupplies: z.array(bmcPowerSupplySchema),
  fans: z.array(bmcFanSchema),
  /** What a redundancy sensor says, e.g. `Fully Redundant`. */
  redundancy: text,
});
export type BmcSensorsFacts = z.infer<typeof bmcSensorsFactsSchema>;

/** Facts of probe `bmc-log`: the newest entries of the system event log, newest first. */
export const bmcLogFactsSchema = z.object({
  presence,
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
export type BmcLogFacts = z.infer<typeof bmcLogFactsSchema>;

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

export const protectionNames = [
  'sgx',
  'tdx-host',
  'tdx-guest',
  'sme',
  'sev',
  'sev-es',
  'sev-snp',
  'sev-guest',
] as const;
export const protectionStates = ['in-use', 'enabled', 'present', 'not-available', 'unknown'] as const;
export const protectionReasons = [
  'cpu-lacks-it',
  'cpu-flag-only',
  'kernel-parameter-off',
  'kernel-parameter-on',
  'module-not-loaded',
  'device-there',
  'no-device',
  'memory-reserved',
  'is-guest',
  'not-a-guest',
  'boot-parameter-on',
  'other-vendor',
] as const;

/** Facts of probe `platform-security`: TPM, Secure Boot and what protects memory from the host or the owner. */
export const platformSecurityFactsSchema = z.object({
  secureBoot: z.enum(['enabled', 'disabled', 'setup-mode', 'legacy-boot', 'unknown']),
  tpm: z.object({
    isPresent: z.boolean().nullable(),
    /** `2.0` or `1.2`. */
    version: text,
  }),
  /** `present`: the processor offers it; `enabled`: firmware and kernel have it on; `in-use`: this system runs inside it. */
  protections: z.array(
    z.object({
      name: z.enum(protectionNames),
      state: z.enum(protectionStates),
      reason: z.enum(protectionReasons),
    }),
  ),
  /** Memory set aside for SGX enclaves. */
  sgxMemoryBytes: number,
});
export type PlatformSecurityFacts = z.infer<typeof platformSecurityFactsSchema>;

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
