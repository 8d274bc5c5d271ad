import type { PciFunction } from '#shared/domain/facts/pci';

/** `0000:1b:00.0`, `1b:00.0` or a domain of any length (`10000:01:00.0`), as sysfs writes it; null for anything else. */
export function pciAddress(raw: string): string | null {
  const match = /^(?:([0-9a-f]{2,8}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i.exec(raw);
  return match ? `${(match[1] ?? '').padStart(4, '0')}:${match[2]}`.toLowerCase() : null;
}

/** `0000:1b:00.0` -> `0000:1b` */
export function busOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}

/** A function of which nothing but the address is known. */
export function blankFunction(address: string): PciFunction {
  return {
    address,
    parentAddress: null,
    vendorId: null,
    deviceId: null,
    subsystemVendorId: null,
    subsystemDeviceId: null,
    classCode: null,
    revision: null,
    className: null,
    vendorName: null,
    deviceName: null,
    subsystemName: null,
    driver: null,
    numaNode: null,
    physicalSlot: null,
    state: 'present',
    link: null,
    aer: null,
    statusErrors: null,
    bars: [],
    acsControls: null,
    iommuGroup: null,
    virtualFunctions: null,
    powerState: null,
    runtimeStatus: null,
  };
}

/** `32.0 GT/s PCIe`, `8 GT/s`, `2.5GT/s` -> generation; null for `Unknown` and rates of no generation. */
export function generationOf(speed: string): number | null {
  const rate = /^(\d{1,3}(?:\.\d)?)(?: ?GT\/s.*)?$/.exec(speed.trim())?.[1];
  const at = rate === undefined ? -1 : [2.5, 5, 8, 16, 32, 64, 128].indexOf(Number(rate));
  return at < 0 ? null : at + 1;
}

/** A lane count that a link can have; 0 is no link, and 63 or 255 what the registers of a lost device read as. */
export function widthOf(value: string): number | null {
  const width = /^x?(\d{1,3})$/.exec(value.trim())?.[1];
  return width !== undefined && [1, 2, 4, 8, 12, 16, 32].includes(Number(width)) ? Number(width) : null;
}

export function isLostWidth(value: string): boolean {
  return /^x?(63|255)$/.test(value.trim());
}
