import type { NodeFacts } from '../../facts/index';
import type { PciFunction } from '../../facts/pci';

/** A link that is all it can be. */
export const full = { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16 };

/** A PCI function of a test, with a full link. */
export function fn(address: string, classCode: string, more: Partial<PciFunction> = {}): PciFunction {
  return {
    address,
    classCode,
    parentAddress: null,
    vendorId: '10de',
    deviceId: null,
    subsystemVendorId: null,
    subsystemDeviceId: null,
    revision: null,
    className: null,
    vendorName: null,
    deviceName: null,
    subsystemName: null,
    driver: null,
    numaNode: 0,
    physicalSlot: null,
    state: 'present',
    link: full,
    aer: null,
    statusErrors: null,
    bars: [],
    acsControls: null,
    iommuGroup: null,
    virtualFunctions: null,
    powerState: null,
    runtimeStatus: null,
    ...more,
  };
}

/** PCI facts of a test. */
export const pci = (...functions: PciFunction[]): NodeFacts['pci'] => ({
  functions,
  iommu: { isEnabled: null, groupCount: null, groupTypes: {}, kernelArguments: [] },
  hasAccessControl: false,
});
