import type { NodeFacts } from '../facts/index';
import type { GeneratorProblem } from './generator';
import { both, problem } from './values';

const reference = 'distribution/reference, image reference grammar';
const compatibility = 'NVIDIA CUDA Compatibility guide, Minor Version Compatibility';

/** What an image’s name says: whether its version is fixed, and whether its CUDA runs on the node’s driver. */
export function imageProblems(
  image: string | null,
  path: GeneratorProblem['path'],
  facts: NodeFacts | null,
): GeneratorProblem[] {
  if (image === null) return [];
  const named =
    /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::([\w][\w.-]{0,127}))?(@sha256:[0-9a-f]{64})?$/.exec(
      image,
    );
  if (!named) {
    return [
      problem(
        'error',
        path,
        both('No name of an image: REGISTRY/NAME:TAG.', '不是有效的镜像名：仓库/名称:标签。'),
        reference,
      ),
    ];
  }
  const found: GeneratorProblem[] = [];
  const [, tag, digest] = named;
  if (digest === undefined && (tag === undefined || tag === 'latest')) {
    const text = both(
      'Name its version: another day this is another image.',
      '请写明版本：换一天拉取的就是另一个镜像。',
    );
    found.push(problem('warn', path, text, reference));
  }
  const cuda = cudaOf(image, tag ?? '');
  const told = facts?.gpu?.cudaVersion ?? null;
  const major = (version: string) => Number(version.split('.')[0]);
  if (cuda !== null && told !== null && major(cuda) > major(told)) {
    const text = both(
      `Made for CUDA ${cuda}; this node’s driver runs CUDA ${told} at most.`,
      `为 CUDA ${cuda} 构建；此节点的驱动最高支持 CUDA ${told}。`,
    );
    found.push(problem('error', path, text, compatibility));
  }
  return found;
}

/** Tags of NVIDIA's own images begin with the CUDA version; those of others name it somewhere. Null: not told. */
function cudaOf(image: string, tag: string): string | null {
  const [, own] = /(?:^|\/)nvidia\/cuda:(\d+\.\d+)/.exec(image) ?? [];
  const [, named] = /cuda-?(\d+\.\d+)/i.exec(tag) ?? [];
  return own ?? named ?? null;
}
