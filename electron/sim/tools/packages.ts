import type { NodeModel } from '../model/node-model';
import { formatDate } from './date-format';
import { lines, printed, type Tool } from './tool';

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

export const rpm: Tool = (model, args) => {
  const asked = args.includes('--qf') ? args[args.indexOf('--qf') + 1] : undefined;
  const format = asked ?? '%{NAME}\\t%{VERSION}-%{RELEASE}\\n';
  const rows = [...model.software.packages].map(([name, full]) => {
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
