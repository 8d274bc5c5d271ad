import type { CommandSpec } from '#shared/domain/command';

/** Where distributions keep a tool when it is not /usr/bin; sudoers wants the full path. */
const knownPaths: Readonly<Record<string, string>> = {
  sh: '/bin/sh',
  dmidecode: '/usr/sbin/dmidecode',
  ethtool: '/usr/sbin/ethtool',
  nvme: '/usr/sbin/nvme',
  smartctl: '/usr/sbin/smartctl',
  mdadm: '/usr/sbin/mdadm',
  lvs: '/usr/sbin/lvs',
  multipath: '/usr/sbin/multipath',
  mtx: '/usr/sbin/mtx',
  ipmitool: '/usr/bin/ipmitool',
};

/**
 * The line for /etc/sudoers.d that allows exactly this command without a password. `user` is the login on the node. Of a
 * command for each file the patterns stand in it: in an argument of sudoers they match as in the shell.
 */
export function sudoersLine(spec: Pick<CommandSpec, 'argv' | 'forEach'>, user = 'USER'): string {
  const [tool, ...args] = spec.argv;
  const path = tool.startsWith('/') ? tool : (knownPaths[tool] ?? `/usr/bin/${tool}`);
  const commands = (spec.forEach?.split(' ') ?? ['']).map((pattern) => {
    const written = args.map((word) =>
      word === '{}' ? pattern : word === '{/}' ? pattern.replace(/.*\//, '') : escapeArgument(word),
    );
    return [path, ...written].join(' ');
  });
  return `${user} ALL=(root) NOPASSWD: ${commands.join(', ')}`;
}

/** One line for several commands that only help together. */
export function sudoersLineForAll(specs: readonly Pick<CommandSpec, 'argv' | 'forEach'>[]): string {
  const [head = '', ...rest] = specs.map((spec) => sudoersLine(spec));
  return [head, ...rest.map((line) => line.replace(/^\S+ ALL=\(root\) NOPASSWD: /, ''))].join(', ');
}

/**
 * Arguments are shell patterns, and sudoers(5) takes a backslash before its own separators and the characters of patterns
 * only: before a quote it is a syntax error. A literal backslash is read twice, as sudoers and as a pattern.
 */
function escapeArgument(argument: string): string {
  if (argument === '') return '""';
  return argument.replace(/[\\,:=#*?[\]!\s]/g, (character) => (character === '\\' ? '\\\\\\\\' : `\\${character}`));
}

/** Puts the login of the node into a line that was made without knowing it. */
export function sudoersUser(line: string, user: string): string {
  return line.replace(/^USER /, `${user} `);
}
