import type { Stack } from './stack';

/** What an image's name says of the CUDA inside. */
export interface ImageCuda {
  readonly cuda: string;
  readonly source: string;
}

/**
 * Only tags that say so, or that the tables list, tell a CUDA version; null for every other image.
 *   nvidia/cuda:12.4.1-base-ubuntu22.04, pytorch/pytorch:2.5.1-cuda12.4-cudnn9-runtime
 *   nvcr.io/nvidia/tritonserver:25.02-vllm-python-py3
 */
export function cudaOfImage(stack: Stack, image: string): ImageCuda | null {
  const { catalogue } = stack;
  const [, repository = '', tag = ''] = /^(.*?)(?::([\w.-]{1,128}))?(?:@sha256:[0-9a-f]+)?$/.exec(image) ?? [];
  if (/(^|\/)tritonserver$/.test(repository)) {
    const release = catalogue.triton.find((one) => tag.startsWith(`${one.release}-`));
    if (!release) return null;
    const source = stack.source(release.source);
    if (/-trtllm-/.test(tag)) return { cuda: release.trtllm.cuda, source };
    if (/-vllm-/.test(tag)) return { cuda: release.vllm.cuda, source };
    // Of the plain image the table does not tell; where both others are of one major version, so is it.
    const majors = [release.trtllm.cuda, release.vllm.cuda].map((cuda) => cuda.split('.')[0]);
    return majors[0] === majors[1] ? { cuda: release.vllm.cuda, source } : null;
  }
  const inTag = /(?:^|-)cuda(\d+\.\d+(?:\.\d+)?)(?:-|$)/.exec(tag)?.[1];
  const own = /(^|\/)nvidia\/cuda$/.test(repository) ? /^(\d+\.\d+(?:\.\d+)?)-/.exec(tag)?.[1] : undefined;
  const cuda = own ?? inTag;
  return cuda === undefined ? null : { cuda, source: stack.rule('R1').source };
}
