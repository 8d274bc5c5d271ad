import type { NodeModel } from '../model/node-model';
import { failed, lines, printed, type ToolContext, type ToolFiles, type ToolOutput } from './tool';

const listFile = '/etc/dnf/plugins/versionlock.list';
export const versionLockPackage = 'python3-dnf-plugin-versionlock';

/** The plugin versionlock: `list`, `add NAME …`, `delete NAME …`. Its file has `NAME-EPOCH:VERSION-RELEASE.*` a line. */
export function versionLock(
  model: NodeModel,
  [verb = 'list', ...names]: readonly string[],
  { uid, files }: ToolContext,
): ToolOutput {
  if (!model.software.packages.has(versionLockPackage))
    return failed(
      1,
      `No such command: versionlock. Please use /usr/bin/dnf --help\nIt could be a DNF plugin command, try: "dnf install 'dnf-command(versionlock)'"\n`,
    );
  const entries = readEntries(files);
  if (verb === 'list') return printed(lines(...entries));
  if (uid !== 0)
    return failed(
      1,
      'Error: This command has to be run with superuser privileges (under the root user on most systems).\n',
    );
  const nameOf = (entry: string): string => entry.replace(/-[^-]+-[^-]+$/, '');
  if (verb === 'add') {
    const missing = names.find((name) => !model.software.packages.has(name));
    if (missing !== undefined) return failed(1, `Error: No package found for: ${missing}\n`);
    const fresh = names.map((name) => {
      const version = model.software.packages.get(name) ?? '';
      return `${name}-${/^\d+:/.test(version) ? '' : '0:'}${version}.*`;
    });
    write(files, [...entries, ...fresh.filter((one) => !entries.includes(one))]);
    return printed(lines(...fresh.map((one) => `Adding versionlock on: ${one}`)));
  }
  if (verb !== 'delete') return failed(1, 'dnf versionlock: error: argument subcommand: invalid choice\n');
  const going = entries.filter((entry) => names.includes(nameOf(entry)));
  if (going.length === 0) return failed(1, `Error: No package found for: ${names[0] ?? ''}\n`);
  // It writes the entries anew and nothing else of the file.
  write(
    files,
    entries.filter((entry) => !going.includes(entry)),
  );
  return printed(lines(...going.map((one) => `Deleting versionlock for: ${one}`)));
}

/** By name, the only version that may be there, without an epoch of 0. */
export function versionLocks(files: ToolFiles | undefined): ReadonlyMap<string, string> {
  return new Map(
    readEntries(files).flatMap((entry): [string, string][] => {
      const [, name, version = ''] = /^(.+)-(\d+:[^-]+-[^-]+)\.\*$/.exec(entry) ?? [];
      return name === undefined ? [] : [[name, version.replace(/^0:/, '')]];
    }),
  );
}

/** The package owns its list, an empty one, as a configuration file: rpm keeps one that was changed under another name. */
export function removeVersionLock(files: ToolFiles | undefined): void {
  const text = files?.read(listFile) ?? '';
  files?.remove(listFile);
  if (text !== '') files?.write(`${listFile}.rpmsave`, text);
}

function readEntries(files: ToolFiles | undefined): string[] {
  return (files?.read(listFile) ?? '').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

function write(files: ToolFiles | undefined, entries: readonly string[]): void {
  files?.write(listFile, lines(...entries));
}
