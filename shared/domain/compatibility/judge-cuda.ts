import { cudaOnDriver, cudaOnGpus } from './cuda-on-driver';
import type { CompatibilityRow } from './report';
import type { Stack } from './stack';
import { majorOf } from './versions';
import { type Check, rowsOf } from './worst';

const group = 'cuda' as const;

/** Each CUDA toolkit against driver and GPUs, and the libraries that were packaged for a CUDA version. */
export function judgeCuda(stack: Stack): CompatibilityRow[] {
  return [...toolkits(stack), ...libraries(stack)];
}

function toolkits(stack: Stack): CompatibilityRow[] {
  const { facts } = stack;
  const found = facts.cuda?.toolkits ?? [];
  const compat = new Set(
    (facts.packages?.packages ?? []).flatMap(({ name }) => /^cuda-compat-(\d+)-/.exec(name)?.[1] ?? []),
  );
  // /usr/local/cuda is a link to one of the others.
  const distinct = found.filter(({ version }, at) => found.findIndex((other) => other.version === version) === at);
  return distinct.flatMap(({ version, path }): CompatibilityRow[] => {
    const evidence = { probeId: 'cuda', factPath: `toolkits.${found.findIndex((one) => one.path === path)}.version` };
    const subject = { key: 'compatibility.subjectToolkit', params: { version: version ?? path } };
    if (version === null) {
      const reason = { key: 'compatibility.toolkitUnknown', params: { path } };
      const check: Check = { verdict: 'unknown', found: null, needed: null, reason, ...stack.rule('R5') };
      return rowsOf({ id: `cuda:${path}`, group, subject, evidence }, [check]);
    }
    const checks = [
      cudaOnDriver(stack, version, 'toolkit', compat.has(String(majorOf(version)))),
      ...forGpus(stack, version),
    ];
    return rowsOf({ id: `cuda:${version}`, group, subject, evidence }, checks);
  });
}

/** What this toolkit's compiler can build for. */
export function forGpus(stack: Stack, cuda: string): Check[] {
  const support = cudaOnGpus(stack, cuda);
  if (support === null || support.isSupported) return [];
  const { gpu, first, lastMajor } = support;
  const isDropped = lastMajor !== null && majorOf(cuda) > lastMajor;
  return [
    {
      verdict: 'does-not-fit',
      found: `CUDA ${cuda}`,
      needed: isDropped ? `CUDA ≤ ${lastMajor}.x` : `CUDA ≥ ${first}`,
      reason: {
        key: isDropped ? 'compatibility.cudaDropsGpu' : 'compatibility.cudaBeforeGpu',
        params: { cuda, gpu, first, last: lastMajor ?? '' },
      },
      ruleId: null,
      source: stack.source('driver-guide-matrix-2'),
    },
  ];
}

/** `libnccl2 2.21.5-1+cuda12.4`, `libcudnn9-cuda-12 9.1.0.70-1`: the name or the version says what it was built with. */
function libraries(stack: Stack): CompatibilityRow[] {
  const packages = stack.facts.packages?.packages ?? [];
  return packages.flatMap((each, index): CompatibilityRow[] => {
    const library = /^lib(nccl2|cudnn\d+)(?!.*(?:dev|headers|samples|static))/.exec(each.name)?.[1];
    const cuda = /\+cuda(\d+\.\d+)/.exec(each.version)?.[1] ?? /-cuda-(\d+)$/.exec(each.name)?.[1];
    if (library === undefined || cuda === undefined) return [];
    const name = library.startsWith('nccl') ? 'NCCL' : 'cuDNN';
    const version = /^\d+(?:\.\d+)*/.exec(each.version)?.[0] ?? each.version;
    const params = { name, version, cuda };
    return [
      {
        id: `library:${each.name}`,
        group,
        subject: { key: 'compatibility.subjectLibrary', params },
        evidence: { probeId: 'packages', factPath: `packages.${index}.version` },
        ...cudaOnDriver(stack, cuda, 'prebuilt', false),
      },
    ];
  });
}
