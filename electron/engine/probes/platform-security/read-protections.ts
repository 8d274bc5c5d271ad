import type { PlatformSecurityFacts } from '#shared/domain/facts/platform';

type Protection = PlatformSecurityFacts['protections'][number];
type Judgement = Pick<Protection, 'state' | 'reason'>;

export interface ProtectionSigns {
  readonly vendor: string | null;
  readonly commandLine: string;
  readonly sgxBytes: number | null;
  hasFlag(name: string): boolean;
  /** A module parameter, e.g. `kvm_intel/parameters/tdx`: `Y`, `N`, `1` or `0`. */
  parameter(name: string): string | null;
  hasModule(name: string): boolean;
  hasDevice(name: string): boolean;
}

/**
 * What each protection's signs come to. A flag of the processor only says that it was built with it: firmware and kernel
 * have to switch it on (Documentation/arch/x86/{sgx,tdx,amd-memory-encryption}.rst).
 */
export function readProtections(signs: ProtectionSigns): Protection[] {
  const isIntel = signs.vendor === 'GenuineIntel';
  const isAmd = signs.vendor === 'AuthenticAMD' || signs.vendor === 'HygonGenuine';
  const intel = (judge: () => Judgement): Judgement => (isIntel ? judge() : otherVendor(signs));
  const amd = (judge: () => Judgement): Judgement => (isAmd ? judge() : otherVendor(signs));
  return [
    { name: 'sgx', ...intel(() => sgx(signs)) },
    { name: 'tdx-host', ...intel(() => byParameter(signs, 'kvm_intel', 'tdx', signs.hasFlag('tdx_host_platform'))) },
    { name: 'tdx-guest', ...guest(signs.hasFlag('tdx_guest') || signs.hasDevice('tdx_guest')) },
    { name: 'sme', ...amd(() => sme(signs)) },
    { name: 'sev', ...amd(() => byParameter(signs, 'kvm_amd', 'sev', signs.hasFlag('sev'))) },
    { name: 'sev-es', ...amd(() => byParameter(signs, 'kvm_amd', 'sev_es', signs.hasFlag('sev_es'))) },
    { name: 'sev-snp', ...amd(() => byParameter(signs, 'kvm_amd', 'sev_snp', signs.hasFlag('sev_snp'))) },
    { name: 'sev-guest', ...guest(signs.hasDevice('sev-guest')) },
  ];
}

function otherVendor({ vendor }: ProtectionSigns): Judgement {
  return vendor === null
    ? { state: 'unknown', reason: 'other-vendor' }
    : { state: 'not-available', reason: 'other-vendor' };
}

function guest(isGuest: boolean): Judgement {
  return isGuest ? { state: 'in-use', reason: 'is-guest' } : { state: 'not-available', reason: 'not-a-guest' };
}

/** The kernel makes the device file only when firmware has set memory aside. */
function sgx({ hasFlag, hasDevice, sgxBytes }: ProtectionSigns): Judgement {
  if (hasDevice('sgx_enclave')) return { state: 'enabled', reason: 'device-there' };
  if (sgxBytes !== null && sgxBytes > 0) return { state: 'enabled', reason: 'memory-reserved' };
  if (hasFlag('sgx')) return { state: 'present', reason: 'no-device' };
  return { state: 'not-available', reason: 'cpu-lacks-it' };
}

/** KVM's parameter says what it will do for guests; it is set off where firmware or the kernel lack their part. */
function byParameter(signs: ProtectionSigns, module: string, name: string, hasFlag: boolean): Judgement {
  const value = signs.parameter(`${module}/parameters/${name}`);
  if (value === 'Y' || value === '1') return { state: 'enabled', reason: 'kernel-parameter-on' };
  if (!hasFlag) return { state: 'not-available', reason: 'cpu-lacks-it' };
  if (value === 'N' || value === '0') return { state: 'present', reason: 'kernel-parameter-off' };
  return { state: 'present', reason: signs.hasModule(module) ? 'cpu-flag-only' : 'module-not-loaded' };
}

function sme({ hasFlag, commandLine }: ProtectionSigns): Judgement {
  if (!hasFlag('sme')) return { state: 'not-available', reason: 'cpu-lacks-it' };
  if (/(?:^| )mem_encrypt=on(?: |$)/.test(commandLine)) return { state: 'enabled', reason: 'boot-parameter-on' };
  return { state: 'present', reason: 'cpu-flag-only' };
}
