import type { DimmSpec } from './profile';

/** A bank of equal memory modules, one a locator; each has a serial number of its own. */
export function dimms(module: Omit<DimmSpec, 'locator' | 'serial'>, locators: readonly string[]): DimmSpec[] {
  return locators.map((locator, index) => ({
    ...module,
    locator,
    // A hypervisor gives its modules none.
    serial: module.manufacturer === 'QEMU' ? null : (0x3a_51_0c_40 + index * 0x2b).toString(16).toUpperCase(),
  }));
}
