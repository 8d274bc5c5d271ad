import type { CommandSpec } from '#shared/domain/command';
import type { PlatformSecurityFacts } from '#shared/domain/facts/platform';
import { integerOf, linesOf, readPairs } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { readProtections } from './read-protections';

/** An efivar begins with four bytes of attributes; its value is the fifth. */
const script = `v() { [ -r "$2" ] && read -r x <"$2" && echo "$1=$x"; }
echo 'security=1'
[ -d /sys/firmware/efi ] && echo 'efi=1'
for name in SecureBoot SetupMode; do
  f=/sys/firmware/efi/efivars/$name-8be4df61-93ca-11d2-aa0d-00e098032b8c
  [ -r $f ] && echo "$name=$(od -An -t u1 $f 2>/dev/null | tr -s ' \\n' '  ')"
done
command -v mokutil >/dev/null 2>&1 && echo "mokutil=$(mokutil --sb-state 2>&1 | tr '\\n' ' ')"
for t in /sys/class/tpm/tpm[0-9]*; do
  [ -e "$t" ] || continue
  echo "tpm=\${t##*/}"
  v tpm_version "$t/tpm_version_major"
  [ -e "$t/caps" ] || [ -e "$t/device/caps" ] && echo 'tpm_caps=1'
done
[ -d /sys/class/tpm ] && echo 'tpm_class=1'
for p in kvm_intel/parameters/tdx kvm_intel/parameters/sgx kvm_amd/parameters/sev kvm_amd/parameters/sev_es kvm_amd/parameters/sev_snp; do
  v "$p" "/sys/module/$p"
done
for m in kvm_intel kvm_amd; do [ -d /sys/module/$m ] && echo "module=$m"; done
for d in sgx_enclave sgx_provision sev sev-guest tdx_guest; do [ -e /dev/$d ] && echo "device=$d"; done
for n in /sys/devices/system/node/node[0-9]*/x86/sgx_total_bytes; do v sgx_bytes "$n"; done
v cmdline /proc/cmdline
grep -m1 -E '^(vendor_id|CPU implementer)' /proc/cpuinfo
grep -m1 -E '^flags' /proc/cpuinfo
exit 0`;
const state: CommandSpec = { id: 'platform-security', argv: ['sh', '-c', script] };

export const platformSecurityProbe = defineProbe({
  id: 'platform-security',
  commands: [state],
  sources: { '': 'platform-security' },
  parse(outputs) {
    const output = readCommand(outputs, state);
    if (isProblem(output)) return output;
    const values = readPairs(output.stdout, '=');
    if (values.get('security') !== '1') return unparsable(state, output);
    const lines = linesOf(output.stdout, 65_536);
    const all = (name: string) =>
      lines.flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1).trim()] : []));
    const flags = new Set((/^flags\s{0,8}: (.{0,16000})$/m.exec(output.stdout)?.[1] ?? '').split(' '));
    const sgxBytes = all('sgx_bytes').map(integerOf);
    const facts: PlatformSecurityFacts = {
      secureBoot: secureBoot(values),
      tpm: {
        isPresent: all('tpm').length > 0 ? true : values.has('tpm_class') || values.has('efi') ? false : null,
        version: tpmVersion(values),
      },
      protections: readProtections({
        vendor: /^vendor_id\s{0,8}: (\w{1,20})$/m.exec(output.stdout)?.[1] ?? null,
        hasFlag: (name) => flags.has(name),
        parameter: (name) => values.get(name) ?? null,
        hasModule: (name) => all('module').includes(name),
        hasDevice: (name) => all('device').includes(name),
        commandLine: values.get('cmdline') ?? '',
        sgxBytes: sum(sgxBytes),
      }),
      sgxMemoryBytes: sum(sgxBytes),
    };
    return { state: 'ok', facts };
  },
});

/** `SecureBoot=6 0 0 0 1`. mokutil says it in words, also where efivars are not mounted. */
function secureBoot(values: ReadonlyMap<string, string>): PlatformSecurityFacts['secureBoot'] {
  const byte = (name: string) => /^(?:\d{1,3} ){4}([01])$/.exec((values.get(name) ?? '').trim())?.[1];
  const words = values.get('mokutil') ?? '';
  if (byte('SetupMode') === '1' || /setup mode/i.test(words)) return 'setup-mode';
  if (byte('SecureBoot') === '1') return 'enabled';
  if (byte('SecureBoot') === '0') return 'disabled';
  if (/SecureBoot enabled/i.test(words)) return 'enabled';
  if (/SecureBoot disabled/i.test(words)) return 'disabled';
  // Without EFI there is nothing to be secured: the machine started the old way.
  if (!values.has('efi') || /EFI variables are not supported/i.test(words)) return 'legacy-boot';
  return 'unknown';
}

/** The file is there since Linux 5.6; before that only TPM 1.2 had the file of its capabilities. */
function tpmVersion(values: ReadonlyMap<string, string>): string | null {
  const major = values.get('tpm_version');
  if (major === '2') return '2.0';
  if (major === '1' || (values.has('tpm') && values.has('tpm_caps'))) return '1.2';
  return null;
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
