import { failed, lines, type Tool } from './tool';

const AT_START: Readonly<Record<string, string>> = {
  'kernel.dmesg_restrict': '1',
  'kernel.numa_balancing': '1',
  'kernel.pid_max': '4194304',
  'net.ipv4.conf.all.arp_announce': '0',
  'net.ipv4.conf.all.arp_ignore': '0',
  'net.ipv4.conf.all.rp_filter': '2',
  'vm.max_map_count': '65530',
  'vm.nr_hugepages': '0',
  'vm.overcommit_memory': '0',
  'vm.swappiness': '60',
};

/** `sysctl [-n] NAME …`, `-a`, `-w NAME=VALUE …` and `-p FILE`. */
export const sysctl: Tool = (model, args, { uid, files }) => {
  const { kernel } = model.settings;
  const rest = args.filter((arg) => !arg.startsWith('-'));
  const file = args.includes('-p') ? (rest[0] ?? '/etc/sysctl.conf') : null;
  const text = file === null ? null : (files?.read(file) ?? null);
  if (file !== null && text === null) return failed(255, `sysctl: cannot open "${file}": No such file or directory\n`);
  const known = args.includes('-a') ? [...new Set([...Object.keys(AT_START), ...kernel.keys()])].sort() : rest;
  const words = text === null ? known : text.split('\n').filter((line) => /^\s*[^#;\s]/.test(line));
  const stdout: string[] = [];
  let stderr = '';
  for (const word of words) {
    const [name = '', value] = word.split('=').map((part) => part.trim());
    const now = kernel.get(name)?.value ?? AT_START[name];
    if (now === undefined) {
      stderr += `sysctl: cannot stat /proc/sys/${name.replaceAll('.', '/')}: No such file or directory\n`;
    } else if (value === undefined) {
      stdout.push(args.includes('-n') ? now : `${name} = ${now}`);
    } else if (uid === 0) {
      kernel.set(name, { value, isOfFile: file !== null });
      model.revision += 1;
      stdout.push(`${name} = ${value}`);
    } else {
      stderr += `sysctl: permission denied on key "${name}"\n`;
    }
  }
  return { stdout: lines(...stdout), stderr, exitCode: stderr === '' ? 0 : 1 };
};
