import { writePci } from '../model/pci-hotplug';
import { pciTree } from '../model/pci-tree';
import { failed, lines, optionValue, printed, type Tool } from './tool';

/*
 * Small tools of an administrator: each shows one setting of the node and changes it.
 */

/** `setpci -s ADDRESS ECAP_ACS+0x6.w[=VALUE]` on PCIe bridges; firmware leaves source validation and redirection on. */
export const setpci: Tool = (model, args, { uid }) => {
  if (uid !== 0) return failed(1, 'setpci: Unable to open /sys/bus/pci: Permission denied\n');
  const address = (optionValue(args, '-s') ?? '').toLowerCase();
  const [, register, value] = /^(ECAP_ACS\+0x6\.w)(?:=([0-9a-f]{1,4}))?$/i.exec(args.at(-1) ?? '') ?? [];
  const found = pciTree(model).find((one) => one.address === address || one.address === `0000:${address}`);
  if (!found) return failed(1, `setpci: Warning: No devices selected for "${args.at(-1) ?? ''}".\n`);
  if (register === undefined || !found.classCode.startsWith('0604'))
    return failed(
      1,
      `setpci: ${found.address}: Instance #0 of ExtCapability 000d not found - there are no capabilities with that id.\n`,
    );
  if (value === undefined) return printed(`${model.settings.accessControl.get(found.address) ?? '001d'}\n`);
  model.settings.accessControl.set(found.address, value.padStart(4, '0'));
  return printed('');
};

/** Those of intel_pstate in active mode. */
const intelGovernors = ['performance', 'powersave'];
const commonGovernors = ['conservative', 'ondemand', 'userspace', 'powersave', 'performance', 'schedutil'];

/** What `tee FILE …` writes below /sys, the value last: GPUs taken off the bus and found again, the governor of processors. */
export const sysfs: Tool = (model, args, { uid }) => {
  const [path = ''] = args;
  const value = args.at(-1) ?? '';
  if (uid !== 0) return failed(1, `tee: ${path}: Permission denied\n`);
  if (!path.includes('/cpufreq/')) {
    writePci(model, path);
    return printed(`${value}\n`);
  }
  const governors = model.profile.cpu.vendorId === 'GenuineIntel' ? intelGovernors : commonGovernors;
  if (!governors.includes(value)) return failed(1, `tee: ${path}: Invalid argument\n`);
  model.settings.governor = value;
  model.revision += 1;
  return printed(`${value}\n`);
};
/** `visudo -c`, and `visudo -cf -` on what comes in: a line that names no command is refused. */
export const visudo: Tool = (_model, args, { uid, stdin, files }) => {
  // What comes in is nobody's file yet.
  if (uid !== 0 && !args.includes('-cf')) return failed(1, 'visudo: /etc/sudoers: Permission denied\n');
  const bad = (text: string): number =>
    text.split('\n').findIndex((line) => !/^\s*(#.*|Defaults\b.*|\S+\s+\S+\s*=\s*\S.*)?$/.test(line));
  const texts: [string, string][] = args.includes('-cf')
    ? [['stdin', stdin ?? '']]
    : [
        ['/etc/sudoers', ''],
        ...(files?.list('/etc/sudoers.d') ?? []).map((path): [string, string] => [path, files?.read(path) ?? '']),
      ];
  const wrong = texts.find(([, text]) => bad(text) !== -1);
  if (wrong) return failed(1, `${wrong[0]}:${bad(wrong[1]) + 1}:1: syntax error\n`);
  return printed(lines(...texts.map(([name]) => `${name}: parsed OK`)));
};

/** kubectl as the node's own administrator has it: one node, which is this one. */
export const kubectl: Tool = (model, args) => {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const [verb = '', ...rest] = words;
  const name = verb === 'get' ? rest[1] : rest[0];
  if (name !== model.name) return failed(1, `Error from server (NotFound): nodes "${name ?? ''}" not found\n`);
  const isDry = args.some((arg) => arg.startsWith('--dry-run'));
  const done = (word: string): ReturnType<Tool> =>
    printed(`node/${model.name} ${word}${isDry ? ' (server dry run)' : ''}\n`);
  switch (verb) {
    case 'get': {
      const format = args.find((arg) => arg.startsWith('jsonpath=')) ?? '';
      const isCordoned = model.settings.isCordoned;
      const taints = isCordoned ? '[{"effect":"NoSchedule","key":"node.kubernetes.io/unschedulable"}]' : '';
      return printed(
        format
          .replace('jsonpath=', '')
          .replace('{.spec.unschedulable}', isCordoned ? 'true' : '')
          .replace('{.spec.taints}', taints),
      );
    }
    case 'cordon':
    case 'drain':
      if (!isDry) model.settings.isCordoned = true;
      return done(verb === 'drain' ? 'drained' : 'cordoned');
    case 'uncordon':
      if (!isDry) model.settings.isCordoned = false;
      return done('uncordoned');
    default:
      return failed(1, `error: unknown command "${verb}" for "kubectl"\n`);
  }
};

/** `runuser -u LOGIN -- prlimit --memlock …`: the limit that pam_limits gives a new session, by the last file that says one for all. */
export const runuser: Tool = (_, args, { uid, files }) => {
  if (uid !== 0) return failed(1, 'runuser: may not be used by non-root users\n');
  const [option, , end, program, ...rest] = args;
  if (option !== '-u' || end !== '--' || program !== 'prlimit' || !rest.includes('--memlock'))
    return failed(127, `runuser: failed to execute ${program ?? ''}: No such file or directory\n`);
  const folder = '/etc/security/limits.d';
  const said = [...(files?.list(folder) ?? [])]
    .sort()
    .flatMap((path) => files?.read(path)?.match(/^\* hard memlock \S+$/gm) ?? []);
  return printed(lines(said.at(-1)?.split(' ').at(-1) ?? '8388608'));
};
