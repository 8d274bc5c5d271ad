import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { platformSecurityProbe } from './platform-security-probe';

const id = 'platform-security';
const facts = (text: string) => factsOf(platformSecurityProbe, { [id]: `security=1\n${text}` });
const states = (text: string) =>
  Object.fromEntries(facts(text).protections.map(({ name, state, reason }) => [name, `${state}: ${reason}`]));
const xeon = `efi=1
SecureBoot= 6 0 0 0 1 
SetupMode= 6 0 0 0 0 
mokutil=SecureBoot enabled 
tpm=tpm0
tpm_version=2
tpm_class=1
kvm_intel/parameters/tdx=N
kvm_intel/parameters/sgx=Y
module=kvm_intel
device=sgx_enclave
device=sgx_provision
sgx_bytes=68719476736
sgx_bytes=68719476736
cmdline=BOOT_IMAGE=/vmlinuz root=UUID=1 ro
vendor_id	: GenuineIntel
flags		: fpu vmx sgx sgx_lc tdx_host_platform
`;

describe('platform-security probe', () => {
  it('reads Secure Boot, TPM and what is switched on of the protections', () => {
    expect(facts(xeon)).toMatchObject({
      secureBoot: 'enabled',
      tpm: { isPresent: true, version: '2.0' },
      sgxMemoryBytes: 2 * 64 * 1024 ** 3,
    });
    expect(states(xeon)).toEqual({
      sgx: 'enabled: device-there',
      'tdx-host': 'present: kernel-parameter-off',
      'tdx-guest': 'not-available: not-a-guest',
      sme: 'not-available: other-vendor',
      sev: 'not-available: other-vendor',
      'sev-es': 'not-available: other-vendor',
      'sev-snp': 'not-available: other-vendor',
      'sev-guest': 'not-available: not-a-guest',
    });
  });

  it('does not take a flag of the processor for a protection that is on', () => {
    const epyc = 'vendor_id\t: AuthenticAMD\nflags\t\t: fpu svm sme sev sev_es sev_snp\n';
    expect(states(epyc)).toMatchObject({
      sme: 'present: cpu-flag-only',
      sev: 'present: module-not-loaded',
      'sev-snp': 'present: module-not-loaded',
    });
    const loaded = `module=kvm_amd\nkvm_amd/parameters/sev=Y\nkvm_amd/parameters/sev_es=1\nkvm_amd/parameters/sev_snp=N\ncmdline=ro mem_encrypt=on\n${epyc}`;
    expect(states(loaded)).toMatchObject({
      sme: 'enabled: boot-parameter-on',
      sev: 'enabled: kernel-parameter-on',
      'sev-es': 'enabled: kernel-parameter-on',
      'sev-snp': 'present: kernel-parameter-off',
    });
    const sgxOff = 'vendor_id\t: GenuineIntel\nflags\t\t: fpu sgx\n';
    expect(states(sgxOff)).toMatchObject({ sgx: 'present: no-device', 'tdx-host': 'not-available: cpu-lacks-it' });
  });

  it('knows the inside of a confidential virtual machine', () => {
    expect(states('vendor_id\t: GenuineIntel\nflags\t\t: fpu hypervisor tdx_guest\n')['tdx-guest']).toBe(
      'in-use: is-guest',
    );
    expect(states('device=sev-guest\nvendor_id\t: AuthenticAMD\nflags\t\t: fpu hypervisor\n')['sev-guest']).toBe(
      'in-use: is-guest',
    );
  });

  it.each([
    ['efi=1\nSecureBoot= 6 0 0 0 0 \n', 'disabled'],
    ['efi=1\nSecureBoot= 6 0 0 0 0 \nSetupMode= 6 0 0 0 1 \n', 'setup-mode'],
    ['efi=1\nmokutil=SecureBoot disabled Platform is in Setup Mode \n', 'setup-mode'],
    ['efi=1\nmokutil=SecureBoot enabled \n', 'enabled'],
    ['mokutil=EFI variables are not supported on this system \n', 'legacy-boot'],
    ['', 'legacy-boot'],
    ['efi=1\n', 'unknown'],
  ])('reads Secure Boot of %j', (text, state) => {
    expect(facts(text).secureBoot).toBe(state);
  });

  it.each([
    ['tpm=tpm0\ntpm_caps=1\n', { isPresent: true, version: '1.2' }],
    ['tpm=tpm0\n', { isPresent: true, version: null }],
    ['tpm_class=1\n', { isPresent: false, version: null }],
    ['', { isPresent: null, version: null }],
  ])('reads the TPM of %j', (text, tpm) => {
    expect(facts(text).tpm).toEqual(tpm);
  });

  it('never throws and never makes facts of nonsense', () => {
    expect(platformSecurityProbe.parse({ [id]: printed('tpm=tpm0\n') })).toMatchObject({ state: 'unparsable' });
    expectTotal(platformSecurityProbe, { [id]: `security=1\n${xeon}` });
  });
});
