import { expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { PreflightCheckId } from '#shared/domain/playbook/preflight';
import type { JudgedCheck, Work } from './check';
import { judgePreflight } from './judge-preflight';

const gib = 1024 ** 3;
const driver = (name: string, version: string) => ({ name, version });
const gpu = { address: '0', vendorId: '10de', classCode: '0302', deviceName: 'H100', state: 'present' };
/** What a node tells where all is well, as far as it is judged. */
const well = {
  os: { id: 'ubuntu', versionId: '24.04', prettyName: 'Ubuntu 24.04', virtualization: 'none', clockOffsetMs: 0 },
  memory: { totalBytes: 64 * gib, availableBytes: 60 * gib },
  processes: { processes: [{ pid: 812, commandLine: '/usr/bin/unattended-upgrade' }] },
  pci: { functions: [gpu] },
  'gpu-driver': { kernelModuleVersion: '580.95.05' },
  'platform-security': { secureBoot: 'disabled' },
  'file-systems': { fileSystems: [{ mountPoint: '/', availableBytes: 500 * gib }] },
  packages: { manager: 'dpkg', held: [], packages: [driver('nvidia-driver-580-server-open', '580.95.05-0ubuntu1')] },
  'time-sync': { isSynchronized: true, service: 'chrony' },
  'setup-readiness': {
    runningKernel: '6.8.0-57-generic',
    hasKernelHeaders: true,
    areHeadersOffered: true as boolean | null,
    isWsl: false,
    containerMarks: [],
    tools: ['gcc', 'make', 'dkms', 'curl'],
    nvidiaInstallers: [],
    proxies: [],
    repositories: [{ file: '/etc/apt/sources.list', url: 'http://a.example', signedBy: '/usr/share/keyrings/a.gpg' }],
    unfinishedPackages: [],
    lockHolders: [],
    canBeRoot: true,
    keys: [{ file: '/usr/share/keyrings/a.gpg', keyId: 'AB', expiresAtMs: null as number | null }],
    machineOwnerKeys: [] as { path: string; isEnrolled: boolean }[],
  },
};
type Facts = { [Probe in keyof typeof well]?: Partial<Record<keyof (typeof well)[Probe], unknown>> };

function judge(change: Facts, work: Work | null = null): JudgedCheck[] {
  const facts = structuredClone(well) as Record<string, object>;
  for (const [probeId, more] of Object.entries(change)) facts[probeId] = { ...facts[probeId], ...more };
  return judgePreflight({
    facts: facts as unknown as NodeFacts,
    reached: [{ url: 'http://a.example/', state: 'reached', text: '' }],
    hasReachTool: true,
    isCarried: false,
    hasProxy: false,
    work,
    loginName: 'ops',
    nowMs: 1_800_000_000_000,
  });
}

it('says of a node that is well nothing but that', () => {
  expect(judge({}).filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
});

const mixed = [driver('nvidia-driver-580', '580.95.05-0ubuntu1'), driver('cuda-drivers', '575.57.08-1')];
const rocky = { os: { id: 'rocky', versionId: '9.4' }, packages: { manager: 'rpm' } };
const epel = '/etc/pki/rpm-gpg/RPM-GPG-KEY-EPEL-';
const ofEpel = (expiresAtMs: number | null) => ({
  repositories: [{ file: '/etc/yum.repos.d/epel.repo', url: 'https://e.example', signedBy: `${epel}$releasever` }],
  keys: [{ file: `${epel}9`, keyId: 'EF', expiresAtMs }],
});
const cases: readonly (readonly [string, Facts, PreflightCheckId, string, RegExp])[] = [
  ['a lock that is held', { 'setup-readiness': { lockHolders: [812] } }, 'package-lock', 'warn', /812 .*unattended/],
  [
    'a lock nobody could look at, while one installs',
    { 'setup-readiness': { lockHolders: null } },
    'package-lock',
    'warn',
    /812/,
  ],
  ['packages on hold', { packages: { held: ['linux-generic'] } }, 'package-holds', 'warn', /linux-generic/],
  ['Secure Boot without a key', { 'platform-security': { secureBoot: 'enabled' } }, 'secure-boot', 'warn', /On/],
  [
    'Secure Boot with the key of DKMS',
    {
      'platform-security': { secureBoot: 'enabled' },
      'setup-readiness': { machineOwnerKeys: [{ path: '/var/lib/dkms/mok.pub', isEnrolled: true }] },
    },
    'secure-boot',
    'pass',
    /enrolled/,
  ],
  ['no headers', { 'setup-readiness': { hasKernelHeaders: false } }, 'kernel-headers', 'warn', /linux-headers \(6\.8/],
  ['no DKMS', { 'setup-readiness': { tools: ['gcc', 'make', 'curl'] } }, 'kernel-headers', 'warn', /Missing: dkms/],
  [
    'headers that nobody offers',
    { 'setup-readiness': { hasKernelHeaders: false, areHeadersOffered: false } },
    'kernel-headers',
    'warn',
    /6\.8/,
  ],
  ['nouveau', { pci: { functions: [{ ...gpu, driver: 'nouveau' }] } }, 'nouveau', 'warn', /Holds 0$/],
  [
    'packages under work',
    { 'setup-readiness': { unfinishedPackages: [{ name: 'a', status: 'iU' }] } },
    'package-state',
    'fail',
    /a \(iU\)/,
  ],
  ['two drivers', { packages: { packages: mixed } }, 'nvidia-sources', 'fail', /575\.57\.08, packages 580\.95\.05/],
  [
    'a .run driver',
    { 'setup-readiness': { nvidiaInstallers: ['/usr/bin/nvidia-uninstall'] } },
    'nvidia-sources',
    'fail',
    /nvidia-uninstall/,
  ],
  ['WSL2', { 'setup-readiness': { isWsl: true } }, 'container', 'fail', /WSL2/],
  ['a container', { os: { virtualization: 'lxc' } }, 'container', 'fail', /lxc/],
  [
    'a container without systemd',
    { os: { virtualization: null }, 'setup-readiness': { containerMarks: ['/.dockerenv'] } },
    'container',
    'fail',
    /dockerenv/,
  ],
  ['a virtual machine', { os: { virtualization: 'kvm' } }, 'container', 'pass', /kvm/],
  ['a system nobody tried', { os: { id: 'ubuntu', versionId: '20.04' } }, 'system', 'fail', /Ubuntu/],
  ['keys of dnf', { ...rocky, 'setup-readiness': ofEpel(null) }, 'repository-keys', 'pass', /1 keys/],
  ['an expired key of dnf', { ...rocky, 'setup-readiness': ofEpel(1) }, 'repository-keys', 'warn', /EPEL-9 \(EF\)/],
];
it.each(cases)('tells %s, and nothing else changes by it', (_, change, id, outcome, value) => {
  const found = judge(change);
  const check = found.find((one) => one.id === id);
  expect([check?.outcome, check?.value.en]).toEqual([outcome, expect.stringMatching(value)]);
  expect(check?.remedy === null).toBe(outcome === 'pass');
  expect(found.filter((one) => one.outcome !== 'pass' && one.id !== id)).toEqual([]);
});

const workOf = (...actionIds: string[]): Work => ({
  actionIds: new Set(actionIds),
  needsGpu: actionIds.includes('nvidia-driver') || actionIds.includes('container-proof'),
});
const driverWork = workOf('kernel-headers', 'nvidia-driver');
const noHeaders = (areHeadersOffered: boolean | null) => ({
  'setup-readiness': { hasKernelHeaders: false, areHeadersOffered, tools: ['curl'] },
});
const secure = { 'platform-security': { secureBoot: 'enabled' } };
const small = { 'file-systems': { fileSystems: [{ mountPoint: '/', availableBytes: 2 * gib }] } };
const onNouveau = { pci: { functions: [{ ...gpu, driver: 'nouveau' }] } };
const wanted: readonly (readonly [string, Facts, Work | null, PreflightCheckId, string])[] = [
  ['a small disk for the base of a node', small, workOf('time-sync'), 'disk', 'pass'],
  ['a small disk for a driver', small, driverWork, 'disk', 'warn'],
  ['a small disk for an inference server', small, workOf('triton-server'), 'disk', 'fail'],
  ['no GPU where none is needed', { pci: { functions: [] } }, workOf('time-sync'), 'gpu', 'pass'],
  ['no GPU where one is needed', { pci: { functions: [] } }, driverWork, 'gpu', 'fail'],
  ['nouveau that the playbook puts out', onNouveau, driverWork, 'nouveau', 'warn'],
  ['nouveau that nobody puts out', onNouveau, workOf('container-proof'), 'nouveau', 'fail'],
  ['nouveau in nobody’s way', onNouveau, workOf('time-sync'), 'nouveau', 'pass'],
  ['headers that will be installed', noHeaders(true), driverWork, 'kernel-headers', 'pass'],
  ['headers that have left the archive', noHeaders(false), driverWork, 'kernel-headers', 'fail'],
  ['headers of which nobody knows', noHeaders(null), driverWork, 'kernel-headers', 'warn'],
  ['headers that nobody needs', noHeaders(false), workOf('time-sync'), 'kernel-headers', 'pass'],
  ['Secure Boot with the modules of Ubuntu', secure, driverWork, 'secure-boot', 'pass'],
  [
    'Secure Boot with modules of DKMS',
    { ...secure, os: { id: 'debian', versionId: '12' } },
    driverWork,
    'secure-boot',
    'fail',
  ],
  ['Secure Boot where no module is built', secure, workOf('time-sync'), 'secure-boot', 'pass'],
  [
    'packages that somebody is at work on',
    { 'setup-readiness': { unfinishedPackages: [{ name: 'a', status: 'iU' }], lockHolders: [812] } },
    null,
    'package-state',
    'warn',
  ],
];
it.each(wanted)('judges %s by what is to be done', (_, change, work, id, outcome) => {
  expect(judge(change, work).find((one) => one.id === id)?.outcome).toBe(outcome);
});
