import type { BmcSensor, SensorKind, SensorState } from '#shared/domain/facts/power';
import { linesOf } from './lines';

/** Reads what lists a BMC's sensors, in any of the forms below. Null: none of them. */
export function readIpmiSensors(text: string): BmcSensor[] | null {
  const lines = linesOf(text, 1024).filter((line) => line.trim() !== '' && !/^ID,Name,Type,/.test(line));
  for (const read of [fromTable, fromCsv, fromFreeIpmi]) {
    const found = lines.flatMap((line) => read(line) ?? []);
    // A line that is none of a list's (a warning, noise of the login) does not spoil it; a list of those is none.
    if (found.length > 0 && found.length * 2 > lines.length) return found;
  }
  return null;
}

const status = /^(?:ok|ns|nc|cr|nr|us|na|l?nr|lcr|lnc|unc|ucr|unr|0x[0-9a-f]{1,4})$/i;

/**
 *   Inlet Temp       | 05h | ok  |  7.1 | 21 degrees C          ipmitool sdr elist
 *   Ambient Temp     | 20 degrees C      | ok                   ipmitool sdr
 *   FAN1             | 9000.000   | RPM  | ok | na | 300.000 | …  ipmitool sensor: three lower, three upper thresholds
 */
function fromTable(line: string): BmcSensor | null {
  const cells = line.split('|').map((cell) => cell.trim());
  const [name = '', second = '', third = '', fourth = ''] = cells;
  if (name === '') return null;
  if (cells.length === 3 && status.test(third)) return sensor(name, null, second, third);
  if (cells.length === 5 && /^[0-9A-F]{2}h$/i.test(second) && status.test(third)) {
    return sensor(name, fourth, cells[4] ?? '', third);
  }
  if (cells.length !== 10 || !status.test(fourth)) return null;
  const threshold = (at: number) => numberOf(cells[at] ?? '');
  const isDiscrete = third === 'discrete';
  return {
    ...sensor(
      name,
      null,
      second === 'na' ? 'No Reading' : isDiscrete ? second : `${second} ${third}`,
      isDiscrete ? 'ok' : fourth,
    ),
    lowerCritical: threshold(5),
    upperWarning: threshold(7),
    upperCritical: threshold(8),
  };
}

/**
 *   P12V,12.120,Volts,ok                           ipmitool -c sdr elist, and `FAN2,,,ns` without a reading
 *   PSU1 Status,04h,ok,10.1,Presence detected
 */
function fromCsv(line: string): BmcSensor | null {
  const cells = line.split(',').map((cell) => cell.trim());
  const [name = '', second = '', third = '', fourth = ''] = cells;
  if (name === '') return null;
  if (/^[0-9A-F]{2}h$/i.test(second) && status.test(third) && /^\d{1,3}\.\d{1,3}$/.test(fourth)) {
    return sensor(name, fourth, cells.slice(4).join(', '), third);
  }
  if (cells.length !== 4 || !status.test(fourth)) return null;
  return sensor(name, null, second === '' ? 'No Reading' : `${second} ${third}`, fourth);
}

/**
 * FreeIPMI, with `--output-sensor-state` or without:
 *   71,PWR_PSU1,Power Supply,780.00,W,'OK'
 *   71,PWR_PSU1,Power Supply,Nominal,780.00,W,'OK'
 */
function fromFreeIpmi(line: string): BmcSensor | null {
  const match =
    /^\d{1,5},([^,]{1,80}),([A-Za-z][^,]{0,60}),(?:(Nominal|Warning|Critical|N\/A),)?(-?\d{1,9}(?:\.\d{1,4})?|N\/A),([^,]{1,20}),('.{0,200}'|N\/A)$/.exec(
      line.trim(),
    );
  if (!match) return null;
  const [, rawName = '', type = '', told, value = '', unit = '', event = ''] = match;
  const detail = event
    .split(/'\s*'/)
    .map((one) => one.replace(/'/g, '').trim())
    .filter(Boolean)
    .join(', ');
  const isAnalog = value !== 'N/A';
  const states: Readonly<Record<string, SensorState>> = { Nominal: 'ok', Warning: 'warning', Critical: 'critical' };
  const base = sensor(rawName, null, isAnalog ? `${value} ${unit}` : detail, 'ok');
  const judged = /^(?:OK|N\/A)?$/.test(detail) ? 'ok' : stateOfWords(detail);
  return {
    ...base,
    kind: base.kind === 'other' || !isAnalog ? (kindOfType(type) ?? base.kind) : base.kind,
    state: (told && states[told]) || judged,
    detail: detail || null,
  };
}

function sensor(rawName: string, entity: string | null, reading: string, statusWord: string): BmcSensor {
  // HPE's power supplies have both: `130 Watts, Presence detected`.
  const analog = /^(-?\d{1,9}(?:\.\d{1,6})?) ([A-Za-z%][A-Za-z% /]{0,20})(?:, (.{1,200}))?$/.exec(reading);
  const said = analog?.[3];
  const unit = analog ? (unitNames[(analog[2] ?? '').toLowerCase()] ?? analog[2] ?? null) : null;
  const name = rawName.replace(/[_\s]+/g, ' ').trim();
  return {
    name,
    rawName,
    kind: kindOf(name, entity, unit),
    entity: entity !== null && /^\d{1,3}\.\d{1,3}$/.test(entity) ? entity : null,
    value: analog ? Number(analog[1]) : null,
    unit,
    state: stateOf(statusWord.toLowerCase(), analog !== null && said === undefined, said ?? reading),
    detail: (analog ? (said ?? statusWord) : reading) || null,
    lowerCritical: null,
    upperWarning: null,
    upperCritical: null,
  };
}

function numberOf(text: string): number | null {
  return /^-?\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : null;
}

const unitNames: Readonly<Record<string, string>> = {
  'degrees c': '°C',
  c: '°C',
  'degrees f': '°F',
  rpm: 'RPM',
  watts: 'W',
  w: 'W',
  volts: 'V',
  v: 'V',
  amps: 'A',
  a: 'A',
  percent: '%',
  '%': '%',
  unspecified: '',
};

/** Entities of the IPMI specification (table 43-13) that a server has parts of. */
const entityKinds: Readonly<Record<string, SensorKind>> = {
  3: 'processor',
  8: 'memory',
  10: 'power-supply',
  29: 'fan',
  30: 'fan',
  32: 'memory',
};

const unitKinds: Readonly<Record<string, SensorKind>> = {
  '°C': 'temperature',
  '°F': 'temperature',
  RPM: 'fan',
  W: 'power',
  V: 'voltage',
  A: 'current',
};

function kindOf(name: string, entity: string | null, unit: string | null): SensorKind {
  const byUnit = unit === null ? undefined : unitKinds[unit];
  if (byUnit) return byUnit;
  const byEntity = entityKinds[entity?.split('.')[0] ?? ''];
  if (byEntity && unit !== '%') return byEntity;
  if (/\bfan\d*\b|tach/i.test(name)) return 'fan';
  if (/\btemp\b/i.test(name)) return 'temperature';
  if (/\bpsu?\s?\d|\bpower supply|redundancy psu|\bps redundancy/i.test(name)) return 'power-supply';
  if (/\bdimms?\b|\bmem/i.test(name)) return 'memory';
  return /\bcpus?\b|\bproc/i.test(name) ? 'processor' : 'other';
}

/** FreeIPMI names the type of each sensor in words. */
function kindOfType(type: string): SensorKind | null {
  const kinds: Readonly<Record<string, SensorKind>> = {
    Temperature: 'temperature',
    Fan: 'fan',
    'Power Supply': 'power-supply',
    Voltage: 'voltage',
    Current: 'current',
    Memory: 'memory',
    Processor: 'processor',
  };
  return Object.hasOwn(kinds, type) ? (kinds[type] ?? null) : null;
}

/** ipmitool's status of a threshold sensor (lib/ipmi_sdr.c): nc, cr and nr, with l or u where it tells the side. */
function stateOf(word: string, isAnalog: boolean, reading: string): SensorState {
  if (word === 'ns' || word === 'na' || /^(?:no reading|not readable|disabled)$/i.test(reading)) return 'absent';
  if (/^[lu]?nc$/.test(word)) return 'warning';
  if (/^[lu]?cr$|^[lu]?nr$/.test(word)) return 'critical';
  if (word === 'us') return 'unknown';
  if (isAnalog || /^0x0{1,4}$/i.test(reading)) return 'ok';
  // Bits of a sensor whose meaning is not told.
  return /^0x/i.test(reading) ? 'unknown' : stateOfWords(reading);
}

/** What discrete sensors assert, in the words of the IPMI specification (table 42-3) that both tools print. */
export function stateOfWords(text: string): SensorState {
  const words = text.replace(/predictive failure/gi, 'predictive');
  if (
    /non-recoverable|\bcritical\b(?<!non-critical)|\bfailure\b|\bfail(?:ed)?\b|uncorrectable|redundancy lost|ac lost|input lost|thermal trip|\bierr\b|fatal|\bfault\b|configuration error|insufficient resources/i.test(
      words,
    )
  ) {
    return 'critical';
  }
  if (
    /non-critical|predictive|degraded|correctable|throttled|out of range|non-redundant|limit exceeded|not redundant/i.test(
      words,
    )
  ) {
    return 'warning';
  }
  return 'ok';
}
