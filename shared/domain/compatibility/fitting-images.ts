import { z } from 'zod';
import { cudaOnDriver, cudaOnGpus } from './cuda-on-driver';
import { newestToolkit, runsPrebuilt } from './fitting-software';
import { cudaOfImage } from './images';
import type { Stack } from './stack';
import { compareVersions, isAtLeast, newest } from './versions';

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
  const toolkit = newestToolkit(stack, 'packagedDriver');
  if (toolkit === null) return null;
  const full = `${toolkit.cuda}.${toolkit.update}`;
  return `nvidia/cuda:${full}-base-ubuntu${isAtLeast(full, '11.7') ? '22.04' : '20.04'}`;
}

/** What comes after the release in the tag of Triton's images. Source: the NGC catalogue, and NVIDIA's compatibility table. */
export const tritonFlavours = ['py3', 'vllm-python-py3', 'trtllm-python-py3'] as const;
export type TritonFlavour = (typeof tritonFlavours)[number];

export interface TritonRow {
  readonly release: string;
  readonly tag: string;
  /** Of the plain image the major version alone. */
  readonly cuda: string;
  /** With which, or a newer one, nothing of it is limited. */
  readonly packagedDriver: string;
  readonly source: string;
}

/** Triton's images of one flavour that the tables tell the CUDA of. */
export function tritonRows(stack: Stack, flavour: TritonFlavour): TritonRow[] {
  return stack.catalogue.triton.flatMap(({ release, source, trtllm, vllm }): TritonRow[] => {
    const tag = `${release}-${flavour}`;
    const cuda = cudaOfImage(stack, tritonName(tag))?.cuda ?? null;
    if (cuda === null) return [];
    const drivers = [trtllm, vllm].filter((one) => flavour === 'py3' || one.tag === tag);
    const packagedDriver = drivers
      .map((one) => one.packagedDriver)
      .sort(compareVersions)
      .at(-1);
    return packagedDriver === undefined ? [] : [{ release, tag, cuda, packagedDriver, source }];
  });
}

/** The newest of them whose CUDA this driver runs without its compatibility package. Null: none, or not known. */
export function tritonRow(stack: Stack, flavour: TritonFlavour): TritonRow | null {
  return newest(
    tritonRows(stack, flavour).filter(({ cuda }) => runsPrebuilt(stack, cuda)),
    ({ release }) => release,
  );
}

export function tritonName(tag: string): string {
  return `nvcr.io/nvidia/tritonserver:${tag}`;
}

export function tritonImage(stack: Stack, flavour: TritonFlavour): string | null {
  const best = tritonRow(stack, flavour);
  return best && tritonName(best.tag);
}
