import { modelServersOf } from '../software/model-servers';
import { cudaOnDriver } from './cuda-on-driver';
import { cudaOfContainer, cudaOfImage, isForAmd, releaseOfImage } from './images';
import { forGpus } from './judge-cuda';
import type { CompatibilityRow } from './report';
import type { Stack } from './stack';
import { compareVersions, isAtLeast } from './versions';
import { type Check, rowsOf } from './worst';

const group = 'containers' as const;

/** NVIDIA Container Toolkit, Docker, CDI files, and the images that run. */
export function judgeContainers(stack: Stack): CompatibilityRow[] {
  return [...toolkit(stack), ...docker(stack), ...cdiFiles(stack), ...images(stack)];
}

type Requirement = Stack['catalogue']['containerStack'][number];

function requirement(stack: Stack, component: Requirement['component'], minVersion: string): Requirement | undefined {
  return stack.catalogue.containerStack.find((one) => one.component === component && one.minVersion === minVersion);
}

function toolkit(stack: Stack): CompatibilityRow[] {
  const { facts, driver } = stack;
  const version = facts['nvidia-container-toolkit']?.version ?? null;
  if (version === null) return [];
  const newest = stack.catalogue.containerStack
    .filter(({ component }) => component === 'container-toolkit')
    .sort((a, b) => compareVersions(a.minVersion, b.minVersion));
  const safe = requirement(stack, 'container-toolkit', '1.17.8');
  const cdi = requirement(stack, 'container-toolkit', '1.12');
  const floor = stack.catalogue.containerStack.find(({ component }) => component === 'driver');
  const check = (verdict: Check['verdict'], key: string, one: Requirement | undefined, found = version): Check => ({
    verdict,
    found,
    needed: one ? `≥ ${one.minVersion}` : null,
    reason: { key: `compatibility.${key}`, params: { version: found, minimum: one?.minVersion ?? '' } },
    ruleId: null,
    source: stack.source((one ?? newest.at(-1))?.source ?? ''),
  });
  const checks = [
    ...(floor && driver !== null && !isAtLeast(driver, floor.minVersion)
      ? [check('does-not-fit', 'toolkitOldDriver', floor, driver)]
      : []),
    ...(cdi && !isAtLeast(version, cdi.minVersion) ? [check('limits', 'toolkitWithoutCdi', cdi)] : []),
    ...(safe && !isAtLeast(version, safe.minVersion) ? [check('limits', 'toolkitUnsafe', safe)] : []),
    check('fits', isAtLeast(version, '1.18') ? 'toolkitRefreshes' : 'toolkitFits', safe),
  ];
  return rowsOf(
    {
      id: 'container-toolkit',
      group,
      subject: { key: 'compatibility.subjectContainerToolkit' },
      evidence: { probeId: 'nvidia-container-toolkit', factPath: 'version' },
    },
    checks,
  );
}

function docker(stack: Stack): CompatibilityRow[] {
  const { facts, gpus } = stack;
  const version = facts.docker?.serverVersion ?? null;
  if (version === null || !facts.docker || gpus === null || gpus.length === 0) return [];
  const hasRuntime = facts.docker.runtimes.includes('nvidia');
  const cdiDevices = facts['nvidia-container-toolkit']?.cdiDevices ?? [];
  const hasCdi =
    cdiDevices.length > 0 &&
    isAtLeast(version, '25.0') &&
    (facts.docker.cdiSpecDirs.length > 0 || isAtLeast(version, '28.3'));
  const old = requirement(stack, 'docker', '24.0');
  const check = (verdict: Check['verdict'], key: string, of: Requirement | undefined): Check => ({
    verdict,
    found:
      [hasRuntime && 'nvidia', hasCdi && 'CDI'].filter(Boolean).join(', ') || facts.docker?.runtimes.join(', ') || null,
    needed: 'nvidia | CDI',
    reason: { key: `compatibility.${key}`, params: { version, minimum: of?.minVersion ?? '' } },
    ruleId: null,
    source: stack.source(of?.source ?? 'docker-gpu'),
  });
  const checks = [
    ...(!hasRuntime && !hasCdi
      ? [check('does-not-fit', 'dockerWithoutGpus', requirement(stack, 'docker', '19.03'))]
      : []),
    ...(old && !isAtLeast(version, old.minVersion)
      ? [{ ...check('limits', 'dockerOld', old), found: version, needed: `≥ ${old.minVersion}` }]
      : []),
    check(
      'fits',
      hasRuntime ? 'dockerRuntime' : 'dockerCdi',
      requirement(stack, 'docker', hasRuntime ? '19.03' : isAtLeast(version, '28.3') ? '28.3' : '25.0'),
    ),
  ];
  return rowsOf(
    {
      id: 'docker',
      group,
      subject: { key: 'compatibility.subjectDocker' },
      evidence: { probeId: 'docker', factPath: 'serverVersion' },
    },
    checks,
  );
}

/** A CDI file names the driver's libraries by their full names: after an update of the driver it names what is gone. */
function cdiFiles(stack: Stack): CompatibilityRow[] {
  const { facts, driver } = stack;
  const files = facts['nvidia-container-toolkit']?.cdiFiles ?? [];
  return files.flatMap((file, index): CompatibilityRow[] => {
    if (file.driverVersion === null || driver === null) return [];
    // After an update that waits for a restart the libraries on disk are no longer those of the driver that runs.
    const onDisk = [...new Set((facts['gpu-driver']?.userLibraries ?? []).map(({ version }) => version))];
    const isThere = onDisk.length === 0 || onDisk.includes(file.driverVersion);
    const isSame = file.driverVersion === driver && isThere;
    const needed = isThere ? driver : onDisk.join(', ');
    return [
      {
        id: `cdi:${file.path}`,
        group,
        subject: { key: 'compatibility.subjectCdi', params: { path: file.path } },
        verdict: isSame ? 'fits' : 'does-not-fit',
        found: file.driverVersion,
        needed: `= ${needed}`,
        reason: {
          key: isSame ? 'compatibility.cdiSame' : 'compatibility.cdiStale',
          params: { found: file.driverVersion, driver: needed },
        },
        evidence: { probeId: 'nvidia-container-toolkit', factPath: `cdiFiles.${index}.driverVersion` },
        ...stack.rule('R7'),
      },
    ];
  });
}

/** Images that run now: those whose tag tells their CUDA version, and model servers whatever their tag tells. */
function images(stack: Stack): CompatibilityRow[] {
  const { facts } = stack;
  const running = [
    ...(facts.docker?.containers ?? []).map((one, index) => ({
      ...one,
      evidence: { probeId: 'docker', factPath: `containers.${index}.image` },
    })),
    ...(facts.containers?.containers ?? []).map((one, index) => ({
      ...one,
      evidence: { probeId: 'containers', factPath: `containers.${index}.image` },
    })),
  ].filter(({ state }) => state === null || state === 'running');
  const servers = new Set(modelServersOf(facts).flatMap(({ image }) => image ?? []));
  const distinct = running.filter(
    ({ image }, at) => image !== null && running.findIndex((other) => other.image === image) === at,
  );
  return [
    ...unreadImages(stack),
    ...distinct.flatMap((container): CompatibilityRow[] => {
      const image = container.image ?? '';
      const told = cudaOfImage(stack, image) ?? cudaOfContainer(stack, container.id, image);
      const base = {
        id: `image:${image}`,
        group,
        subject: { key: 'compatibility.subjectImage', params: { image } },
        evidence: container.evidence,
      };
      if (told === null) {
        if (!servers.has(image)) return [];
        const hasNvidia = (stack.gpus ?? []).length > 0;
        if (isForAmd(image)) {
          if (!hasNvidia || facts['amd-gpu'] !== undefined) return [];
          const reason = { key: 'compatibility.imageForAmd', params: { image } };
          return [{ ...base, verdict: 'does-not-fit', found: 'ROCm', needed: 'CUDA', reason, ...stack.rule('R1') }];
        }
        const release = releaseOfImage(image);
        const key = release === null ? 'imageUnknown' : 'imageReleaseOnly';
        const reason = { key: `compatibility.${key}`, params: { image, release: release ?? '' } };
        return [{ ...base, verdict: 'unknown', found: null, needed: null, reason, ...stack.rule('R1') }];
      }
      const checks = [
        cudaOnDriver(stack, told.cuda, 'prebuilt', told.bringsCompat),
        // Of a major version alone it is known with which GPUs it ended, not with which it began.
        ...forGpus(stack, told.cuda).filter(({ reason }) => told.cuda.includes('.') || reason.key.endsWith('DropsGpu')),
      ];
      return rowsOf(
        base,
        checks.map((check) => ({
          ...check,
          source: [...new Set([check.source, told.source ?? check.source])].join('; '),
        })),
      );
    }),
  ];
}

/** Docker is there, and did not tell what it runs. */
function unreadImages({ facts, gpus, rule }: Stack): CompatibilityRow[] {
  if (facts.docker?.containers !== null || gpus === null || gpus.length === 0) return [];
  return [
    {
      id: 'images',
      group,
      subject: { key: 'compatibility.subjectImages' },
      verdict: 'unknown',
      found: null,
      needed: null,
      reason: { key: 'compatibility.imagesUnread' },
      evidence: { probeId: 'docker', factPath: 'containers' },
      ...rule('R1'),
    },
  ];
}
