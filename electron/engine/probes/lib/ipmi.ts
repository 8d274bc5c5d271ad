import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { bmcPresences } from '#shared/domain/facts/power';
import type { CommandOutputs } from '../probe';
import { commandProblem, exitProblem, type Problem, problem } from './outcome';

export type BmcPresence = (typeof bmcPresences)[number];

/**
 * Anyone may see whether there is a BMC: device files of the kernel's driver, and where that is not loaded the interface
 * that SMBIOS (type 38) or ACPI tell of. The node's own time and zone are for the times in the log.
 */
const deviceScript = `for d in /dev/ipmi[0-9]* /dev/ipmi/[0-9]* /dev/ipmidev/[0-9]*; do [ -e "$d" ] && echo "device=$d"; done
for d in /sys/firmware/dmi/entries/38-* /sys/bus/acpi/devices/IPI0001*; do [ -e "$d" ] && echo "firmware=\${d##*/}"; done
date '+time=%s %z'`;
export const bmcDevice: CommandSpec = { id: 'bmc-device', argv: ['sh', '-c', deviceScript] };

/** The BMC does one thing at a time, and slowly. */
export function ipmitool(id: string, args: readonly string[], timeoutMs: number): CommandSpec {
  return { id, argv: ['ipmitool', ...args], privilege: 'root', lane: 'bmc', maxOutputBytes: 512 * 1024, timeoutMs };
}

/** What is built in, with serial numbers; of two probes that ask, it runs once. */
export const fruCommand = ipmitool('ipmi-fru', ['fru', 'print'], 60_000);

/** Null: not looked for. */
export function readPresence(outputs: CommandOutputs): BmcPresence | null {
  const output = outputs[bmcDevice.id];
  const text = output?.state === 'exited' ? output.stdout : '';
  if (/^device=/m.test(text)) return 'present';
  if (/^firmware=/m.test(text)) return 'no-driver';
  return /^time=/m.test(text) ? 'none' : null;
}

/** Why a BMC's tool gave nothing to read, or that there is no BMC for it to ask, which is no trouble at all. */
export type NoAnswer = { readonly presence: Exclude<BmcPresence, 'present'> } | Problem;

/** For output without facts in it. */
export function noAnswer(outputs: CommandOutputs, spec: CommandSpec): NoAnswer | null {
  const output = outputs[spec.id];
  const presence = readPresence(outputs);
  const told = commandProblem(output, spec);
  if (told) {
    const isKnownAbsent = presence === 'none' || presence === 'no-driver';
    return isKnownAbsent && (told.state === 'denied' || told.state === 'missing-tool') ? { presence } : told;
  }
  const words = `${output?.stderr ?? ''}\n${output?.stdout ?? ''}`;
  // ipmitool: "Could not open device at /dev/ipmi0 or /dev/ipmi/0 or /dev/ipmidev/0: No such file or directory"
  // ipmi-sensors: "ipmi_ctx_find_inband: driver timeout", "could not find inband device"
  if (/Could not open device at .*No such file|could not find inband device/.test(words)) {
    return { presence: presence === 'no-driver' ? 'no-driver' : 'none' };
  }
  if (/Could not open device at .*Permission denied/.test(words))
    return problem('denied', 'notExecutable', { tool: spec.argv[0] });
  return output ? exitProblem(output, spec) : null;
}

/** Output of a command that is one of several: nothing when it was not run or came to nothing. */
export function textOfCommand(outputs: CommandOutputs, spec: CommandSpec): string {
  const output: CommandOutput | undefined = outputs[spec.id];
  return output?.state === 'exited' ? output.stdout : '';
}
