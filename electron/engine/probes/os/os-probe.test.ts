import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { osProbe } from './os-probe';

const release = 'PRETTY_NAME="Ubuntu 22.04.5 LTS"\nID=ubuntu\nVERSION_ID="22.04"\nHOME_URL="https://example.org/"\n';
const state = `hostname=gpu 01
kernel=5.15.0-1053-nvidia
machine=x86_64
uptime=3555912.56 99.10
loadavg=7.82 7.55 7.25 3/1822 4242
boot_id=aea12c0c-9e9b-567f-edef-b463af69dde3
cmdline=root=UUID=2f1c ro iommu=pt
virt=none
vendor=NVIDIA
product=
bios=1.01.03
`;

describe('os probe', () => {
  it('reads distribution, kernel, boot and machine', () => {
    expect(factsOf(osProbe, { 'os-release': release, 'system-state': state })).toEqual({
      hostname: 'gpu 01',
      id: 'ubuntu',
      versionId: '22.04',
      prettyName: 'Ubuntu 22.04.5 LTS',
      kernelRelease: '5.15.0-1053-nvidia',
      architecture: 'x86_64',
      kernelCommandLine: 'root=UUID=2f1c ro iommu=pt',
      uptimeSeconds: 3555912.56,
      loadAverages: [7.82, 7.55, 7.25],
      bootId: 'aea12c0c-9e9b-567f-edef-b463af69dde3',
      clockOffsetMs: null,
      virtualization: 'none',
      vendor: 'NVIDIA',
      product: null,
      biosVersion: '1.01.03',
    });
  });

  it('does without os-release, and refuses what is neither', () => {
    expect(factsOf(osProbe, { 'os-release': '', 'system-state': state })).toMatchObject({
      id: null,
      architecture: 'x86_64',
    });
    expect(osProbe.parse({ 'os-release': printed('hello\n') })).toMatchObject({ state: 'unparsable' });
  });

  it.skipIf(!hasRecordings)('reads uname -a', () => {
    expect(factsOf(osProbe, { 'os-release': recording('host/uname-a__debian10.txt') })).toMatchObject({
      hostname: 'debian',
      kernelRelease: '5.7.0-2-amd64',
      architecture: 'x86_64',
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(osProbe, { 'os-release': release, 'system-state': state });
  });

  it.skipIf(!hasRecordings).each([
    ['os-release__centos.txt', 'centos', '7', 'CentOS Linux 7 (Core)'],
    ['os-release__rhel.txt', 'rhel', '7.2', 'Employee SKU'],
    ['os-release__ubuntu-22.04.5.txt', 'ubuntu', '22.04', 'Ubuntu 22.04.5 LTS'],
  ])('reads %s', (name, id, versionId, prettyName) => {
    expect(factsOf(osProbe, { 'os-release': recording(`host/${name}`) })).toMatchObject({ id, versionId, prettyName });
  });
});
