import type { NodeModel } from '../model/node-model';
import { epel, offeredRpms } from '../profiles/rpm-catalogue';
import { formatDate } from './date-format';
import { lines, optionValue, type Tool } from './tool';

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
    ...[...model.software.packages].flatMap(([name, version]) => [
      `${stamp} install ${name}:amd64 <none> ${version}`,
      `${stamp} status installed ${name}:amd64 ${version}`,
    ]),
  );
}

export const dpkgQuery: Tool = (model, args) => {
  const { held, unconfigured } = model.software;
  const format = args.find((arg) => arg.startsWith('-f='))?.slice(3) ?? '%{Package}\\t%{Version}\\n';
  // `-W NAME …`: those alone; of one that is not there it says so, and ends with 1.
  const names = args.filter((arg) => !arg.startsWith('-'));
  const unknown = names.filter((name) => !model.software.packages.has(name));
  const packages = [...model.software.packages].filter(([name]) => names.length === 0 || names.includes(name));
  const rows = packages.map(([name, version]) => {
    const status = `${held.has(name) ? 'h' : 'i'}${unconfigured.has(name) ? 'U' : 'i'} `;
    const fields = { Package: name, Version: version, Architecture: 'amd64', 'db:Status-Abbrev': status };
    return written(format, fields);
  });
  const missed = unknown.map((name) => `dpkg-query: no packages found matching ${name}\n`);
  return { stdout: rows.join(''), stderr: missed.join(''), exitCode: missed.length > 0 ? 1 : 0 };
};

/** `rpm -qa`, `rpm -q NAME …` and `rpm -qc NAME …`, with `--qf`; it ends with the number of those that are not there. */
export const rpm: Tool = (model, args) => {
  const [flags = ''] = args;
  const asked = optionValue(args, '--qf', '--queryformat');
  const names = args.filter((arg) => !arg.startsWith('-') && arg !== asked);
  const { packages } = model.software;
  const format = asked ?? '%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\\n';
  const all = flags.includes('a') || args.includes('--all') ? [...packages.keys()] : names;
  const rows = all.map((name) => {
    const full = packages.get(name);
    if (full === undefined) return `package ${name} is not installed\n`;
    if (/^-q?c/.test(flags)) return configFiles[name] ?? '';
    const [, epoch = '0', version = full, release = '1'] = /^(?:(\d+):)?([^-]+)(?:-(.+))?$/.exec(full) ?? [];
    return written(format, {
      INSTALLTIME: String(Math.floor(installedAtMs(model) / 1000)),
      NAME: name,
      EPOCHNUM: epoch,
      VERSION: version,
      RELEASE: release,
      ARCH: rpmArchitecture(name),
    });
  });
  return { stdout: rows.join(''), stderr: '', exitCode: all.filter((name) => !packages.has(name)).length };
};

const configFiles: Readonly<Record<string, string>> = {
  [epel.package]: '/etc/yum.repos.d/epel.repo\n',
  'python3-dnf-plugin-versionlock': '/etc/dnf/plugins/versionlock.list\n',
};

export function rpmArchitecture(name: string): string {
  return offeredRpms.get(name)?.isNoarch ? 'noarch' : 'x86_64';
}
