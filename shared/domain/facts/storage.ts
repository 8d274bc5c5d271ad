import { z } from 'zod';

const number = z.number().nullable();
const text = z.string().nullable();

/** Facts of probe `block-devices` (`lsblk -J -b`). Children (partitions, RAID, crypt) nest. */
export interface BlockDevice {
  name: string;
  kind: string | null;
  sizeBytes: number | null;
  model: string | null;
  serial: string | null;
  isRotational: boolean | null;
  transport: string | null;
  fileSystem: string | null;
  mountPoints: string[];
  children: BlockDevice[];
}
export const blockDeviceSchema: z.ZodType<BlockDevice> = z.lazy(() =>
  z.object({
    name: z.string(),
    kind: text,
    sizeBytes: number,
    model: text,
    serial: text,
    isRotational: z.boolean().nullable(),
    transport: text,
    fileSystem: text,
    mountPoints: z.array(z.string()),
    children: z.array(blockDeviceSchema),
  }),
);
export const blockDevicesFactsSchema = z.object({ devices: z.array(blockDeviceSchema) });
export type BlockDevicesFacts = z.infer<typeof blockDevicesFactsSchema>;

/** Facts of probe `file-systems` (`df -P -B1` joined with /proc/self/mounts). Pseudo file systems are left out. */
export const fileSystemsFactsSchema = z.object({
  fileSystems: z.array(
    z.object({
      mountPoint: z.string(),
      source: z.string(),
      type: text,
      options: z.array(z.string()),
      sizeBytes: number,
      usedBytes: number,
      availableBytes: number,
      /** Network file systems are listed but not measured when their server does not answer. */
      isNetwork: z.boolean(),
    }),
  ),
});
export type FileSystemsFacts = z.infer<typeof fileSystemsFactsSchema>;
