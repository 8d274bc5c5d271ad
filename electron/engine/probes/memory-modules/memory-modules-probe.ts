import type { CommandSpec } from '#shared/domain/command';
import type { MemoryModule, MemoryModulesFacts } from '#shared/domain/facts/platform';
import { type DmiStructure, dmiBytes, dmiNumber, dmiText, hasNoTable, readDmidecode } from '../lib/dmidecode';
import { integerOf } from '../lib/lines';
import { isProblem, problem, readCommand, unparsable } from '../lib/outcome';
import { meminfo } from '../memory/memory-probe';
import { defineProbe } from '../probe';

const dmidecode: CommandSpec = {
  id: 'dmidecode',
  argv: ['dmidecode', '-t', 'memory'],
  privilege: 'root',
  timeoutMs: 10_000,
};

export const memoryModulesProbe = defineProbe({
  id: 'memory-modules',
  commands: [dmidecode, meminfo],
  sources: { '': 'dmidecode', kernelTotalBytes: 'meminfo' },
  parse(outputs) {
    const output = readCommand(outputs, dmidecode);
    if (isProblem(output)) return output;
    const kernel = outputs[meminfo.id];
    const kib = integerOf(
      /^MemTotal:\s{1,20}(\d{1,15}) kB$/m.exec(kernel?.state === 'exited' ? kernel.stdout : '')?.[1],
    );
    const kernelTotalBytes = kib === null ? null : kib * 1024;
    const structures = readDmidecode(output.stdout);
    if (structures?.some(({ type }) => type === 17)) {
      return { state: 'ok', facts: { ...toFacts(structures), kernelTotalBytes } };
    }
    const isEmpty = structures?.length === 0 || structures?.every(({ type }) => type === 16 || type === 19);
    // No structure at all, not even its end, is a table that could not be reached.
    if (hasNoTable(output.stdout, output.stderr)) {
      return {
        state: 'ok',
        facts: { ...toFacts([]), kernelTotalBytes },
        reason: problem('failed', 'noFirmwareTable').reason,
      };
    }
    if (isEmpty && output.exitCode === 0 && !output.isTruncated) {
      return {
        state: 'ok',
        facts: { ...toFacts(structures ?? []), kernelTotalBytes },
        reason: problem('failed', 'noMemoryModules').reason,
      };
    }
    return unparsable(dmidecode, output);
  },
});

/** Who fills in the table of a virtual machine (systemd's src/basic/virt.c has the same names). */
const hypervisors =
  /^(?:QEMU|VMware|Xen|innotek|Oracle Corporation|Parallels|Amazon EC2|Google|Bochs|KVM|OpenStack|Apple Virtualization|RHEV|Red Hat)\b/i;

function toFacts(structures: readonly DmiStructure[]): Omit<MemoryModulesFacts, 'kernelTotalBytes'> {
  const arrays = structures.filter(
    ({ type, values }) => type === 16 && /system memory/i.test(values.get('Use') ?? 'system memory'),
  );
  // Old boards list the flash chip of their firmware among the memory.
  const devices = structures.filter(({ type, values }) => type === 17 && values.get('Type') !== 'Flash');
  const modules = named(devices.map(({ values }) => toModule(values)));
  const fitted = modules.filter(({ isEmpty }) => !isEmpty);
  const sizes = fitted.map(({ sizeBytes }) => sizeBytes);
  const maxima = arrays.map(({ values }) => dmiBytes(values.get('Maximum Capacity')));
  const makers = [
    ...fitted.map(({ manufacturer }) => manufacturer),
    ...structures.filter(({ type }) => type === 1).map(({ values }) => dmiText(values.get('Manufacturer'))),
  ];
  const hasNoIdentity = fitted.every(({ manufacturer, partNumber, serial }) => !manufacturer && !partNumber && !serial);
  return {
    modules,
    errorCorrection: dmiText(arrays[0]?.values.get('Error Correction Type')),
    maximumBytes: total(maxima),
    installedBytes: total(sizes),
    isEmulated:
      makers.some((maker) => maker !== null && hypervisors.test(maker)) || (fitted.length > 0 && hasNoIdentity),
  };
}

function toModule(values: ReadonlyMap<string, string>): MemoryModule {
  const size = values.get('Size') ?? '';
  const isEmpty = /^(?:No Module Installed|Not Installed|0 (?:MB|GB))$/i.test(size);
  const filled = (name: string) => (isEmpty ? null : dmiText(values.get(name)));
  const number = (...names: string[]) =>
    isEmpty ? null : (names.map((name) => dmiNumber(values.get(name))).find((value) => value !== null) ?? null);
  return {
    locator: dmiText(values.get('Locator')) ?? '?',
    bank: dmiText(values.get('Bank Locator')),
    isEmpty,
    sizeBytes: isEmpty ? null : dmiBytes(size),
    type: filled('Type'),
    formFactor: filled('Form Factor'),
    speedMTs: number('Speed'),
    configuredSpeedMTs: number('Configured Memory Speed', 'Configured Clock Speed'),
    manufacturer: filled('Manufacturer'),
    partNumber: filled('Part Number'),
    serial: filled('Serial Number'),
    rank: number('Rank'),
    dataWidthBits: number('Data Width'),
    totalWidthBits: number('Total Width'),
    configuredVoltageV: number('Configured Voltage'),
  };
}

/** Some firmware calls a slot of every channel `DIMM 0`: the bank tells them apart, and where that is no help their order. */
function named(modules: readonly MemoryModule[]): MemoryModule[] {
  const count = (names: readonly string[], name: string) => names.filter((other) => other === name).length;
  const plain = modules.map(({ locator }) => locator);
  const banked = modules.map(({ locator, bank }) =>
    count(plain, locator) > 1 && bank !== null ? `${bank} ${locator}` : locator,
  );
  const seen = new Map<string, number>();
  return modules.map((module, index) => {
    const name = banked[index] ?? module.locator;
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return { ...module, locator: nth > 1 ? `${name} #${nth}` : name };
  });
}

function total(values: readonly (number | null)[]): number | null {
  return values.length === 0 || values.includes(null)
    ? null
    : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
