import type { UpsDevice, UpsState } from '#shared/domain/facts/power';

type Values = ReadonlyMap<string, string>;

/** `ups.status` (NUT developer guide, "Status data") and apcupsd's words for the same. */
const states: Readonly<Record<string, UpsState>> = {
  OL: 'online',
  ONLINE: 'online',
  OB: 'on-battery',
  ONBATT: 'on-battery',
  LB: 'low-battery',
  LOWBATT: 'low-battery',
  HB: 'high-battery',
  RB: 'replace-battery',
  REPLACEBATT: 'replace-battery',
  CHRG: 'charging',
  DISCHRG: 'discharging',
  BYPASS: 'bypass',
  CAL: 'calibrating',
  OFF: 'off',
  OVER: 'overloaded',
  OVERLOAD: 'overloaded',
  TRIM: 'trimming',
  BOOST: 'boosting',
  FSD: 'forced-shutdown',
  SHUTTING: 'forced-shutdown',
  ALARM: 'alarm',
  TEST: 'test',
  ECO: 'eco',
};

function statesOf(text: string): UpsState[] {
  const words = text.split(/\s+/).filter((word) => word !== '' && word !== 'DOWN');
  return [...new Set(words.map((word) => states[word] ?? 'other'))];
}

function numberOf(values: Values, ...names: readonly string[]): number | null {
  for (const name of names) {
    const match = /^\s{0,4}(-?\d{1,9}(?:\.\d{1,4})?)(?:\s|$)/.exec(values.get(name) ?? '');
    if (match) return Number(match[1]);
  }
  return null;
}

function textOf(values: Values, ...names: readonly string[]): string | null {
  return (
    names
      .map((name) => values.get(name)?.trim())
      .find((value) => value !== undefined && value !== '' && value !== 'N/A') ?? null
  );
}

/** `battery.charge: 100`, in the units of NUT's list of variables: percent, seconds, volts, watts. */
export function fromNut(name: string, values: Values): UpsDevice {
  const statusText = textOf(values, 'ups.status');
  return {
    ...nothing,
    name,
    deviceType: textOf(values, 'device.type'),
    statusText,
    states: statesOf(statusText ?? ''),
    chargePercent: numberOf(values, 'battery.charge'),
    runtimeSeconds: numberOf(values, 'battery.runtime'),
    loadPercent: numberOf(values, 'ups.load'),
    inputV: numberOf(values, 'input.voltage'),
    outputV: numberOf(values, 'output.voltage'),
    batteryV: numberOf(values, 'battery.voltage'),
    temperatureC: numberOf(values, 'ups.temperature', 'battery.temperature'),
    powerW: numberOf(values, 'ups.realpower', 'outlet.realpower'),
    nominalPowerW: numberOf(values, 'ups.realpower.nominal'),
    manufacturer: textOf(values, 'device.mfr', 'ups.mfr'),
    model: textOf(values, 'device.model', 'ups.model'),
    serial: serialOf(textOf(values, 'device.serial', 'ups.serial')),
    firmwareVersion: textOf(values, 'ups.firmware'),
    batteryDate: dateOf(textOf(values, 'battery.date', 'battery.mfr.date')),
    alarm: textOf(values, 'ups.alarm'),
  };
}

/** `TIMELEFT : 130.0 Minutes`, `LOADPCT  :   9.3 Percent Load Capacity`. */
export function fromApcupsd(values: Values): UpsDevice {
  const statusText = textOf(values, 'STATUS');
  const minutes = numberOf(values, 'TIMELEFT');
  const isLost = /COMMLOST/.test(statusText ?? '');
  return {
    ...nothing,
    name: textOf(values, 'UPSNAME') ?? 'apcupsd',
    problem: isLost ? 'stale' : null,
    problemText: isLost ? statusText : null,
    deviceType: 'ups',
    statusText,
    states: isLost ? [] : statesOf(statusText ?? ''),
    chargePercent: numberOf(values, 'BCHARGE'),
    runtimeSeconds: minutes === null ? null : Math.round(minutes * 60),
    loadPercent: numberOf(values, 'LOADPCT'),
    inputV: numberOf(values, 'LINEV'),
    outputV: numberOf(values, 'OUTPUTV'),
    batteryV: numberOf(values, 'BATTV'),
    temperatureC: numberOf(values, 'ITEMP'),
    nominalPowerW: numberOf(values, 'NOMPOWER'),
    manufacturer: 'APC',
    model: textOf(values, 'MODEL', 'APCMODEL'),
    serial: serialOf(textOf(values, 'SERIALNO')),
    firmwareVersion: textOf(values, 'FIRMWARE'),
    batteryDate: dateOf(textOf(values, 'BATTDATE')),
  };
}

/** upsc's errors: what upsd has of this UPS is old, or its driver does not run. */
export function problemDevice(name: string, words: string): UpsDevice {
  const problem = /Data stale/i.test(words)
    ? 'stale'
    : /Driver not connected/i.test(words)
      ? 'no-driver'
      : /Access denied/i.test(words)
        ? 'denied'
        : /Connection/i.test(words)
          ? 'unreachable'
          : 'other';
  return { ...nothing, name, problem, problemText: words || null };
}

/** A serial number of noughts is what a device has that was given none. */
function serialOf(text: string | null): string | null {
  return text === null || /^0+$/.test(text) ? null : text;
}

/** Some devices have other things in the field of the date. */
function dateOf(text: string | null): string | null {
  return text !== null && /\d/.test(text) ? text : null;
}

const nothing: UpsDevice = {
  name: '',
  problem: null,
  problemText: null,
  deviceType: null,
  statusText: null,
  states: [],
  chargePercent: null,
  runtimeSeconds: null,
  loadPercent: null,
  inputV: null,
  outputV: null,
  batteryV: null,
  temperatureC: null,
  powerW: null,
  nominalPowerW: null,
  manufacturer: null,
  model: null,
  serial: null,
  firmwareVersion: null,
  batteryDate: null,
  alarm: null,
};
