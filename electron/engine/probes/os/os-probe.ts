import type { CommandSpec } from '#shared/domain/command';
import type { OsFacts } from '#shared/domain/facts/system';
import { linesOf, readPairs } from '../lib/lines';
import { commandProblem, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

const release: CommandSpec = {
  id: 'os-release',
  argv: ['sh', '-c', 'cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release'],
};

/** One `key=value` line a fact; what a node does not have is left empty. */
const stateScript = `echo "hostname=$(uname -n)"
echo "kernel=$(uname -r)"
echo "machine=$(uname -m)"
echo "uptime=$(cat /proc/uptime 2>/dev/null)"
echo "loadavg=$(cat /proc/loadavg 2>/dev/null)"
echo "boot_id=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)"
echo "cmdline=$(cat /proc/cmdline 2>/dev/null)"
echo "virt=$(systemd-detect-virt 2>/dev/null)"
echo "vendor=$(cat /sys/class/dmi/id/sys_vendor 2>/dev/null)"
echo "product=$(cat /sys/class/dmi/id/product_name 2>/dev/null)"
echo "bios=$(cat /sys/class/dmi/id/bios_version 2>/dev/null)"`;
const state: CommandSpec = { id: 'system-state', argv: ['sh', '-c', stateScript] };

export const osProbe = defineProbe({
  id: 'os',
  commands: [release, state],
  sources: {
    '': 'system-state',
    id: 'os-release',
    versionId: 'os-release',
    prettyName: 'os-release',
  },
  parse(outputs) {
    const told = commandProblem(outputs[release.id], release);
    const named = readRelease(outputs[release.id]?.state === 'exited' ? (outputs[release.id]?.stdout ?? '') : '');
    const output = outputs[state.id];
    const values = readPairs(output?.state === 'exited' ? output.stdout : '', '=');
    const uname = readUname(outputs[release.id]?.state === 'exited' ? (outputs[release.id]?.stdout ?? '') : '');
    const value = (key: string) => values.get(key)?.slice(0, 8192) || uname[key] || null;
    if (named.size === 0 && value('kernel') === null) {
      const problem = told ?? commandProblem(output, state);
      if (problem && problem.reason.key !== 'probes.notRun') return problem;
      return unparsable(release, outputs[release.id] ?? output);
    }
    const facts: OsFacts = {
      hostname: value('hostname'),
      id: named.get('ID') ?? null,
      versionId: named.get('VERSION_ID') ?? null,
      prettyName: named.get('PRETTY_NAME') ?? null,
      kernelRelease: value('kernel'),
      architecture: value('machine'),
      kernelCommandLine: value('cmdline'),
      uptimeSeconds: numbers(value('uptime'))[0] ?? null,
      loadAverages: numbers(value('loadavg')).slice(0, 3),
      bootId: value('boot_id'),
      clockOffsetMs: null,
      virtualization: value('virt'),
      vendor: value('vendor'),
      product: value('product'),
      biosVersion: value('bios'),
    };
    return { state: 'ok', facts };
  },
});

/** `ID=debian` and `VERSION_ID="7.2"`: shell assignments, quotes optional (os-release(5)). */
function readRelease(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of linesOf(text)) {
    const match = /^(ID|VERSION_ID|PRETTY_NAME|NAME)=(?:"([^"]{0,300})"|'([^']{0,300})'|([^\s"']{0,300}))\s*$/.exec(
      line,
    );
    if (match) values.set(match[1] ?? '', (match[2] ?? match[3] ?? match[4] ?? '').replace(/\\(["$`\\])/g, '$1'));
  }
  return values;
}

/** A recorded `uname -a` in place of our own lines: `Linux node1 5.7.0-2-amd64 #1 SMP … x86_64 GNU/Linux`. */
function readUname(text: string): Record<string, string | undefined> {
  const match =
    /^Linux (\S{1,255}) (\d\S{0,100}) #.{0,200} (x86_64|aarch64|ppc64le|s390x|riscv64|armv7l|i686)(?: |$)/m.exec(text);
  return match ? { hostname: match[1], kernel: match[2], machine: match[3] } : {};
}

/** The numbers a line begins with: `35.12 120.5`, `0.20 0.18 0.12 1/80 11206`. */
function numbers(line: string | null): number[] {
  const found: number[] = [];
  for (const word of line?.split(/\s+/) ?? []) {
    if (!/^\d{1,12}(\.\d{1,6})?$/.test(word)) break;
    found.push(Number(word));
  }
  return found;
}
