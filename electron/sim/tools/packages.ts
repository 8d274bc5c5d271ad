import type { NodeModel } from '../model/node-model';
import { formatDate } from './date-format';
import { lines, printed, type Tool } from './tool';

function packages(model: NodeModel): [name: string, version: string][] {
  const { driverVersion, docker, cudaToolkits } = model.profile;
  const branch = driverVersion?.split('.')[0];
  return [
    ...(driverVersion === null
      ? []
      : ([
          [`nvidia-driver-${branch}`, `${driverVersion}-0ubuntu1`],
          [`libnvidia-compute-${branch}`, `${driverVersion}-0ubuntu1`],
        ] as [string, string][])),
    ...cudaToolkits.map((version): [string, string] => [`cuda-toolkit-${version.replace('.', '-')}`, `${version}.1-1`]),
    ...(docker
      ? ([
          ['docker-ce', `5:${docker.version}-1`],
          ['containerd.io', '1.7.24-1'],
        ] as [string, string][])
      : []),
    ...(docker?.toolkitVersion
      ? ([['nvidia-container-toolkit', `${docker.toolkitVersion}-1`]] as [string, string][])
      : []),
    ...(model.profile.software?.packages ?? []).map(([name, version]): [string, string] => [name, version]),
    ['openssh-server', '1:9.6p1-3'],
  ];
}

/** The format of `-f` or `--qf` with each field in its place; without one, name and version. */
function written(format: string, fields: Readonly<Record<string, string>>): string {
  return format
    .replace(
      /\$\{([\w:-]+)\}|%\{(\w+)\}/g,
      (_, ours: string | undefined, theirs: string) => fields[ours ?? theirs] ?? '',
    )
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n');
}

/** All of them were brought in well before the node was started last. */
function installedAtMs(model: NodeModel): number {
  return model.bootedAtMs - 30 * 86_400_000;
}

/** Lines of dpkg's log, in the time of this machine, whose `date` says what zone that is. */
export function dpkgLog(model: NodeModel): string {
  const at = installedAtMs(model);
  const stamp = formatDate(at - new Date(at).getTimezoneOffset() * 60_000, '%F %T');
  return lines(
    ...packages(model).flatMap(([name, version]) => [
      `${stamp} install ${name}:amd64 <none> ${version}`,
      `${stamp} status installed ${name}:amd64 ${version}`,
    ]),
  );
}

export const dpkgQuery: Tool = (model, args) => {
  const held = model.profile.software?.held ?? [];
  const format = args.find((arg) => arg.startsWith('-f='))?.slice(3) ?? '%{Package}\\t%{Version}\\n';
  const rows = packages(model).map(([name, version]) => {
    const status = held.includes(name) ? 'hi ' : 'ii ';
    const fields = { Package: name, Version: version, Architecture: 'amd64', 'db:Status-Abbrev': status };
    return written(format, fields);
  });
  return printed(rows.join(''));
};

export const rpm: Tool = (model, args) => {
  const asked = args.includes('--qf') ? args[args.indexOf('--qf') + 1] : undefined;
  const format = asked ?? '%{NAME}\\t%{VERSION}-%{RELEASE}\\n';
  const rows = packages(model).map(([name, full]) => {
    const [version = full, release = '1'] = full.split('-');
    return written(format, {
      INSTALLTIME: String(Math.floor(installedAtMs(model) / 1000)),
      NAME: name,
      VERSION: version,
      RELEASE: release,
      ARCH: 'x86_64',
    });
  });
  return printed(rows.join(''));
};

const SYSCTLS: Readonly<Record<string, string>> = {
  'vm.max_map_count': '65530',
  'kernel.numa_balancing': '1',
  'vm.overcommit_memory': '0',
  'kernel.dmesg_restrict': '1',
  'kernel.pid_max': '4194304',
  'vm.nr_hugepages': '0',
};

export const sysctl: Tool = (_model, args) => {
  const isValueOnly = args.includes('-n');
  const names = args.filter((arg) => !arg.startsWith('-'));
  const unknown = names.filter((name) => SYSCTLS[name] === undefined);
  const stdout = names.flatMap((name) =>
    SYSCTLS[name] === undefined ? [] : [isValueOnly ? SYSCTLS[name] : `${name} = ${SYSCTLS[name]}`],
  );
  return {
    stdout: lines(...stdout),
    stderr: unknown
      .map((name) => `sysctl: cannot stat /proc/sys/${name.replaceAll('.', '/')}: No such file or directory\n`)
      .join(''),
    exitCode: unknown.length > 0 ? 1 : 0,
  };
};
