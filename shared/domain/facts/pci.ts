import { z } from 'zod';

const number = z.number().nullable();
const text = z.string().nullable();
const flag = z.boolean().nullable();

/**
 * A PCIe link as one end reports it. Generations are 1 (2.5 GT/s) to 6 (64 GT/s). `max` is what this end alone can do; what
 * the link can do is the lower of both ends. An idle GPU lowers the generation by itself to save power, never the width.
 */
export const pciLinkSchema = z.object({ generation: number, width: number, maxGeneration: number, maxWidth: number });
export type PciLink = z.infer<typeof pciLinkSchema>;

/** One function of a PCI device. Virtual functions are not listed; their physical function counts them. */
export const pciFunctionSchema = z.object({
  /** Lower case `domain:bus:device.function`, the domain with at least four digits, as sysfs has it. */
  address: z.string(),
  /** The bridge above it: a root port, or a port of a switch. Null: it hangs on a root bus, or what is above is not known. */
  parentAddress: text,
  /** Hex digits as in the PCI ID database: vendor 4, device 4, class 6 (4 where the programming interface is not told). */
  vendorId: text,
  deviceId: text,
  subsystemVendorId: text,
  subsystemDeviceId: text,
  classCode: text,
  revision: text,
  /** Names of the PCI ID database on the node; null where it has none or `lspci` is not there. */
  className: text,
  vendorName: text,
  deviceName: text,
  subsystemName: text,
  driver: text,
  numaNode: number,
  physicalSlot: text,
  /** `lost`: its configuration space reads as all ones, as that of a device that has fallen off the bus. */
  state: z.enum(['present', 'lost']),
  /** Null: not a PCIe function, or one inside a chip that has no link. */
  link: pciLinkSchema.nullable(),
  /** Errors since boot of the kernel's AER counters; null: no AER capability or an older kernel. `kinds`: those above 0. */
  aer: z
    .object({ correctable: number, nonFatal: number, fatal: number, kinds: z.record(z.string(), z.number()) })
    .nullable(),
  /** Error bits of the device status register, which stay set until someone clears them. Null: not read. */
  statusErrors: z.array(z.enum(['CorrErr', 'NonFatalErr', 'FatalErr', 'UnsupReq'])).nullable(),
  /** Base address registers with memory behind them. Of functions with a large memory; empty where not read. */
  bars: z.array(
    z.object({ index: z.number(), sizeBytes: z.number(), isPrefetchable: z.boolean(), is64Bit: z.boolean() }),
  ),
  /** Access control bits that are on (SrcValid, ReqRedir, …). Null: no ACS, or it needs root. */
  acsControls: z.array(z.string()).nullable(),
  iommuGroup: number,
  virtualFunctions: z.object({ enabled: number, total: number }).nullable(),
  /** D0, D3hot, D3cold. */
  powerState: text,
  runtimeStatus: text,
});
export type PciFunction = z.infer<typeof pciFunctionSchema>;

/** Facts of probe `pci`: sysfs, names from `lspci -Dmmnn`, access control from `lspci -D -vv -d ::0604` (root). */
export const pciFactsSchema = z.object({
  functions: z.array(pciFunctionSchema),
  iommu: z.object({
    /** Null: not known. False: the kernel runs without one, whatever the firmware offers. */
    isEnabled: flag,
    groupCount: number,
    /** `identity` (passthrough), `DMA`, `DMA-FQ`, …: how many groups have each kind of address translation. */
    groupTypes: z.record(z.string(), z.number()),
    /** What of the kernel's command line is about it: `iommu=pt`, `intel_iommu=on`. */
    kernelArguments: z.array(z.string()),
  }),
  /** False: bridges could not be asked for their access control (no root, or no `lspci`). */
  hasAccessControl: z.boolean(),
});
export type PciFacts = z.infer<typeof pciFactsSchema>;
