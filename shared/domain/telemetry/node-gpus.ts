import { z } from 'zod';

/** Which GPUs a node has, as its inventory last told: what samples of `gpu` subjects belong to. */
export const nodeGpusSchema = z.object({
  hostId: z.string(),
  /** In the order of the driver. */
  gpus: z.array(
    z.object({
      /** See subjectKey. */
      subject: z.string(),
      /** The number that the driver's tool gives it. */
      index: z.number(),
      model: z.string(),
    }),
  ),
  /** PCI bus ids of GPUs that the driver knows and can't open. */
  lost: z.array(z.string()),
});
export type NodeGpus = z.infer<typeof nodeGpusSchema>;
