import type { Stack } from './stack';

/** What an image's name says of the CUDA inside. */
export interface ImageCuda {
  /** `12.4.1`; the major version alone where no more is known. */
  readonly cuda: string;
  /** Images of NVIDIA carry the compatibility package themselves (rule R4); of others it is not known. */
  readonly bringsCompat: boolean;
  /** Null: the tag itself. */
  readonly source: string | null;
}

/**
 * Only tags that say so, or that the tables list, tell a CUDA version; null for every other image.
 *   nvidia/cuda:12.4.1-base-ubuntu22.04, pytorch/pytorch:2.5.1-cuda12.4-cudnn9-runtime
 *   vllm/vllm-openai:v0.11.0-cu129, lmsysorg/sglang:v0.4.1.post4-cu124
 *   nvcr.io/nvidia/tritonserver:25.02-vllm-python-py3
 */
export function cudaOfImage(stack: Stack, image: string): ImageCuda | null {
  const { catalogue } = stack;
  const { repository, tag } = partsOf(image);
  const bringsCompat = isOfNvidia(image);
  if (/(^|\/)tritonserver$/.test(repository)) {
    const release = catalogue.triton.find((one) => tag.startsWith(`${one.release}-`));
    if (!release) return null;
    const source = stack.source(release.source);
    if (/-trtllm-/.test(tag)) return { cuda: release.trtllm.cuda, bringsCompat, source };
    if (/-vllm-/.test(tag)) return { cuda: release.vllm.cuda, bringsCompat, source };
    // Of the plain image the table does not tell; where both others are of one major version, so is it.
    const [one, other] = [release.trtllm.cuda, release.vllm.cuda].map((cuda) => cuda.split('.')[0] ?? '');
    return one !== undefined && one === other ? { cuda: one, bringsCompat, source } : null;
  }
  const written = /(?:^|-)cuda-?(\d+\.\d+(?:\.\d+)?)(?:-|$)/.exec(tag)?.[1];
  const own = /(^|\/)nvidia\/cuda$/.test(repository) ? /^(\d+\.\d+(?:\.\d+)?)-/.exec(tag)?.[1] : undefined;
  const wheel = /(?:^|[-_.])cu(\d{2})(\d)(?:[-_.]|$)/.exec(tag);
  const cuda = own ?? written ?? (wheel ? `${wheel[1]}.${wheel[2]}` : undefined);
  return cuda === undefined ? null : { cuda, bringsCompat, source: null };
}

/**
 * The CUDA that an image says of itself in the environment of its programs (`CUDA_VERSION=12.4.1` of nvidia/cuda and what is
 * built on it): of a process that has a GPU open, in a container whose id its control group names.
 */
export function cudaOfContainer({ facts }: Stack, containerId: string, image: string): ImageCuda | null {
  const id = containerId.slice(0, 12);
  const own = new Set(
    (facts.processes?.processes ?? []).flatMap(({ pid, cgroup }) =>
      /^[0-9a-f]{12}$/.test(id) && cgroup?.includes(id) ? [pid] : [],
    ),
  );
  const told = (facts['gpu-process-environment']?.processes ?? []).flatMap(({ pid, variables }) =>
    own.has(pid) ? (/^\d+\.\d+(?:\.\d+)?/.exec(variables.CUDA_VERSION ?? '')?.[0] ?? []) : [],
  );
  const [cuda] = told;
  return cuda === undefined ? null : { cuda, bringsCompat: isOfNvidia(image), source: null };
}

/** `registry.local:5000/vllm/vllm-openai:v0.6.3@sha256:…` */
function partsOf(image: string): { repository: string; tag: string } {
  const [, repository = '', tag = ''] = /^(.{0,512}?)(?::([\w.-]{1,128}))?(?:@sha256:[0-9a-f]+)?$/.exec(image) ?? [];
  return { repository, tag };
}

function isOfNvidia(image: string): boolean {
  return /^nvcr\.io\/nvidia\/|(^|\/)nvidia\/cuda$/.test(partsOf(image).repository);
}

/** The release that a tag names, where it is no CUDA version: `v0.6.3`, `0.4.1.post4`, `25.10-py3`. */
export function releaseOfImage(image: string): string | null {
  return /^v?(\d+\.\d+[\w.]{0,20})/.exec(partsOf(image).tag)?.[1] ?? null;
}

/** Built for AMD GPUs: `rocm/vllm:…`, `vllm/vllm-openai-rocm:…`, `…:v0.4.1-rocm620`. */
export function isForAmd(image: string): boolean {
  return /(^|[/:_-])rocm([\d./:_-]|$)/.test(image);
}
