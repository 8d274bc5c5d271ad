import type { CommandSpec } from '#shared/domain/command';
import type { BmcFacts, Fru } from '#shared/domain/facts/power';
import { bmcDevice, noAnswer, textOfCommand } from '../lib/ipmi';
import { integerOf, linesOf, readPairs } from '../lib/lines';
import { commandProblem, isProblem, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

const ask = (id: string, timeoutMs: number, ...args: string[]): CommandSpec => ({
  id,
  argv: ['ipmitool', ...args],
  privilege: 'root',
  lane: 'bmc',
  maxOutputBytes: 512 * 1024,
  timeoutMs,
});
const info = ask('ipmi-mc-info', 20_000, 'mc', 'info');
const power = ask('ipmi-power', 20_000, 'dcmi', 'power', 'reading');
const fru = ask('ipmi-fru', 60_000, 'fru', 'print');

export const bmcProbe = defineProbe({
  id: 'bmc',
  commands: [info, power, fru, bmcDevice],
  sources: { '': 'ipmi-mc-info', power: 'ipmi-power', frus: 'ipmi-fru', presence: 'bmc-device' },
  parse(outputs) {
    const identity = readInfo(textOfCommand(outputs, info));
    const draw = readPower(textOfCommand(outputs, power));
    const frus = readFrus(textOfCommand(outputs, fru));
    if (identity || draw || frus.length > 0) {
      // Without DCMI the draw is not told; what kept the list of parts away is worth saying.
      const limit = outputs[fru.id] ? commandProblem(outputs[fru.id], fru) : null;
      return {
        state: 'ok',
        facts: { presence: 'present', ...(identity ?? nobody), power: draw, frus },
        ...(limit && { reason: limit.reason }),
      };
    }
    const none = noAnswer(outputs, info);
    if (none === null) return unparsable(info, outputs[info.id]);
    if (isProblem(none)) return none;
    return { state: 'ok', facts: { presence: none.presence, ...nobody, power: null, frus: [] } };
  },
});

type Identity = Pick<BmcFacts, 'manufacturer' | 'product' | 'firmwareVersion' | 'ipmiVersion'>;
const nobody: Identity = { manufacturer: null, product: null, firmwareVersion: null, ipmiVersion: null };

/** `Firmware Revision         : 9.08`; a maker or product that ipmitool has no name for is `Unknown (0xF02)`. */
function readInfo(text: string): Identity | null {
  const values = readPairs(text, ':');
  if (!values.has('Firmware Revision') || !values.has('IPMI Version')) return null;
  const known = (name: string, number: string) => {
    const value = values.get(name) ?? '';
    return value === '' || /^Unknown/.test(value) ? (values.get(number) ?? null) : value;
  };
  return {
    manufacturer: known('Manufacturer Name', 'Manufacturer ID'),
    product: known('Product Name', 'Product ID'),
    firmwareVersion: values.get('Firmware Revision') || null,
    ipmiVersion: values.get('IPMI Version') || null,
  };
}

/** `Instantaneous power reading:                   167 Watts`, and 0 of everything while it is not activated. */
function readPower(text: string): BmcFacts['power'] {
  const values = readPairs(text, ':');
  if (!values.has('Instantaneous power reading')) return null;
  const state = values.get('Power reading state is');
  const isActive = state === undefined ? null : state === 'activated';
  const number = (name: string) => {
    const value = integerOf(/^(\d{1,9})/.exec(values.get(name) ?? '')?.[1]);
    return isActive === false && value === 0 ? null : value;
  };
  return {
    nowW: number('Instantaneous power reading'),
    minimumW: number('Minimum during sampling period'),
    maximumW: number('Maximum during sampling period'),
    averageW: number('Average power reading over sample period'),
    periodSeconds: number('Sampling period'),
    isActive,
  };
}

/**
 *   FRU Device Description : PSU1 (ID 3)
 *    Product Name          : PWR SPLY,2700W
 *    Product Serial        : CN17972
 */
function readFrus(text: string): Fru[] {
  const blocks: string[][] = [];
  for (const line of linesOf(text, 1024)) {
    if (line.startsWith('FRU Device Description')) blocks.push([]);
    blocks.at(-1)?.push(line);
  }
  return blocks.flatMap((block) => {
    const values = readPairs(block.join('\n'), ':');
    const head = /^(.{0,80}?)\s*\(ID (\d{1,3})\)$/.exec(values.get('FRU Device Description') ?? '');
    const value = (...names: string[]) =>
      names
        .map((name) => values.get(name)?.trim() || null)
        .find((one) => one !== null && !/^(?:N\/A|Unknown|0+|\.+)$/i.test(one)) ?? null;
    const found: Fru = {
      name: head?.[1] || values.get('FRU Device Description') || '?',
      id: integerOf(head?.[2]),
      manufacturer: value('Product Manufacturer', 'Board Mfg'),
      product: value('Product Name', 'Board Product'),
      partNumber: value('Product Part Number', 'Board Part Number'),
      serial: value('Product Serial', 'Board Serial'),
      version: value('Product Version'),
      assetTag: value('Product Asset Tag'),
      boardSerial: value('Board Serial'),
      chassisSerial: value('Chassis Serial'),
    };
    // An empty bay: "Device not present (Requested sensor, data, or record not found)".
    return found.product === null && found.serial === null && found.manufacturer === null ? [] : [found];
  });
}
