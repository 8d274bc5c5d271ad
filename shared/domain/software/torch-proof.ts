import { z } from 'zod';

const number = z.number().nullable();

/**
 * What `torch-proof.py` found with a Python environment on a node: a product of two matrices on each GPU, and an all-reduce between
 * neighbours. Written into the environment, so that it is known later for which driver, PyTorch and GPUs it holds.
 */
export const torchProofSchema = z.object({
  /** The form of this file. */
  version: z.literal(1),
  /** UTC, `2026-11-23T12:00:00Z`, by the node's clock. */
  at: z.string(),
  python: z.string(),
  torch: z.string().nullable(),
  /** The CUDA it was built with; null: for CPU only. */
  cuda: z.string().nullable(),
  driver: z.string().nullable(),
  /** Why nothing could be tried at all: PyTorch does not load, or sees no GPU. */
  error: z.string().nullable(),
  gpus: z.array(
    z.object({
      uuid: z.string(),
      name: z.string(),
      capability: z.string(),
      /** 16-bit product of two 8192 x 8192 matrices, in 10^12 operations a second. Null: it failed, `error` says how. */
      tflops: number,
      isRight: z.boolean(),
      error: z.string().nullable(),
    }),
  ),
  /** All-reduce of 256 MiB over NCCL on two GPUs: bus bandwidth in 10^9 bytes a second. */
  pairs: z.array(
    z.object({ first: z.number(), second: z.number(), gbPerSecond: number, error: z.string().nullable() }),
  ),
});
export type TorchProof = z.infer<typeof torchProofSchema>;

/** Null: the text is no such proof. */
export function readTorchProof(text: string): TorchProof | null {
  try {
    const parsed = torchProofSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** What did not come out right, one line each; empty: all of it did, on at least one GPU. */
export function torchProofProblems({ torch, cuda, error, gpus, pairs }: TorchProof): string[] {
  if (torch === null) return [`PyTorch: ${error ?? '?'}`];
  if (cuda === null) return [`PyTorch ${torch}: CPU only`];
  if (error !== null) return [error];
  if (gpus.length === 0) return [`PyTorch ${torch}: no GPU`];
  return [
    ...gpus.flatMap(({ uuid, name, isRight, error: why }, index) =>
      isRight ? [] : [`GPU ${index} ${name} ${uuid}: ${why ?? '?'}`],
    ),
    ...pairs.flatMap(({ first, second, gbPerSecond, error: why }) =>
      gbPerSecond === null ? [`NCCL ${first}-${second}: ${why ?? '?'}`] : [],
    ),
  ];
}

/** Whether it still holds: the same PyTorch, driver and GPUs. The order of GPUs does not count. */
export function torchProofHolds(
  proof: TorchProof,
  now: { readonly driver: string; readonly gpuUuids: readonly string[] },
): boolean {
  const sorted = (uuids: readonly string[]) => [...uuids].sort().join(' ');
  return (
    torchProofProblems(proof).length === 0 &&
    proof.driver === now.driver &&
    sorted(proof.gpus.map(({ uuid }) => uuid)) === sorted(now.gpuUuids)
  );
}
