import { platformOf } from '#shared/domain/playbook/platform';
import { platforms } from '#shared/domain/playbook/playbook';
import type { PreflightOutcome } from '#shared/domain/playbook/preflight';
import type { LocalizedText } from '#shared/domain/text';
import { isClockWrong, type JudgedCheck, judged, type PreflightBasis, untold } from './check';
import { judgeAddresses } from './judge-addresses';
import { judgePackages } from './judge-packages';
import { say } from './words';

const gib = 1024 ** 3;
/** Free space that a driver with CUDA, a second initramfs and images of inference servers take. */
const wantedBytes: readonly { path: string; bytes: number; isForImages?: boolean }[] = [
  { path: '/', bytes: 20 * gib },
  { path: '/boot', bytes: 300 * 1024 ** 2 },
  { path: '/var/lib/docker', bytes: 60 * gib, isForImages: true },
];

/** What a node is like before it is set up. Pure. */
export function judgePreflight(basis: PreflightBasis): JudgedCheck[] {
  return [
    system(basis),
    root(basis),
    machine(basis),
    gpus(basis),
    headers(basis),
    secureBoot(basis),
    disk(basis),
    memory(basis),
    ...judgePackages(basis),
    clock(basis),
    ...judgeAddresses(basis),
  ];
}

function system({ facts: { os } }: PreflightBasis): JudgedCheck {
  const from = [['os', 'id']] as const;
  if (os === undefined || os.id === null) return untold('system', 'system', from);
  const value = say('systemKnown', { name: os.prettyName ?? `${os.id} ${os.versionId ?? ''}` });
  if (platformOf(os) !== null) return judged('system', 'system', from, 'pass', value);
  const why = say('systemOther', { platforms: platforms.join(', ') });
  return judged('system', 'system', from, 'fail', value, why, say('systemOtherHelp'));
}

function root({ facts, loginName }: PreflightBasis): JudgedCheck {
  const from = [['setup-readiness', 'canBeRoot']] as const;
  const canBe = facts['setup-readiness']?.canBeRoot ?? null;
  if (canBe === null) return untold('privileges', 'privileges', from);
  if (canBe) return judged('privileges', 'privileges', from, 'pass', say('rootYes'));
  const remedy = say('rootHelp', { user: loginName ?? 'USER' });
  return judged('privileges', 'privileges', from, 'fail', say('rootNo'), say('rootNo'), remedy);
}

/** What systemd-detect-virt(1) prints of containers. */
const containers = /^(docker|podman|lxc|lxc-libvirt|systemd-nspawn|openvz|rkt|proot|pouch|container-other)$/;

function machine({ facts }: PreflightBasis): JudgedCheck {
  const from = [
    ['os', 'virtualization'],
    ['setup-readiness', 'containerMarks'],
  ] as const;
  const setup = facts['setup-readiness'];
  const kind = facts.os?.virtualization ?? null;
  const make = (
    outcome: PreflightOutcome,
    ...words: [LocalizedText, (LocalizedText | null)?, (LocalizedText | null)?]
  ) => judged('container', 'container', from, outcome, ...words);
  if (setup?.isWsl || kind === 'wsl')
    return make('fail', say('machineVirtual', { kind: 'WSL2' }), say('wslWhy'), say('wslHelp'));
  // systemd-detect-virt looks at the same marks and at more; they count where it is not there.
  const mark = kind === null ? setup?.containerMarks[0] : undefined;
  if (mark !== undefined || containers.test(kind ?? '')) {
    const value = say('machineContainer', { kind: kind !== null && kind !== 'none' ? kind : (mark ?? '?') });
    return make('fail', value, say('containerWhy'), say('containerHelp'));
  }
  if (kind === null) return untold('container', 'container', from);
  return make('pass', kind === 'none' ? say('machineReal') : say('machineVirtual', { kind }));
}

/** PCI classes: 0300 VGA, 0302 3D, 0380 other display, 1200 processing accelerator. */
const gpuClasses: Readonly<Record<string, RegExp>> = {
  '10de': /^030[02]/,
  '1002': /^(03(00|02|80)|1200)/,
  '1da3': /^1200/,
};

function gpus({ facts: { pci } }: PreflightBasis): JudgedCheck {
  const from = [['pci', 'functions']] as const;
  if (pci === undefined) return untold('gpu', 'gpu', from);
  const found = pci.functions.filter(({ vendorId, classCode }) => gpuClasses[vendorId ?? '']?.test(classCode ?? ''));
  const lost = found.filter(({ state }) => state === 'lost').map(({ address }) => address);
  const models = [...new Set(found.map((one) => one.deviceName ?? `${one.vendorId}:${one.deviceId}`))];
  const counted = models.map((model) => {
    const count = found.filter((one) => (one.deviceName ?? `${one.vendorId}:${one.deviceId}`) === model).length;
    return `${count} × ${model}`;
  });
  if (found.length === 0)
    return judged('gpu', 'gpu', from, 'warn', say('gpuNone'), say('gpuNoneWhy'), say('gpuNoneHelp'));
  const value = say('systemKnown', { name: counted.join(', ') });
  if (lost.length === 0) return judged('gpu', 'gpu', from, 'pass', value);
  const why = say('gpuLostWhy', { addresses: lost.join(', ') });
  return judged('gpu', 'gpu', from, 'fail', value, why, say('gpuLostHelp'));
}

function headers({ facts }: PreflightBasis): JudgedCheck {
  const from = [['setup-readiness', 'hasKernelHeaders']] as const;
  const setup = facts['setup-readiness'];
  if (setup === undefined || setup.hasKernelHeaders === null) return untold('kernel-headers', 'headers', from);
  const kernel = setup.runningKernel ?? '?';
  const missing = [
    ...(setup.hasKernelHeaders ? [] : [`linux-headers (${kernel})`]),
    ...['gcc', 'make', 'dkms'].filter((tool) => !setup.tools.includes(tool)),
  ];
  if (missing.length === 0) return judged('kernel-headers', 'headers', from, 'pass', say('headersThere', { kernel }));
  const value = say('headersMissing', { missing: missing.join(', ') });
  return judged('kernel-headers', 'headers', from, 'warn', value, say('headersWhy'), say('headersHelp', { kernel }));
}

function secureBoot({ facts }: PreflightBasis): JudgedCheck {
  const from = [
    ['platform-security', 'secureBoot'],
    ['setup-readiness', 'machineOwnerKeys'],
  ] as const;
  const state = facts['platform-security']?.secureBoot ?? 'unknown';
  if (state === 'unknown') return untold('secure-boot', 'secureBoot', from);
  if (state !== 'enabled') return judged('secure-boot', 'secureBoot', from, 'pass', say('secureBootOff'));
  if (facts['setup-readiness']?.machineOwnerKeys.some(({ isEnrolled }) => isEnrolled === true))
    return judged('secure-boot', 'secureBoot', from, 'pass', say('secureBootEnrolled'));
  const words = [say('secureBootOn'), say('secureBootWhy'), say('secureBootHelp')] as const;
  return judged('secure-boot', 'secureBoot', from, 'warn', ...words);
}

function disk({ facts, needsImages }: PreflightBasis): JudgedCheck {
  const from = [['file-systems', 'fileSystems']] as const;
  const all = facts['file-systems']?.fileSystems ?? [];
  const wanted = wantedBytes.filter(({ isForImages }) => !isForImages || needsImages);
  const found = wanted.map(({ path, bytes }) => {
    const below = all.filter(
      ({ mountPoint }) => mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`),
    );
    const [on] = below.sort((a, b) => b.mountPoint.length - a.mountPoint.length);
    return { path, bytes, free: on?.availableBytes ?? null };
  });
  if (found.some(({ free }) => free === null)) return untold('disk', 'disk', from);
  const sizes = (size: (one: (typeof found)[number]) => number) =>
    found.map((one) => `${one.path} ${(size(one) / gib).toFixed(1)} GiB`).join(', ');
  const value = say('diskFree', { list: sizes(({ free }) => free ?? 0) });
  const isShort = found.some(({ free, bytes }) => (free ?? 0) < bytes);
  if (!isShort) return judged('disk', 'disk', from, 'pass', value);
  const why = say('diskWhy', { wanted: sizes(({ bytes }) => bytes) });
  // With less than a twentieth nothing at all can be installed; else it depends on what is.
  const isFull = found.some(({ free, bytes }) => (free ?? 0) < bytes / 20);
  return judged('disk', 'disk', from, isFull ? 'fail' : 'warn', value, why, say('diskHelp'));
}

function memory({ facts: { memory: found } }: PreflightBasis): JudgedCheck {
  const from = [['memory', 'totalBytes']] as const;
  if (found?.totalBytes == null || found.availableBytes === null) return untold('memory', 'memory', from);
  const size = (bytes: number) => (bytes / gib).toFixed(1);
  const value = say('memoryTotal', { total: size(found.totalBytes), available: size(found.availableBytes) });
  return judged('memory', 'memory', from, 'pass', value);
}

const clockWarnMs = 2000;

function clock({ facts }: PreflightBasis): JudgedCheck {
  const from = [
    ['os', 'clockOffsetMs'],
    ['time-sync', 'isSynchronized'],
  ] as const;
  const offset = facts.os?.clockOffsetMs ?? null;
  const sync = facts['time-sync'];
  if (offset === null) return untold('clock', 'clock', from);
  const isSynchronized = sync?.isSynchronized === true;
  const value = say('clockValue', {
    seconds: (offset / 1000).toFixed(1),
    sync: isSynchronized ? say('clockSynced', { service: sync.service ?? '?' }) : say('clockNotSynced'),
  });
  const isFar = isClockWrong(facts);
  if (!isFar && isSynchronized && Math.abs(offset) <= clockWarnMs) return judged('clock', 'clock', from, 'pass', value);
  return judged('clock', 'clock', from, isFar ? 'fail' : 'warn', value, say('clockWhy'), say('clockHelp'));
}
