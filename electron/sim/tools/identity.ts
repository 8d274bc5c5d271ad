import { clearFault } from '../model/apply-fault';
import type { NodeModel } from '../model/node-model';
import { formatDate } from './date-format';
import { failed, lines, printed, type Tool } from './tool';

export const uname: Tool = (model, args) => {
  const { kernelRelease, kernelBuild } = model.profile;
  const parts = {
    s: 'Linux',
    n: model.name,
    r: kernelRelease,
    v: kernelBuild,
    m: 'x86_64',
    p: 'x86_64',
    i: 'x86_64',
    o: 'GNU/Linux',
  };
  const letters = args.join('').replaceAll('-', '') || 's';
  const wanted = letters.includes('a') ? 'snrvmo' : letters;
  return printed(
    `${Object.entries(parts)
      .filter(([letter]) => wanted.includes(letter))
      .map(([, value]) => value)
      .join(' ')}\n`,
  );
};

export const hostname: Tool = (model, args) => {
  if (args.some((arg) => /^-[a-zA-Z]*[Ii]/.test(arg))) {
    return printed(`${model.nics.flatMap((nic) => (nic.ipv4 ? [nic.ipv4.split('/')[0]] : [])).join(' ')} \n`);
  }
  return printed(args.some((arg) => /^-[a-zA-Z]*f/.test(arg)) ? `${model.name}.lab.example\n` : `${model.name}\n`);
};

export const hostnamectl: Tool = (model) =>
  printed(
    lines(
      ` Static hostname: ${model.name}`,
      `      Machine ID: ${model.machineId}`,
      `         Boot ID: ${model.bootId}`,
      `Operating System: ${model.profile.osName} ${model.profile.osVersion}`,
      `          Kernel: Linux ${model.profile.kernelRelease}`,
      '    Architecture: x86-64',
    ),
  );

export const whoami: Tool = (_model, _args, context) => printed(`${context.user}\n`);

export const id: Tool = (model, args, context) => {
  const name = args.find((arg) => !arg.startsWith('-'));
  const known =
    name === undefined || name === context.user ? { name: context.user, uid: context.uid } : accountNamed(model, name);
  if (!known) return failed(1, `id: '${name}': no such user\n`);
  const flags = args.filter((arg) => arg.startsWith('-')).join('');
  if (flags.includes('u')) return printed(`${flags.includes('n') ? known.name : known.uid}\n`);
  const groups = known.uid === 0 ? [['root', 0]] : groupsOf(model, known.name, known.uid);
  if (flags.includes('G'))
    return printed(`${groups.map(([group, gid]) => (flags.includes('n') ? group : gid)).join(' ')}\n`);
  if (flags.includes('g')) return printed(`${flags.includes('n') ? groups[0]?.[0] : groups[0]?.[1]}\n`);
  const list = groups.map(([group, gid]) => `${gid}(${group})`).join(',');
  return printed(`uid=${known.uid}(${known.name}) gid=${groups[0]?.[1]}(${groups[0]?.[0]}) groups=${list}\n`);
};

export const groups: Tool = (model, _args, context) =>
  printed(
    `${(context.uid === 0 ? [['root', 0]] : groupsOf(model, context.user, context.uid)).map(([group]) => group).join(' ')}\n`,
  );

function groupsOf(model: NodeModel, name: string, uid: number): [group: string, gid: number][] {
  return [
    [name, uid],
    ['adm', 4],
    ['sudo', 27],
    ...(model.profile.docker ? ([['docker', 998]] as [string, number][]) : []),
  ];
}

function accountNamed(model: NodeModel, name: string): { name: string; uid: number } | undefined {
  if (name === 'root') return { name, uid: 0 };
  return model.profile.users.find((user) => user.name === name || String(user.uid) === name);
}

export const getent: Tool = (model, args, context) => {
  const [database, key = ''] = args;
  if (database !== 'passwd') return failed(2, '');
  const account =
    key === context.user || key === String(context.uid)
      ? { name: context.user, uid: context.uid }
      : accountNamed(model, key);
  return account
    ? printed(`${account.name}:x:${account.uid}:${account.uid}::/home/${account.name}:/bin/bash\n`)
    : failed(2, '');
};

export const uptime: Tool = (model, args) => {
  if (args.includes('-s')) return printed(`${formatDate(model.bootedAtMs + model.clockOffsetMs(), '%F %T')}\n`);
  const seconds = Math.floor(model.uptimeSeconds());
  const load = loadAverage(model)
    .map((value) => value.toFixed(2))
    .join(', ');
  const clock = `${Math.floor(seconds / 3600) % 24}:${String(Math.floor(seconds / 60) % 60).padStart(2, '0')}`;
  return printed(
    ` ${formatDate(model.clockMs(), '%T')} up ${Math.floor(seconds / 86_400)} days, ${clock.padStart(5)},  ${loggedIn(model).length} users,  load average: ${load}\n`,
  );
};

/** One busy core for each process that computes, smoothed. */
export function loadAverage(model: NodeModel): [number, number, number] {
  const busy = [...model.processes.values()].filter((process) => process.utilizationPercent > 0).length;
  return [busy * 1.1 + 0.12, busy * 1.05 + 0.2, busy + 0.25];
}

export const nproc: Tool = (model) => {
  const { cpu } = model.profile;
  return printed(`${cpu.sockets * cpu.coresPerSocket * cpu.threadsPerCore}\n`);
};

export const getconf: Tool = (model, args) => {
  const { cpu } = model.profile;
  const values: Readonly<Record<string, string>> = {
    PAGESIZE: '4096',
    PAGE_SIZE: '4096',
    LONG_BIT: '64',
    CLK_TCK: '100',
    ARG_MAX: '2097152',
    GNU_LIBC_VERSION: 'glibc 2.35',
    _NPROCESSORS_ONLN: String(cpu.sockets * cpu.coresPerSocket * cpu.threadsPerCore),
    _NPROCESSORS_CONF: String(cpu.sockets * cpu.coresPerSocket * cpu.threadsPerCore),
  };
  const name = args[0] ?? '';
  return values[name] === undefined
    ? failed(2, `getconf: Unrecognized variable \`${name}'\n`)
    : printed(`${values[name]}\n`);
};

export const free: Tool = (model, args) => {
  const factor = args.includes('-b') ? 1024 * 1024 : args.includes('-m') ? 1 : 1024;
  const { memoryTotalMib } = model;
  const { memoryUsedMib } = model.profile;
  const cache = Math.round(memoryTotalMib * 0.2);
  const row = (name: string, values: number[]): string =>
    name.padEnd(8) + values.map((value) => String(Math.round(value * factor)).padStart(12)).join('');
  return printed(
    lines(
      '               total        used        free      shared  buff/cache   available',
      row('Mem:', [
        memoryTotalMib,
        memoryUsedMib,
        memoryTotalMib - memoryUsedMib - cache,
        210,
        cache,
        memoryTotalMib - memoryUsedMib,
      ]),
      row('Swap:', [8192, 0, 8192]),
    ),
  );
};

export const date: Tool = (model, args) => {
  const format =
    args.find((arg) => arg.startsWith('+'))?.slice(1) ??
    (args.some((arg) => /^-I|^--iso/.test(arg)) ? '%F' : '%a %b %e %T UTC %Y');
  return printed(`${formatDate(model.clockMs(), format)}\n`);
};

function loggedIn(model: NodeModel): string[] {
  return model.profile.users.filter((user) => user.isLoggedIn).map((user) => user.name);
}

export const who: Tool = (model) =>
  printed(
    loggedIn(model)
      .map(
        (name, index) =>
          `${name.padEnd(8)} pts/${index}        ${formatDate(model.clockMs() - 3_600_000 * (index + 1), '%F %H:%M')} (10.20.5.${20 + index})\n`,
      )
      .join(''),
  );

/** `last -x -F reboot shutdown`: this boot, the orderly end of the one before, and that one. */
export const last: Tool = (model, args) => {
  if (!args.includes('reboot')) return printed('');
  const bootedAtMs = model.bootedAtMs + model.clockOffsetMs();
  const at = (atMs: number) => formatDate(atMs, '%a %b %e %T %Y');
  const kernel = model.profile.kernelRelease;
  const downAtMs = bootedAtMs - 90_000;
  const beforeMs = downAtMs - 41 * 86_400_000;
  return printed(
    lines(
      `reboot   system boot  ${kernel} ${at(bootedAtMs)}   still running`,
      `shutdown system down  ${kernel} ${at(downAtMs)} - ${at(bootedAtMs)}  (00:01)`,
      `reboot   system boot  ${kernel} ${at(beforeMs)} - ${at(downAtMs)} (41+00:00)`,
      '',
      `wtmp begins ${at(beforeMs)}`,
    ),
  );
};

export const users: Tool = (model) => printed(`${loggedIn(model).join(' ')}\n`);

export const loginctl: Tool = (model, args) => {
  const rows = model.profile.users
    .filter((user) => user.isLoggedIn)
    .map((user, index) => ({
      session: String(210 + index),
      uid: user.uid,
      user: user.name,
      seat: null,
      tty: `pts/${index}`,
    }));
  if (args.some((arg) => arg === '--output=json' || arg === '-o')) return printed(`${JSON.stringify(rows)}\n`);
  if (args.includes('list-users')) return printed(lines(...rows.map((row) => `${row.uid} ${row.user}`)));
  return printed(
    lines(...rows.map((row) => `${row.session} ${String(row.uid).padStart(5)} ${row.user.padEnd(8)} - ${row.tty}`)),
  );
};

/** Prints the kind, and fails where there is none, as the real one does. */
export const systemdDetectVirt: Tool = (model) => ({
  stdout: `${model.profile.virtualization}\n`,
  stderr: '',
  exitCode: model.profile.virtualization === 'none' ? 1 : 0,
});

export const timedatectl: Tool = (model, args) => {
  if (args[0] === 'show') {
    return printed(
      lines(
        'Timezone=Etc/UTC',
        'LocalRTC=no',
        'CanNTP=yes',
        'NTP=yes',
        `NTPSynchronized=${model.faults.has('clock-off') ? 'no' : 'yes'}`,
        `TimeUSec=${formatDate(model.clockMs(), '%a %F %T UTC')}`,
      ),
    );
  }
  return printed(
    lines(
      `               Local time: ${formatDate(model.clockMs(), '%a %F %T UTC')}`,
      `System clock synchronized: ${model.faults.has('clock-off') ? 'no' : 'yes'}`,
      '              NTP service: active',
    ),
  );
};

export const chronyc: Tool = (model, args, { uid }) => {
  if (args.includes('makestep')) {
    if (uid !== 0) return failed(1, '501 Not authorised\n');
    clearFault(model, 'clock-off');
    return printed('200 OK\n');
  }
  const offset = model.faults.has('clock-off') ? -(model.clockOffsetMs() / 1000) : 0.000012;
  if (args.includes('-c'))
    return printed(
      `0A140401,10.20.4.1,3,${(model.clockMs() / 1000).toFixed(9)},${offset.toFixed(9)},0.000004,0.000011,-12.3,0.001,0.02,0.0004,0.0009,64.2,Normal\n`,
    );
  return printed(
    lines(
      'Reference ID    : 0A140401 (10.20.4.1)',
      'Stratum         : 3',
      `System time     : ${Math.abs(offset).toFixed(9)} seconds ${offset > 0 ? 'slow' : 'fast'} of NTP time`,
      'Leap status     : Normal',
    ),
  );
};
