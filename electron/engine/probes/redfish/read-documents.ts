import type { BmcFan, BmcPowerSupply, BmcSensor, RedfishFacts, SensorState } from '#shared/domain/facts/power';
import { isObject, textOf } from '../lib/lines';

export interface RedfishDocument {
  readonly path: string;
  readonly status: number;
  /** Undefined: not answered, or no JSON. */
  readonly body: unknown;
}

type Json = Record<string, unknown>;
type Found = Omit<RedfishFacts, 'access' | 'address'>;

/** Takes what it knows out of documents of any kind and version; what is not said is null. Total. */
export function readDocuments(documents: readonly RedfishDocument[]): Found {
  const found: Mutable = {
    redfishVersion: null,
    system: null,
    chassis: [],
    sensors: [],
    powerSupplies: [],
    fans: [],
    power: [],
    log: [],
    otherDocuments: [],
  };
  for (const { path, body } of documents) {
    if (!isObject(body)) continue;
    const type = /^#(\w{1,60})\./.exec(textOf(body['@odata.type']) ?? '')?.[1] ?? '';
    const read = readers[type];
    if (read) read(body, found);
    else found.otherDocuments.push(textOf(body['@odata.id']) ?? (path || type || '?'));
  }
  return found;
}

type Mutable = { -readonly [Key in keyof Found]: Found[Key] };

/** By the name of the schema (DMTF DSP8010). `Power` and `Thermal` are the older ones, which every BMC still has. */
const readers: Readonly<Record<string, (body: Json, found: Mutable) => void>> = {
  ServiceRoot(body, found) {
    found.redfishVersion = textOf(body.RedfishVersion);
  },
  ComputerSystem(body, found) {
    const memory = child(body, 'MemorySummary');
    const processors = child(body, 'ProcessorSummary');
    const gib = number(memory.TotalSystemMemoryGiB);
    const one = {
      manufacturer: textOf(body.Manufacturer),
      model: textOf(body.Model),
      serial: textOf(body.SerialNumber),
      sku: textOf(body.SKU),
      biosVersion: textOf(body.BiosVersion),
      powerState: textOf(body.PowerState),
      health: healthOf(body),
      memoryBytes: gib === null ? null : Math.round(gib * 1024 ** 3),
      processorCount: number(processors.Count),
      processorModel: textOf(processors.Model),
    };
    // Beside the machine itself a service may list its GPU baseboard as a system.
    if (found.system === null || (found.system.serial === null && one.serial !== null)) found.system = one;
  },
  Chassis(body, found) {
    found.chassis.push({
      id: textOf(body.Id) ?? '?',
      manufacturer: textOf(body.Manufacturer),
      model: textOf(body.Model),
      serial: textOf(body.SerialNumber),
      partNumber: textOf(body.PartNumber),
      health: healthOf(body),
    });
  },
  Power(body, found) {
    for (const control of list(body.PowerControl)) {
      const metrics = child(control, 'PowerMetrics');
      // Noughts over no time at all are how some services say that they do not measure.
      const isMeasured = number(metrics.MaxConsumedWatts) !== 0 || number(metrics.IntervalInMin) !== 0;
      const measured = (name: string) => (isMeasured ? number(metrics[name]) : null);
      found.power.push({
        name: textOf(control.Name) ?? textOf(control.MemberId) ?? '?',
        nowW: number(control.PowerConsumedWatts),
        averageW: measured('AverageConsumedWatts'),
        maximumW: measured('MaxConsumedWatts'),
        limitW: number(child(control, 'PowerLimit').LimitInWatts),
      });
    }
    for (const supply of list(body.PowerSupplies)) found.powerSupplies.push(toSupply(supply));
    for (const volts of list(body.Voltages)) found.sensors.push(toSensor(volts, 'voltage', volts.ReadingVolts, 'V'));
  },
  Thermal(body, found) {
    for (const one of list(body.Temperatures))
      found.sensors.push(toSensor(one, 'temperature', one.ReadingCelsius, '°C'));
    for (const one of list(body.Fans)) found.fans.push(toFan(one));
  },
  ThermalMetrics(body, found) {
    for (const one of list(body.TemperatureReadingsCelsius)) {
      // Several readings of one device have the name of their sensor to tell them apart.
      const name = lastOf(textOf(one.DataSourceUri)) ?? textOf(one.DeviceName) ?? 'Temperature';
      found.sensors.push(toSensor({ ...one, Name: name }, 'temperature', one.Reading, '°C'));
    }
    for (const [name, value] of Object.entries(child(body, 'TemperatureSummaryCelsius'))) {
      if (isObject(value)) found.sensors.push(toSensor({ ...value, Name: name }, 'temperature', value.Reading, '°C'));
    }
  },
  EnvironmentMetrics(body, found) {
    const read = (name: string, kind: BmcSensor['kind'], unit: string) => {
      const one = child(body, name);
      if (number(one.Reading) !== null) found.sensors.push(toSensor({ ...one, Name: name }, kind, one.Reading, unit));
    };
    read('TemperatureCelsius', 'temperature', '°C');
    read('PowerWatts', 'power', 'W');
    for (const one of list(body.FanSpeedsPercent)) {
      found.fans.push({
        ...toFan({ ...one, Name: textOf(one.DeviceName) ?? 'Fan' }),
        speedRpm: number(one.SpeedRPM),
        speedPercent: number(one.Reading),
      });
    }
  },
  SensorCollection(body, found) {
    for (const one of list(body.Members)) {
      // Most services list links alone; with `$expand` the sensors themselves.
      if (one.Reading === undefined && one.ReadingType === undefined)
        found.otherDocuments.push(textOf(one['@odata.id']) ?? '?');
      else readers.Sensor?.(one, found);
    }
  },
  Sensor(body, found) {
    const kinds: Readonly<Record<string, [BmcSensor['kind'], string | null]>> = {
      Temperature: ['temperature', '°C'],
      Power: ['power', 'W'],
      Voltage: ['voltage', 'V'],
      Current: ['current', 'A'],
      Rotational: ['fan', 'RPM'],
    };
    const [kind, unit] = kinds[textOf(body.ReadingType) ?? ''] ?? ['other', textOf(body.ReadingUnits)];
    found.sensors.push(toSensor(body, kind, body.Reading, unit));
  },
  PowerSupplyMetrics(body, found) {
    found.powerSupplies.push({
      ...toSupply(body),
      name: textOf(body.Name) ?? textOf(body.Id) ?? '?',
      inputW: number(child(body, 'InputPowerWatts').Reading),
      outputW: number(child(body, 'OutputPowerWatts').Reading),
      inputV: number(child(body, 'InputVoltage').Reading),
    });
  },
  LogEntryCollection(body, found) {
    for (const one of list(body.Members)) {
      const atMs = Date.parse(textOf(one.EventTimestamp) ?? textOf(one.Created) ?? '');
      found.log.push({
        id: textOf(one.Id) ?? '?',
        atMs: Number.isFinite(atMs) ? atMs : null,
        severity: textOf(one.Severity),
        message: textOf(one.Message),
        sensor: textOf(one.SensorType) ?? textOf(one.MessageId),
      });
    }
  },
};

function toSupply(one: Json): BmcPowerSupply {
  const words = [stateOf(one), healthOf(one)].filter(Boolean).join(', ');
  return {
    // HPE calls them all alike: the number of the member tells them apart.
    name: uniqueName(one),
    state: supplyState(one),
    detail: words || null,
    inputW: number(one.PowerInputWatts),
    outputW: number(one.PowerOutputWatts) ?? number(one.LastPowerOutputWatts),
    capacityW: number(one.PowerCapacityWatts),
    inputV: number(one.LineInputVoltage),
    manufacturer: textOf(one.Manufacturer),
    model: textOf(one.Model),
    serial: textOf(one.SerialNumber),
    firmwareVersion: textOf(one.FirmwareVersion),
  };
}

function uniqueName(one: Json): string {
  const name = textOf(one.Name);
  const member = textOf(one.MemberId) ?? textOf(one.Id);
  if (name === null) return member === null ? '?' : `PSU ${member}`;
  return member !== null && /^\d{1,3}$/.test(member) && !/\d/.test(name) ? `${name} ${Number(member) + 1}` : name;
}

function supplyState(one: Json): BmcPowerSupply['state'] {
  if (/^(?:Absent|Disabled)$/.test(stateOf(one) ?? '')) return 'absent';
  const health = healthOf(one);
  if (health === 'OK') return 'ok';
  if (number(one.LineInputVoltage) === 0) return 'input-lost';
  return health === 'Critical' ? 'failed' : health === 'Warning' ? 'warning' : 'unknown';
}

function toFan(one: Json): BmcFan {
  const reading = number(one.Reading);
  const isPercent = textOf(one.ReadingUnits) === 'Percent';
  return {
    name: textOf(one.Name) ?? textOf(one.FanName) ?? textOf(one.MemberId) ?? '?',
    speedRpm: isPercent ? null : reading,
    speedPercent: isPercent ? reading : null,
    state: sensorState(one, reading),
  };
}

function toSensor(one: Json, kind: BmcSensor['kind'], reading: unknown, unit: string | null): BmcSensor {
  const rawName = textOf(one.Name) ?? textOf(one.Id) ?? textOf(one.MemberId) ?? '?';
  const value = number(reading);
  const thresholds = child(one, 'Thresholds');
  const limit = (old: string, name: string) => number(one[old]) ?? number(child(thresholds, name).Reading);
  return {
    name: rawName.replace(/[_\s]+/g, ' ').trim() || rawName,
    rawName,
    kind,
    entity: null,
    value,
    unit,
    state: sensorState(one, value),
    detail: [stateOf(one), healthOf(one)].filter(Boolean).join(', ') || null,
    lowerCritical: limit('LowerThresholdCritical', 'LowerCritical'),
    upperWarning: limit('UpperThresholdNonCritical', 'UpperCaution'),
    upperCritical: limit('UpperThresholdCritical', 'UpperCritical'),
  };
}

/** `Status.State` says whether it is there, `Status.Health` how it is. */
function sensorState(one: Json, value: number | null): SensorState {
  if (/^(?:Absent|Disabled|UnavailableOffline)$/.test(stateOf(one) ?? '')) return 'absent';
  const health = healthOf(one);
  if (health === 'Critical') return 'critical';
  if (health === 'Warning') return 'warning';
  if (health === 'OK') return 'ok';
  // Documents of metrics have readings and no states.
  return value === null ? 'absent' : isObject(one.Status) ? 'unknown' : 'ok';
}

function stateOf(one: Json): string | null {
  return textOf(child(one, 'Status').State);
}

function healthOf(one: Json): string | null {
  return textOf(child(one, 'Status').Health) ?? textOf(child(one, 'Status').HealthRollup);
}

function child(of: Json, name: string): Json {
  const value = of[name];
  return isObject(value) ? value : {};
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Some services write numbers as texts: `"Reading": "43.000000"`. */
function number(value: unknown): number | null {
  if (typeof value === 'string') return /^-?\d{1,12}(?:\.\d{1,9})?$/.test(value) ? Number(value) : null;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function lastOf(uri: string | null): string | null {
  return uri?.split(/[/#]/).filter(Boolean).at(-1) ?? null;
}
