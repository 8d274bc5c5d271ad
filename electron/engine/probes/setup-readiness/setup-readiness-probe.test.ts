import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { setupReadinessProbe } from './setup-readiness-probe';

const state = `codename=noble
kernel=6.8.0-57-generic
headers=yes
wsl=no
tool=gcc
tool=curl
installer=/usr/bin/nvidia-uninstall
proxy=https_proxy http://proxy.site:3128
proxy=apt-http http://proxy.site:3128
== done
`;
const sources = `== /etc/apt/sources.list
deb http://archive.ubuntu.com/ubuntu noble main
deb-src http://archive.ubuntu.com/ubuntu noble main
== /etc/apt/sources.list.d/docker.list
deb [arch=amd64 signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/ubuntu noble stable
== /etc/apt/sources.list.d/ubuntu.sources
Types: deb
URIs: http://de.archive.ubuntu.com/ubuntu http://security.ubuntu.com/ubuntu
Suites: noble
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg

Types: deb
Enabled: no
URIs: http://off.example/ubuntu
== /etc/yum.repos.d/rocky.repo
[baseos]
mirrorlist=https://mirrors.rockylinux.org/mirrorlist?arch=x86_64
enabled=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-$releasever
[extras]
baseurl=https://off.example/extras
enabled=0
== done
`;
const packages = 'iU \tdocker-ce\niFR\tnvidia-dkms-580\nupdate 0003\n== done\n';
const keys = `==> /etc/apt/keyrings/docker.asc
pub:-:4096:1:8D81803C0EBFCD88:1487788586:::-:::scESCA::::::23::0:
uid:-::::1487792064::27CDBC::Docker Release (CE deb) <docker@docker.com>::::::::::0:

<== 0
==> /usr/share/keyrings/cuda.gpg
pub:e:4096:1:A4B469963BF863CC:1649954220:1681490220::-:::scESC::::::23::0:

<== 0
`;
const mok = `==> /var/lib/shim-signed/mok/MOK.der
/var/lib/shim-signed/mok/MOK.der is not enrolled

<== 0
`;
const good = {
  'setup-state': state,
  sources,
  'package-state': packages,
  'package-lock': ' 4242',
  root: '',
  keys,
  'machine-owner-key': mok,
};

describe('setup-readiness probe', () => {
  it('reads what stands in the way of an installation', () => {
    const facts = factsOf(setupReadinessProbe, good);
    expect(facts).toMatchObject({
      codename: 'noble',
      hasKernelHeaders: true,
      isWsl: false,
      containerMarks: [],
      tools: ['gcc', 'curl'],
      nvidiaInstallers: ['/usr/bin/nvidia-uninstall'],
      proxies: [
        { name: 'https_proxy', url: 'http://proxy.site:3128' },
        { name: 'apt-http', url: 'http://proxy.site:3128' },
      ],
      unfinishedPackages: [
        { name: 'docker-ce', status: 'iU' },
        { name: 'nvidia-dkms-580', status: 'iFR' },
        { name: '/var/lib/dpkg/updates/0003', status: 'update' },
      ],
      lockHolders: [4242],
      canBeRoot: true,
      machineOwnerKeys: [{ path: '/var/lib/shim-signed/mok/MOK.der', isEnrolled: false }],
    });
    expect(facts.keys).toEqual([
      { file: '/etc/apt/keyrings/docker.asc', keyId: '8D81803C0EBFCD88', expiresAtMs: null },
      { file: '/usr/share/keyrings/cuda.gpg', keyId: 'A4B469963BF863CC', expiresAtMs: 1681490220000 },
    ]);
  });

  it('knows which repositories are in use, and which keys they name', () => {
    expect(factsOf(setupReadinessProbe, good).repositories?.map(({ url, signedBy }) => [url, signedBy])).toEqual([
      ['http://archive.ubuntu.com/ubuntu', null],
      ['https://download.docker.com/linux/ubuntu', '/etc/apt/keyrings/docker.asc'],
      ['http://de.archive.ubuntu.com/ubuntu', '/usr/share/keyrings/ubuntu-archive-keyring.gpg'],
      ['http://security.ubuntu.com/ubuntu', '/usr/share/keyrings/ubuntu-archive-keyring.gpg'],
      ['https://mirrors.rockylinux.org/mirrorlist?arch=x86_64', '/etc/pki/rpm-gpg/RPM-GPG-KEY-$releasever'],
    ]);
  });

  it('takes nothing for free or whole that was not told', () => {
    const lock = { ...printed('', 1), privilege: 'user' as const };
    const denied = { ...printed(''), state: 'denied' as const, exitCode: null };
    expect(factsOf(setupReadinessProbe, { 'setup-state': state, 'package-lock': lock, root: denied })).toMatchObject({
      repositories: null,
      unfinishedPackages: null,
      lockHolders: null,
      canBeRoot: false,
      keys: null,
    });
    const asRoot = { ...printed('', 1), privilege: 'root' as const };
    expect(factsOf(setupReadinessProbe, { 'setup-state': state, 'package-lock': asRoot }).lockHolders).toEqual([]);
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(setupReadinessProbe, good);
  });
});
