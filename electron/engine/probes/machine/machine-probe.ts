import type { CommandSpec } from '#shared/domain/command';
import type { MachineFacts } from '#shared/domain/facts/platform';
import { type DmiStructure, dmiText, hasNoTable, readDmidecode } from '../lib/dmidecode';
import { readPathValues } from '../lib/lines';
import { commandProblem, problem, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

const dmidecode: CommandSpec = {
  id: 'dmidecode',
  argv: ['dmidecode', '-t', '0,1,2,3'],
  privilege: 'root',
  timeoutMs: 10_000,
};

/** What everybody may read; serial numbers and the UUID are root's. Boards without SMBIOS have a device tree. */
const sysfsScript = `cd /sys/class/dmi/id 2>/dev/null && grep -sH '' sys_vendor product_name product_version product_sku \\
  product_family product_serial product_uuid board_vendor board_name board_version board_serial chassis_vendor chassis_type \\
  chassis_serial chassis_asset_tag bios_vendor bios_version bios_date bios_release
cd /proc/device-tree 2>/dev/null && for f in model serial-number; do [ -r $f ] && printf 'device-tree/%s:%s\\n' $f "$(tr -d '\\000' <$f)"; done
exit 0`;
const sysfs: CommandSpec = { id: 'sysfs-dmi', argv: ['sh', '-c', sysfsScript] };

export const machineProbe = defineProbe({
  id: 'machine',
  commands: [dmidecode, sysfs],
  sources: { '': 'dmidecode|sysfs-dmi' },
  parse(outputs) {
    const output = outputs[dmidecode.id];
    const told = commandProblem(output, dmidecode);
    const ids = readPathValues(outputs[sysfs.id]?.state === 'exited' ? (outputs[sysfs.id]?.stdout ?? '') : '');
    const fallback = fromSysfs(ids);
    const structures = output && !told ? readDmidecode(output.stdout) : null;
    const table = structures?.some(({ type }) => type <= 3) ? fromTable(structures) : null;
    if (table) return { state: 'ok', facts: fallback ? filledUp(table, fallback) : table };
    if (fallback) return { state: 'ok', facts: fallback, ...(told && { reason: told.reason }) };
    if (told) return told;
    if (output && hasNoTable(output.stdout, output.stderr)) {
      return { state: 'ok', facts: fromTable([]), reason: problem('failed', 'noFirmwareTable').reason };
    }
    return unparsable(dmidecode, output);
  },
});

function fromTable(structures: readonly DmiStructure[]): MachineFacts {
  const text = (type: number, ...names: string[]) => {
    const values = structures.find((structure) => structure.type === type)?.values;
    return names.map((name) => dmiText(values?.get(name))).find((value) => value !== null) ?? null;
  };
  return {
    system: {
      manufacturer: text(1, 'Manufacturer', 'Vendor'),
      product: text(1, 'Product Name', 'Product'),
      version: text(1, 'Version'),
      serial: text(1, 'Serial Number'),
      uuid: text(1, 'UUID')?.toLowerCase() ?? null,
      sku: text(1, 'SKU Number'),
      family: text(1, 'Family'),
    },
    board: {
      manufacturer: text(2, 'Manufacturer', 'Vendor'),
      product: text(2, 'Product Name', 'Product'),
      version: text(2, 'Version'),
      serial: text(2, 'Serial Number'),
    },
    chassis: {
      manufacturer: text(3, 'Manufacturer', 'Vendor'),
      type: text(3, 'Type'),
      serial: text(3, 'Serial Number'),
      assetTag: text(3, 'Asset Tag'),
    },
    bios: {
      vendor: text(0, 'Vendor'),
      version: text(0, 'Version'),
      releaseDate: text(0, 'Release Date'),
      revision: text(0, 'BIOS Revision'),
    },
  };
}

function fromSysfs(ids: ReadonlyMap<string, string>): MachineFacts | null {
  const text = (name: string) => dmiText(ids.get(name));
  if (ids.size === 0) return null;
  const model = text('device-tree/model');
  if (text('sys_vendor') === null && text('product_name') === null && text('board_name') === null && model === null) {
    return null;
  }
  return {
    system: {
      manufacturer: text('sys_vendor'),
      product: text('product_name') ?? model,
      version: text('product_version'),
      serial: text('product_serial') ?? text('device-tree/serial-number'),
      uuid: text('product_uuid')?.toLowerCase() ?? null,
      sku: text('product_sku'),
      family: text('product_family'),
    },
    board: {
      manufacturer: text('board_vendor'),
      product: text('board_name'),
      version: text('board_version'),
      serial: text('board_serial'),
    },
    chassis: {
      manufacturer: text('chassis_vendor'),
      type: chassisType(text('chassis_type')),
      serial: text('chassis_serial'),
      assetTag: text('chassis_asset_tag'),
    },
    bios: {
      vendor: text('bios_vendor'),
      version: text('bios_version'),
      releaseDate: text('bios_date'),
      revision: text('bios_release'),
    },
  };
}

/** The numbers of SMBIOS 7.4.1 that computers of this sort have; sysfs does not spell them out. */
const chassisTypes: Readonly<Record<string, string>> = {
  1: 'Other',
  3: 'Desktop',
  7: 'Tower',
  10: 'Notebook',
  17: 'Main Server Chassis',
  23: 'Rack Mount Chassis',
  25: 'Multi-system',
  28: 'Blade',
  29: 'Blade Enclosing',
};

function chassisType(number: string | null): string | null {
  return number === null ? null : (chassisTypes[number] ?? number);
}

/** The table is the better source; what it leaves blank may still stand in sysfs (UUID spellings differ, so not that). */
function filledUp(table: MachineFacts, fallback: MachineFacts): MachineFacts {
  const merge = <Group extends Record<string, string | null>>(one: Group, other: Group): Group =>
    Object.fromEntries(Object.entries(one).map(([name, value]) => [name, value ?? other[name] ?? null])) as Group;
  return {
    system: merge(table.system, fallback.system),
    board: merge(table.board, fallback.board),
    chassis: merge(table.chassis, fallback.chassis),
    bios: merge(table.bios, fallback.bios),
  };
}
