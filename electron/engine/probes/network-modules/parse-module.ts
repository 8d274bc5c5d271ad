import type { NetworkModulesFacts } from '#shared/domain/facts/network';
import { linesOf } from '../lib/lines';

export type NetworkModule = NetworkModulesFacts['modules'][number];

/**
 * `ethtool -m` of an SFP, QSFP or OSFP. Null: not that. Lanes are `(Channel 1)`; of copper there are neither light nor lanes.
 *   Identifier                                : 0x03 (SFP)
 *   Receiver signal average optical power     : 0.0044 mW / -23.57 dBm
 *   Module temperature high alarm             : Off
 */
export function parseModule(name: string, text: string): NetworkModule | null {
  const fields = linesOf(text).flatMap((line) => {
    const match = /^\s*([A-Za-z][\w ,.()/-]{1,60}?)\s*: ?(.{0,200})$/.exec(line);
    return match ? [[match[1] ?? '', (match[2] ?? '').trim()] as const] : [];
  });
  const first = (pattern: RegExp) => fields.find(([key, value]) => pattern.test(key) && value !== '')?.[1] ?? null;
  const all = (pattern: RegExp) => fields.filter(([key]) => pattern.test(key)).map(([, value]) => value);
  const identifier = first(/^Identifier$/);
  if (identifier === null) return null;
  const lengths = all(/^(?:Length \(Copper[^)]*\)|Cable assembly length)$/).map((value) =>
    amount(value, /^([\d.]{1,8}) ?m$/),
  );
  const length = Math.max(0, ...lengths.filter((value) => value !== null));
  return {
    interface: name,
    identifier: named(identifier),
    connector: named(first(/^Connector$/) ?? ''),
    types: all(/^Transceiver type$|^Transmitter technology$/).map((value) => named(value) ?? value),
    vendor: first(/^Vendor name$/),
    partNumber: first(/^Vendor PN$/),
    serialNumber: first(/^Vendor SN$/),
    cableLengthM: length > 0 ? length : null,
    temperatureC: amount(first(/^Module temperature$/), /^(-?[\d.]{1,8}) degrees C/),
    voltageV: amount(first(/^Module voltage$/), /^([\d.]{1,8}) V/),
    rxPowerDbm: powers(
      all(/^(?:Receiver signal average optical power|Rcvr signal avg optical power ?\(Channel \d{1,2}\))$/),
    ),
    txPowerDbm: powers(all(/^(?:Laser output power|Transmit avg optical power ?\(Channel \d{1,2}\))$/)),
    biasMa: all(/^(?:Laser bias current|Laser tx bias current ?\(Channel \d{1,2}\))$/)
      .map((value) => amount(value, /^([\d.]{1,8}) mA/))
      .filter((value) => value !== null),
    alarms: fields
      .filter(([key, value]) => /(?:alarm|warning)(?: ?\(Channel \d{1,2}\))?$/.test(key) && value === 'On')
      .map(([key]) => key),
  };
}

/** `0x03 (SFP)`: the words in the brackets. */
function named(value: string): string | null {
  return /^0x[0-9a-f]{1,4} \((.{1,100})\)$/.exec(value)?.[1] ?? (value || null);
}

/** `0.0044 mW / -23.57 dBm`; without any light `-inf dBm`, which is null. */
function powers(values: readonly string[]): Array<number | null> {
  return values.filter((value) => / dBm$/.test(value)).map((value) => amount(value, /\/ (-?[\d.]{1,8}) dBm$/));
}

function amount(value: string | null, pattern: RegExp): number | null {
  const number = Number(pattern.exec(value ?? '')?.[1] ?? Number.NaN);
  return Number.isFinite(number) ? number : null;
}
