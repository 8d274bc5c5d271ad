import { z } from 'zod';

const number = z.number().nullable();
const text = z.string().nullable();

/** Facts of probe `network` (`ip -j -d link`, `ip -j address`, sysfs speed). Speed -1 or unknown is null. */
export const networkFactsSchema = z.object({
  interfaces: z.array(
    z.object({
      name: z.string(),
      kind: text,
      macAddress: text,
      mtu: number,
      operationalState: text,
      speedMbitPerSec: number,
      driver: text,
      pciBusId: text,
      numaNode: number,
      addresses: z.array(z.string()),
      master: text,
    }),
  ),
});
export type NetworkFacts = z.infer<typeof networkFactsSchema>;

/** Facts of probe `rdma` (sysfs /sys/class/infiniband): InfiniBand and RoCE devices with their ports. */
export const rdmaFactsSchema = z.object({
  devices: z.array(
    z.object({
      name: z.string(),
      firmwareVersion: text,
      boardId: text,
      nodeGuid: text,
      pciBusId: text,
      numaNode: number,
      ports: z.array(
        z.object({
          port: z.number(),
          /** ACTIVE, DOWN, INIT, ARMED */
          state: text,
          /** LinkUp, Polling, Disabled, … */
          physicalState: text,
          rateGbitPerSec: number,
          /** e.g. `4X NDR`, as the kernel prints it after the rate. */
          rateText: text,
          linkLayer: text,
          lid: number,
          netdev: text,
        }),
      ),
    }),
  ),
});
export type RdmaFacts = z.infer<typeof rdmaFactsSchema>;
