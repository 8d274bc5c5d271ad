import type { CommandSpec } from '#shared/domain/command';
import type { PciFacts, PciFunction } from '#shared/domain/facts/pci';
import { commandProblem, isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { parseLspci, parseLspciLines, parseLspciRecords } from './parse-lspci';
import { parseLspciTree } from './parse-lspci-tree';
import { parseSysfs, parseSysfsJson, sysfsScript } from './parse-sysfs';

const tree: CommandSpec = { id: 'pci-tree', argv: ['sh', '-c', sysfsScript], timeoutMs: 10_000 };
const names: CommandSpec = { id: 'pci-names', argv: ['lspci', '-Dmmnn'], timeoutMs: 10_000 };
/** Bridges alone: it is they that send what one device writes to another back up, and all functions would be a megabyte. */
const bridges: CommandSpec = {
  id: 'pci-bridges',
  argv: ['lspci', '-D', '-vv', '-d', '::0604'],
  privilege: 'root',
  timeoutMs: 10_000,
};

export const pciProbe = defineProbe({
  id: 'pci',
  commands: [tree, names, bridges],
  sources: {
    '': 'pci-tree',
    'functions.className': 'pci-names|pci-tree',
    'functions.vendorName': 'pci-names|pci-tree',
    'functions.deviceName': 'pci-names|pci-tree',
    'functions.subsystemName': 'pci-names|pci-tree',
    'functions.acsControls': 'pci-bridges',
    'functions.statusErrors': 'pci-bridges',
    hasAccessControl: 'pci-bridges',
  },
  parse(outputs) {
    const output = readCommand(outputs, tree);
    if (isProblem(output)) return output;
    if (output.stdout.trim() === 'pci:none') return { state: 'ok', facts: factsOf([]) };
    const sysfs = parseSysfs(output.stdout);
    if (!sysfs) {
      const recorded = output.isTruncated ? null : parseRecordedListing(output.stdout);
      return recorded ? { state: 'ok', facts: factsOf(recorded) } : unparsable(tree, output);
    }
    addNames(sysfs.functions, parseLspciLines(outputs[names.id]?.stdout ?? '') ?? []);
    addControls(sysfs.functions, parseLspci(outputs[bridges.id]?.stdout ?? '') ?? []);
    const asked = outputs[bridges.id];
    // A machine whose bridges have none was asked as well.
    const hasAccessControl = asked?.state === 'exited' && asked.exitCode === 0;
    const facts: PciFacts = { ...sysfs, hasAccessControl };
    // The tree is whole without either; what is missing is said, the one that a line in sudoers mends first.
    const limit = [bridges, names]
      .flatMap((command) => (outputs[command.id] ? (commandProblem(outputs[command.id], command) ?? []) : []))
      .at(0);
    return { state: 'ok', facts, ...(limit ? { reason: limit.reason } : {}) };
  },
});

/** What people keep of a machine: `lspci` in any of its forms, or files of sysfs. */
function parseRecordedListing(text: string): PciFunction[] | null {
  return (
    parseSysfsJson(text) ?? parseLspciTree(text) ?? parseLspciRecords(text) ?? parseLspciLines(text) ?? parseLspci(text)
  );
}

function factsOf(functions: PciFunction[]): PciFacts {
  const groups = new Set(functions.flatMap(({ iommuGroup }) => iommuGroup ?? []));
  return {
    functions,
    iommu: {
      isEnabled: groups.size > 0 ? true : null,
      groupCount: groups.size > 0 ? groups.size : null,
      groupTypes: {},
      kernelArguments: [],
    },
    hasAccessControl: hasControls(functions),
  };
}

function hasControls(functions: readonly PciFunction[]): boolean {
  return functions.some(({ acsControls }) => acsControls !== null);
}

function addNames(functions: readonly PciFunction[], named: readonly PciFunction[]): void {
  const byAddress = new Map(named.map((one) => [one.address, one]));
  for (const one of functions) {
    const {
      className = null,
      vendorName = null,
      deviceName = null,
      subsystemName = null,
    } = byAddress.get(one.address) ?? {};
    Object.assign(one, { className, vendorName, deviceName, subsystemName });
  }
}

function addControls(functions: readonly PciFunction[], asked: readonly PciFunction[]): void {
  const byAddress = new Map(asked.map((one) => [one.address, one]));
  for (const one of functions) {
    const { acsControls = null, statusErrors = null } = byAddress.get(one.address) ?? {};
    Object.assign(one, { acsControls, statusErrors });
  }
}
