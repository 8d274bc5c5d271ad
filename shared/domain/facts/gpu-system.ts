import { z } from 'zod';

const number = z.number().nullable();
const text = z.string().nullable();
const flag = z.boolean().nullable();

/**
 * Facts of probe `gpu-devices` (sysfs, names from `lspci -nn`): every display, compute and NVSwitch device on the PCI bus,
 * whether or not a driver has it.
 */
export const gpuDevicesFactsSchema = z.object({
  devices: z.array(
    z.object({
      pciBusId: z.string(),
      /** `management-display`: the BMC's own graphics; `virtual-display`: a hypervisor's. Neither computes. */
      kind: z.enum(['gpu', 'nvswitch', 'management-display', 'virtual-display']),
      vendorId: z.string(),
      deviceId: z.string(),
      subsystemVendorId: text,
      subsystemDeviceId: text,
      /** Six hex digits: 030000 VGA, 030200 3D, 038000 display, 120000 processing accelerator, 068000 bridge. */
      pciClass: z.string(),
      /** As lspci's list of ids has it; null: no lspci, or an id that it does not know. */
      name: text,
      driver: text,
      numaNode: number,
      isBootDisplay: flag,
    }),
  ),
});
export type GpuDevicesFacts = z.infer<typeof gpuDevicesFactsSchema>;
export type GpuDevice = GpuDevicesFacts['devices'][number];

/** Facts of probe `nvlink` (`nvidia-smi nvlink -s`, `-e`): the links of each GPU, and why it has none. */
export const nvlinkFactsSchema = z.object({
  gpus: z.array(
    z.object({
      index: z.number(),
      name: text,
      uuid: text,
      /** `hidden`: NVLink can't be asked for in MIG mode. `unknown`: the driver says something else in place of links. */
      support: z.enum(['links', 'none', 'hidden', 'unknown']),
      /** What the driver says in place of links. */
      said: text,
      links: z.array(
        z.object({
          link: z.number(),
          isActive: z.boolean(),
          /** One direction. Null: the link is inactive. */
          speedGBps: number,
          replayErrors: number,
          recoveryErrors: number,
          crcErrors: number,
          /** Other counters under the names that the driver prints (NVLink 5 has its own). */
          otherCounters: z.record(z.string(), z.number()),
        }),
      ),
    }),
  ),
});
export type NvlinkFacts = z.infer<typeof nvlinkFactsSchema>;

/**
 * Facts of probe `gpu-confidential-computing` (`nvidia-smi conf-compute -q`). `isSupported` false: this driver or hardware
 * knows no such mode. Protected PCIe on a multi-GPU system reads as state OFF with its name in `multiGpuMode`.
 */
export const gpuConfidentialComputingFactsSchema = z.object({
  isSupported: z.boolean(),
  isOn: flag,
  multiGpuMode: text,
  cpuCapability: text,
  gpuCapability: text,
  readyState: text,
  isDevToolsModeOn: flag,
  environment: text,
});
export type GpuConfidentialComputingFacts = z.infer<typeof gpuConfidentialComputingFactsSchema>;

/** Facts of probe `gpu-vgpu` (`nvidia-smi vgpu -q`): guests of a vGPU host. `isHost` false: its module is not loaded. */
export const gpuVgpuFactsSchema = z.object({
  isHost: z.boolean(),
  vgpus: z.array(
    z.object({
      pciBusId: z.string(),
      id: z.string(),
      profile: text,
      uuid: text,
      vmName: text,
      vmUuid: text,
      guestDriverVersion: text,
      licenseStatus: text,
      memoryTotalBytes: number,
      memoryUsedBytes: number,
    }),
  ),
});
export type GpuVgpuFacts = z.infer<typeof gpuVgpuFactsSchema>;
