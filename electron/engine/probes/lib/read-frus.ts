import type { Fru } from '#shared/domain/facts/power';
import { integerOf, linesOf, readPairs } from './lines';

/**
 *   FRU Device Description : PSU1 (ID 3)
 *    Product Name          : PWR SPLY,2700W
 *    Product Serial        : CN17972
 */
export function readFrus(text: string): Fru[] {
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
