import { platformOf } from '#shared/domain/playbook/platform';
import { platforms } from '#shared/domain/playbook/playbook';
import type { PreflightOutcome } from '#shared/domain/playbook/preflight';
import type { LocalizedText } from '#shared/domain/text';
import { isClockWrong, type JudgedCheck, judged, type PreflightBasis, untold } from './check';
import { judgeAddresses } from './judge-addresses';
import { disk } from './judge-disk';
import { judgeDriver } from './judge-driver';
import { judgePackages } from './judge-packages';
import { say } from './words';

const gib = 1024 ** 3;
/** What a node is like before it is set up. Pure. */
export function judgePreflight(basis: PreflightBasis): JudgedCheck[] {
  return [
    system(basis),
    root(basis),
    machine(basis),
    gpus(basis),
    ...judgeDriver(basis),
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
  return judged('privileges', 'privileges', from, 'fail', say('rootNo'), say('rootWhy'), remedy);
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

function gpus({ facts: { pci }, work }: PreflightBasis): JudgedCheck {
  const from = [['pci', 'functions']] as const;
  if (pci === undefined) return untold('gpu', 'gpu', from);
  const found = pci.functions.filter(({ vendorId, classCode }) => gpuClasses[vendorId ?? '']?.test(classCode ?? ''));
  const lost = found.filter(({ state }) => state === 'lost').map(({ address }) => address);
  const models = [...new Set(found.map((one) => one.deviceName ?? `${one.vendorId}:${one.deviceId}`))];
  const counted = models.map((model) => {
    const count = found.filter((one) => (one.deviceName ?? `${one.vendorId}:${one.deviceId}`) === model).length;
    return `${count} × ${model}`;
  });
  if (found.length === 0) {
    if (work?.needsGpu === false) return judged('gpu', 'gpu', from, 'pass', say('gpuNone'));
    return judged('gpu', 'gpu', from, work ? 'fail' : 'warn', say('gpuNone'), say('gpuNoneWhy'), say('gpuNoneHelp'));
  }
  const value = say('systemKnown', { name: counted.join(', ') });
  if (lost.length === 0) return judged('gpu', 'gpu', from, 'pass', value);
  const why = say('gpuLostWhy', { addresses: lost.join(', ') });
  return judged('gpu', 'gpu', from, 'fail', value, why, say('gpuLostHelp'));
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
  const service = sync?.service ?? null;
  const by = service === null ? say('clockSyncedBySomething') : say('clockSynced', { service });
  const seconds = (offset / 1000).toFixed(1).replace(/^-0\.0$/, '0.0');
  const value = say('clockValue', { seconds, sync: isSynchronized ? by : say('clockNotSynced') });
  const isFar = isClockWrong(facts);
  if (!isFar && isSynchronized && Math.abs(offset) <= clockWarnMs) return judged('clock', 'clock', from, 'pass', value);
  return judged('clock', 'clock', from, isFar ? 'fail' : 'warn', value, say('clockWhy'), say('clockHelp'));
}
