import { z } from 'zod';
import { cudaOnDriver, cudaOnGpus } from './cuda-on-driver';
import { cudaOfImage } from './images';
import { newestWithoutReboot } from './newest';
import type { Stack } from './stack';
import { isAtLeast, newest } from './versions';

export const imageFitSchema = z.object({
  /** Null: its name does not tell what CUDA is inside. */
  cuda: z.string().nullable(),
  verdict: z.enum(['fits', 'limits', 'does-not-fit', 'unknown']),
  needed: z.string().nullable(),
});
export type ImageFit = z.infer<typeof imageFitSchema>;

/** Whether the CUDA inside an image, as far as its name tells it, runs on the driver and the GPUs of the node (rules R1 to R4). */
export function imageFit(stack: Stack, image: string): ImageFit {
  const told = cudaOfImage(stack, image);
  if (told === null) return { cuda: null, verdict: 'unknown', needed: null };
  const { cuda, bringsCompat } = told;
  if (cudaOnGpus(stack, cuda)?.isSupported === false) return { cuda, verdict: 'does-not-fit', needed: null };
  const { verdict, needed } = cudaOnDriver(stack, cuda, 'prebuilt', bringsCompat);
  return { cuda, verdict, needed };
}

/**
 * The image that proves GPUs in containers: the newest CUDA that came with this driver or one before it. Ubuntu 22.04 is the oldest
 * that all of them since 11.7 are made on. Null: no driver, or no GPU that the tables know.
 */
export function proofImage(stack: Stack): string | null {
  const version = newestWithoutReboot(stack).cudaToolkit?.version ?? null;
  if (version === null) return null;
  const full = version.split('.').length === 2 ? `${version}.0` : version;
  return `nvidia/cuda:${full}-base-ubuntu${isAtLeast(full, '11.7') ? '22.04' : '20.04'}`;
}

/** What comes after the release in the tag of Triton's images. Source: the NGC catalogue, and NVIDIA's compatibility table. */
export const tritonFlavours = ['py3', 'vllm-python-py3', 'trtllm-python-py3'] as const;
export type TritonFlavour = (typeof tritonFlavours)[number];

/** The newest of Triton's images whose CUDA this driver runs without its compatibility package. Null: none, or not known. */
export function tritonImage(stack: Stack, flavour: TritonFlavour): string | null {
  const nameOf = (release: string) => `nvcr.io/nvidia/tritonserver:${release}-${flavour}`;
  const fitting = stack.catalogue.triton.filter(({ release }) => imageFit(stack, nameOf(release)).verdict === 'fits');
  const best = newest(fitting, ({ release }) => release);
  return best && nameOf(best.release);
}
