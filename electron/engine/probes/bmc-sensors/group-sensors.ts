import type { BmcFan, BmcPowerSupply, BmcSensor, Fru } from '#shared/domain/facts/power';

/**
 * Power supplies: sensors of one IPMI entity (10.N), else of one number in their names, make one. The list of parts has
 * their serial numbers.
 */
export function powerSuppliesOf(sensors: readonly BmcSensor[], frus: readonly Fru[]): BmcPowerSupply[] {
  const groups = new Map<string, BmcSensor[]>();
  for (const sensor of sensors) {
    const number = supplyNumber(sensor);
    if (number === null) continue;
    groups.set(number, [...(groups.get(number) ?? []), sensor]);
  }
  return [...groups]
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([number, members]) => {
      const fru = frus.find((one) => fruNumber(one) === number);
      return toSupply(`PSU ${number}`, members, fru);
    });
}

/** `PSU1`, `PS 2`, `Power Supply 1`, `PSU1_FRU`. */
function fruNumber({ name }: Fru): string | undefined {
  return /(?:PSU?|Power Supply)[ _]?(\d{1,2})(?!\d)/i.exec(name)?.[1];
}

function supplyNumber({ name, entity, kind }: BmcSensor): string | null {
  const named = /\b(?:PSU?|Power Supply|PWR PSU|PS)\s?#?(\d{1,2})\b/i.exec(name)?.[1];
  const [id, instance] = entity?.split('.') ?? [];
  if (id === '10' && instance !== undefined) return named ?? instance;
  if (/fan/i.test(name) && kind === 'fan' && named === undefined) return null;
  return named ?? null;
}

function toSupply(name: string, members: readonly BmcSensor[], fru: Fru | undefined): BmcPowerSupply {
  const status = members.filter(({ value, kind, detail }) =>
    value === null ? kind === 'power-supply' : /presence|failure|lost|redundan/i.test(detail ?? ''),
  );
  const words = status.map(({ detail }) => detail ?? '').filter((detail) => detail !== '' && detail !== 'OK');
  const analog = (unit: string, pattern: RegExp) =>
    members.find((sensor) => sensor.unit === unit && sensor.value !== null && pattern.test(sensor.name))?.value ?? null;
  return {
    name,
    state: supplyState(members, status),
    detail: words.join(', ') || null,
    inputW: analog('W', /in|pwr|power|watt/i),
    outputW: analog('W', /out/i),
    capacityW: null,
    inputV: analog('V', /in|ac|volt/i),
    manufacturer: fru?.manufacturer ?? null,
    model: fru?.product ?? null,
    serial: fru?.serial ?? null,
    firmwareVersion: fru?.version ?? null,
  };
}

function supplyState(members: readonly BmcSensor[], status: readonly BmcSensor[]): BmcPowerSupply['state'] {
  const words = status.map(({ detail }) => detail ?? '').join(', ');
  if (/input lost|ac lost|input out of range/i.test(words)) return 'input-lost';
  if (members.some(({ state }) => state === 'critical')) return 'failed';
  if (status.some(({ state }) => state === 'warning')) return 'warning';
  if (/presence detected/i.test(words)) return 'ok';
  if (status.length > 0 && status.every(({ state }) => state === 'absent')) return 'absent';
  // A bare `0x00` says that the sensor was read, not what of.
  return members.some(({ unit, value }) => unit === 'W' && value !== null && value > 0) ? 'ok' : 'unknown';
}

export function fansOf(sensors: readonly BmcSensor[]): BmcFan[] {
  return sensors
    .filter(({ kind, unit, state, name }) => {
      if (unit === 'RPM') return true;
      if (kind !== 'fan') return false;
      return unit === '%' || (state === 'absent' && !/fault|redundan|status|presence/i.test(name));
    })
    .map(({ name, unit, value, state }) => ({
      name,
      speedRpm: unit === 'RPM' ? value : null,
      speedPercent: unit === '%' ? value : null,
      state,
    }));
}

export function redundancyOf(sensors: readonly BmcSensor[]): string | null {
  const told = sensors.filter(
    ({ name, value, detail }) => value === null && detail !== null && /redundan/i.test(`${name} ${detail}`),
  );
  const words = told.map(({ detail }) => detail ?? '').filter((detail) => !/^0x|^no reading$/i.test(detail));
  return [...new Set(words)].join(', ') || null;
}
