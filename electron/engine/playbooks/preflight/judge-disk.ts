import { type JudgedCheck, judged, type PreflightBasis, untold, type Work } from './check';
import { say } from './words';

const gib = 1024 ** 3;
const images = '/var/lib/docker';

/**
 * Free GiB that steps take, with what they fetch and unpack: setup-playbooks P5, C1, M1 and the sizes of the images. What else is
 * installed are packages of a few MB; the plan says exactly how many.
 */
const takes: Readonly<Record<string, readonly (readonly [path: string, size: number])[]>> = {
  'nvidia-driver': [
    ['/', 5],
    ['/boot', 0.3],
  ],
  'cuda-toolkit': [['/', 14]],
  'conda-environment': [['/', 15]],
  'deepspeed-install': [['/', 3]],
  'docker-ce': [['/', 1]],
  'container-proof': [[images, 3]],
  'dcgm-exporter': [[images, 3]],
  'triton-server': [[images, 60]],
  'vllm-server': [[images, 40]],
};
const anything = [
  ['/', 20],
  ['/boot', 0.3],
] as const;
const packagesGib = 0.5;

/** By path, in GiB. Several servers of one playbook share the layers of what they come from: the largest counts. */
export function wantedSpace(work: Work | null): Map<string, number> {
  if (work === null) return new Map(anything);
  const wanted = new Map([['/', packagesGib]]);
  for (const id of work.actionIds)
    for (const [path, size] of takes[id] ?? []) {
      const before = wanted.get(path) ?? 0;
      wanted.set(path, path === images ? Math.max(before, size) : before + size);
    }
  return wanted;
}

export function disk({ facts, work }: PreflightBasis): JudgedCheck {
  const from = [['file-systems', 'fileSystems']] as const;
  const all = facts['file-systems']?.fileSystems ?? [];
  const found = [...wantedSpace(work)].map(([path, wanted]) => {
    const below = all.filter(
      ({ mountPoint }) => mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`),
    );
    const [on] = below.sort((a, b) => b.mountPoint.length - a.mountPoint.length);
    return { path, wanted, free: on?.availableBytes == null ? null : on.availableBytes / gib };
  });
  if (found.some(({ free }) => free === null)) return untold('disk', 'disk', from);
  const sizes = (size: (one: (typeof found)[number]) => number) =>
    found.map((one) => `${one.path} ${size(one).toFixed(1)} GiB`).join(', ');
  const value = say('diskFree', { list: sizes(({ free }) => free ?? 0) });
  const isShort = found.some(({ free, wanted }) => (free ?? 0) < wanted);
  if (!isShort) return judged('disk', 'disk', from, 'pass', value);
  const why = say('diskWhy', { wanted: sizes(({ wanted }) => wanted) });
  // What is wanted is a rough number: with less than a quarter of it nothing gets to its end.
  const isFull = found.some(({ free, wanted }) => (free ?? 0) < wanted / 4);
  return judged('disk', 'disk', from, isFull ? 'fail' : 'warn', value, why, say('diskHelp'));
}
