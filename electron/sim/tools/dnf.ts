import type { NodeModel } from '../model/node-model';
import { changePackage } from '../model/package-effects';
import { type PackageChange, planInstall, planRemoval, repositoryVersions } from '../model/package-repository';
import { epel, offeredRpms, repositories } from '../profiles/rpm-catalogue';
import { removeVersionLock, versionLock, versionLockPackage, versionLocks } from './dnf-versionlock';
import { rpmArchitecture } from './packages';
import { human, mountedFileSystems } from './storage';
import { failed, lines, printed, type Tool, type ToolContext, type ToolOutput } from './tool';

/**
 * dnf 4: install, reinstall, downgrade, remove and `--assumeno`, list, repolist, makecache, check-update, module,
 * config-manager and versionlock. Words and endings as dnf 4.14 has them.
 */
export const dnf: Tool = (model, args, context) => {
  const [verb = '', ...words] = args.filter((arg) => !arg.startsWith('-'));
  switch (verb) {
    case 'check-update':
      return checkUpdate(model);
    case 'list':
      return list(model, args, words);
    case 'repolist':
      return printed(table('repo id', 'repo name', enabled(model)));
    case 'makecache':
      return makeCache(model, args, words);
    case 'module':
      return moduleCommand(model, words, context);
    case 'config-manager':
      return configManager(model, args, words, context);
    case 'versionlock':
      return versionLock(model, words, context);
    case 'install':
    case 'reinstall':
    case 'downgrade':
    case 'remove':
      return transaction(model, { verb, args, words }, context);
    default:
      return failed(1, `No such command: ${verb}. Please use /usr/bin/dnf --help\n`);
  }
};

/** Exit code 100 where there are upgrades, as dnf(8) has it. */
function checkUpdate({ profile }: NodeModel): ToolOutput {
  const rows = (profile.software?.upgradable ?? []).map(
    ([name, , to]) => `${`${name}.x86_64`.padEnd(40)} ${to.padEnd(30)} baseos`,
  );
  return { stdout: rows.length === 0 ? '' : lines('', ...rows), stderr: '', exitCode: rows.length === 0 ? 0 : 100 };
}

function enabled({ software }: NodeModel): [id: string, title: string][] {
  const switched = [...repositories].filter(([id]) => software.repositories.has(id));
  const all = switched.map(([id, { title }]): [string, string] => [id, title]);
  if (software.packages.has(epel.package)) all.push([epel.id, epel.title]);
  return all.sort(([one], [other]) => (one < other ? -1 : 1));
}

function table(first: string, second: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(first.length, ...rows.map(([id]) => id.length), 40);
  return lines(...[[first, second] as const, ...rows].map(([left, right]) => `${left.padEnd(width)} ${right}`));
}

/** Installed first, then what is offered, the oldest first. */
function list(model: NodeModel, args: readonly string[], names: readonly string[]): ToolOutput {
  const { packages } = model.software;
  const row = (name: string, version: string, repository: string): string =>
    `${`${name}.${rpmArchitecture(name)}`.padEnd(40)} ${version.padEnd(30)} ${repository}`;
  const installed = names.flatMap((name) => {
    const version = args.includes('--available') ? undefined : packages.get(name);
    return version === undefined ? [] : [row(name, version, '@System')];
  });
  const available = [...names].sort().flatMap((name) => {
    const versions = repositoryVersions(model, name);
    const shown = args.includes('--showduplicates') ? [...versions].reverse() : versions.slice(0, 1);
    return shown.map((version) => row(name, version, repositoryOf(name)));
  });
  if (installed.length + available.length === 0) return failed(1, 'Error: No matching Packages to list\n');
  return printed(
    lines(
      ...(installed.length > 0 ? ['Installed Packages', ...installed] : []),
      ...(available.length > 0 ? ['Available Packages', ...available] : []),
    ),
  );
}

function repositoryOf(name: string): string {
  return offeredRpms.get(name)?.repository ?? 'baseos';
}

function makeCache(model: NodeModel, args: readonly string[], words: readonly string[]): ToolOutput {
  const [only] = args.includes('--repo') ? words : [];
  if (only !== undefined && !enabled(model).some(([id]) => id === only))
    return failed(1, `Error: Unknown repo: '${only}'\n`);
  return printed('Metadata cache created.\n');
}

const streams: Readonly<Record<string, RegExp>> = {
  'nvidia-driver': /^(?:latest|open|570|580)(?:-dkms|-open)$|^open-dkms$/,
};

function moduleCommand(model: NodeModel, [verb, word = '']: readonly string[], { uid }: ToolContext): ToolOutput {
  const [name = '', stream] = word.split(':');
  const chosen = model.software.streams.get(name);
  if (verb === 'list') {
    if (chosen === undefined) return failed(1, 'Error: No matching Modules to list\n');
    return printed(
      lines(
        'cuda-rhel9-x86_64',
        'Name             Stream        Profiles                       Summary',
        `${name.padEnd(16)} ${`${chosen} [e]`.padEnd(13)} default [d], fm, ks, src       Nvidia driver for ${chosen} branch`,
        '',
        'Hint: [d]efault, [e]nabled, [x]disabled, [i]nstalled',
      ),
    );
  }
  if (uid !== 0) return needsRoot();
  if (verb === 'enable') {
    if (stream === undefined || !streams[name]?.test(stream))
      return failed(1, `Error: Problems in request:\nmissing groups or modules: ${word}\n`);
    if (chosen !== undefined && chosen !== stream)
      return failed(
        1,
        `The operation would result in switching of module '${name}' stream '${chosen}' to stream '${stream}'\nError: It is not possible to switch enabled streams of a module unless explicitly enabled via configuration option module_stream_switch.\n`,
      );
    model.software.streams.set(name, stream);
  } else if (verb === 'reset') {
    if (streams[name] === undefined)
      return failed(1, `Error: Problems in request:\nmissing groups or modules: ${word}\n`);
    model.software.streams.delete(name);
  } else return failed(1, 'dnf module: error: unrecognized subcommand\n');
  model.revision += 1;
  return printed(
    lines(
      'Dependencies resolved.',
      verb === 'enable' ? `Enabling module streams: ${name} ${stream}` : `Resetting modules: ${name}`,
      'Complete!',
    ),
  );
}

function configManager(
  model: NodeModel,
  args: readonly string[],
  ids: readonly string[],
  { uid }: ToolContext,
): ToolOutput {
  const isOn = args.includes('--set-enabled');
  if (!isOn && !args.includes('--set-disabled')) return failed(1, 'Error: not emulated\n');
  if (uid !== 0) return needsRoot();
  const unknown = ids.find((id) => !repositories.has(id));
  if (unknown !== undefined) return failed(1, `Error: No matching repo to modify: ${unknown}.\n`);
  for (const id of ids) model.software.repositories[isOn ? 'add' : 'delete'](id);
  model.revision += 1;
  return printed('');
}

function needsRoot(): ToolOutput {
  return failed(
    1,
    'Error: This command has to be run with superuser privileges (under the root user on most systems).\n',
  );
}

interface Asked {
  readonly verb: 'install' | 'reinstall' | 'downgrade' | 'remove';
  readonly args: readonly string[];
  readonly words: readonly string[];
}

function transaction(model: NodeModel, asked: Asked, { uid, files }: ToolContext): ToolOutput {
  const { verb, args, words } = asked;
  if (uid !== 0) return needsRoot();
  // dnf waits for whoever has its lock.
  if (model.software.lockedBy !== null)
    return { ...printed(`Waiting for process with pid ${model.software.lockedBy} to finish.\n`), ending: 'waits' };
  const items = words.map((word) => readWord(model, word));
  const locks = versionLocks(files);
  const planned =
    verb === 'remove'
      ? removal(model, items, { keepsUnused: args.includes('--noautoremove') })
      : arrival(model, verb, { items, words, locks });
  if ('refused' in planned) return planned.refused;
  const { changes, said } = planned;
  if (changes.length === 0) return printed(lines(...said, 'Dependencies resolved.', 'Nothing to do.', 'Complete!'));
  const shown = lines(
    ...said,
    'Dependencies resolved.',
    ...transactionTable(changes, new Set(items.map(({ name }) => name))),
  );
  if (!args.includes('-y')) return failed(1, 'Operation aborted.\n', shown);
  const coming = changes.filter(({ to }) => to !== null).length * installedBytes;
  const root = mountedFileSystems(model).find(({ mountPoint }) => mountPoint === '/');
  const missing = root ? coming - (root.sizeBytes - root.usedBytes) : 0;
  if (missing > 0)
    return failed(
      1,
      `Error: Transaction test error:\n  installing packages needs ${Math.ceil(missing / 1024 ** 2)}MB more space on the / filesystem\n`,
      shown,
    );
  const named = new Set(items.map(({ name }) => name));
  for (const { name, from, to } of changes) {
    changePackage(model, name, to);
    if (named.has(name)) model.software.auto.delete(name);
    else if (from === null && to !== null) model.software.auto.add(name);
    if (name === versionLockPackage && to === null) removeVersionLock(files);
  }
  return printed(`${shown}${doneText(changes)}Complete!\n`);
}

interface Item {
  readonly name: string;
  readonly version: string | null;
}

/** `NAME`, `NAME-[EPOCH:]VERSION-RELEASE`, each also with `.ARCH` (dnf(8): specifying packages). */
function readWord(model: NodeModel, word: string): Item {
  const isKnown = (name: string): boolean => offeredRpms.has(name) || model.software.packages.has(name);
  if (isKnown(word)) return { name: word, version: null };
  const plain = word.replace(/\.(x86_64|noarch)$/, '');
  const [, name = plain, version] = /^(.+)-([^-]+-[^-]+)$/.exec(plain) ?? [];
  return version !== undefined && isKnown(name) ? { name, version } : { name: plain, version: null };
}

type Planned =
  | { readonly changes: readonly PackageChange[]; readonly said: readonly string[] }
  | { readonly refused: ToolOutput };

function arrival(
  model: NodeModel,
  verb: 'install' | 'reinstall' | 'downgrade',
  { items, words, locks }: { items: readonly Item[]; words: readonly string[]; locks: ReadonlyMap<string, string> },
): Planned {
  const { packages } = model.software;
  const said: string[] = [];
  const wanted: { name: string; version: string | null }[] = [];
  for (const [index, { name, version }] of items.entries()) {
    const word = words[index] ?? name;
    const offered = repositoryVersions(model, name);
    const installed = packages.get(name);
    const found = offered.find((one) => version === null || one === version || one === version.replace(/^0:/, ''));
    if (installed !== undefined && verb === 'install' && (version ?? found ?? installed) === installed) {
      said.push(`Package ${name}-${installed}.${rpmArchitecture(name)} is already installed.`);
      continue;
    }
    const lock = locks.get(name);
    if (found !== undefined && lock !== undefined && lock !== found) {
      said.push(`All matches were filtered out by exclude filtering for argument: ${word}`);
      return { refused: failed(1, `Error: Unable to find a match: ${word}\n`, lines(...said)) };
    }
    if (found === undefined)
      return {
        refused: failed(
          1,
          `Error: Unable to find a match: ${word}\n`,
          lines(...said, `No match for argument: ${word}`),
        ),
      };
    if (verb === 'downgrade' && (installed === undefined || offered.indexOf(found) <= offered.indexOf(installed))) {
      if (installed === undefined)
        return {
          refused: failed(
            1,
            `Error: No packages marked for downgrade.\n`,
            lines(`Package ${name} available, but not installed.`),
          ),
        };
      said.push(`Package ${name} of lowest version already installed, cannot downgrade it.`);
      continue;
    }
    wanted.push({ name, version: found });
  }
  const planned = planInstall(model, wanted, { isReinstall: verb === 'reinstall' });
  if (!('changes' in planned)) return { refused: failed(1, 'Error: Unable to resolve the transaction\n') };
  const missing = planned.changes.flatMap(({ name, to }) =>
    (to === null ? [] : (offeredRpms.get(name)?.needs ?? []))
      .filter((need) => !packages.has(need) && !planned.changes.some((one) => one.name === need))
      .map(
        (need) =>
          `  - nothing provides ${need} needed by ${name}-${to}.${rpmArchitecture(name)} from ${repositoryOf(name)}`,
      ),
  );
  if (missing.length > 0)
    return {
      refused: failed(
        1,
        lines(
          'Error: ',
          ' Problem: conflicting requests',
          ...missing,
          "(try to add '--skip-broken' to skip uninstallable packages)",
        ),
      ),
    };
  return { changes: planned.changes, said };
}

function removal(model: NodeModel, items: readonly Item[], { keepsUnused }: { keepsUnused: boolean }): Planned {
  const { packages, auto } = model.software;
  const said = items.flatMap(({ name }) => (packages.has(name) ? [] : [`No match for argument: ${name}`]));
  const gone = new Set(
    planRemoval(
      model,
      items.map(({ name }) => name),
    ).map(({ name }) => name),
  );
  for (let before = -1; !keepsUnused && before !== gone.size; ) {
    before = gone.size;
    const stays = [...packages.keys()].filter((name) => !gone.has(name));
    // dnf.conf: clean_requirements_on_remove takes what the leaving ones alone needed.
    const needed = new Set(stays.flatMap((name) => offeredRpms.get(name)?.needs ?? []));
    const wereNeeded = new Set([...gone].flatMap((name) => offeredRpms.get(name)?.needs ?? []));
    for (const name of stays) if (auto.has(name) && wereNeeded.has(name) && !needed.has(name)) gone.add(name);
  }
  return { changes: [...gone].map((name) => ({ name, from: packages.get(name) ?? null, to: null })), said };
}

const downloadBytes = 12 * 1024 ** 2;
const installedBytes = downloadBytes * 4;

/** dnf's table; where a row is too long for 80 columns its name stands alone, and the rest in the next line. */
function transactionTable(changes: readonly PackageChange[], named: ReadonlySet<string>): string[] {
  const groups: [title: string, rows: readonly PackageChange[]][] = [
    ['Installing', changes.filter(({ name, from, to }) => from === null && to !== null && named.has(name))],
    ['Upgrading', changes.filter((one) => isUpgrade(one))],
    ['Reinstalling', changes.filter(({ from, to }) => from !== null && from === to)],
    [
      'Downgrading',
      changes.filter((one) => one.from !== null && one.to !== null && one.from !== one.to && !isUpgrade(one)),
    ],
    [
      'Installing dependencies',
      changes.filter(({ name, from, to }) => from === null && to !== null && !named.has(name)),
    ],
    ['Removing', changes.filter(({ name, to }) => to === null && named.has(name))],
    ['Removing dependent packages', changes.filter(({ name, to }) => to === null && !named.has(name))],
  ];
  const rule = '='.repeat(80);
  const row = ({ name, from, to }: PackageChange): string[] => {
    const cells = [
      rpmArchitecture(name).padEnd(8),
      (to ?? from ?? '').padEnd(22),
      to === null ? '@System' : repositoryOf(name),
    ];
    const rest = `${cells.join(' ').padEnd(52)} ${to === null ? '48 M' : '12 M'}`;
    return name.length > 20 ? [` ${name}`, `${' '.repeat(22)}${rest}`] : [` ${name.padEnd(21)}${rest}`];
  };
  const count = (test: (one: PackageChange) => boolean): number => changes.filter(test).length;
  const sums = (
    [
      ['Install', count(({ from, to }) => from === null && to !== null)],
      ['Upgrade', count(isUpgrade)],
      ['Downgrade', groups[3]?.[1].length ?? 0],
      ['Remove', count(({ to }) => to === null)],
    ] as const
  ).flatMap(([word, many]) => (many === 0 ? [] : [`${word}  ${many} Package${many === 1 ? '' : 's'}`]));
  const coming = count(({ to }) => to !== null);
  const fresh = count(({ from, to }) => to !== null && (from === null || from === to));
  return [
    rule,
    ' Package             Arch     Version                Repository               Size',
    rule,
    ...groups.flatMap(([title, rows]) => (rows.length === 0 ? [] : [`${title}:`, ...rows.flatMap(row)])),
    '',
    'Transaction Summary',
    rule,
    ...sums,
    '',
    ...(coming > 0 ? [`Total download size: ${sized(coming * downloadBytes)}`] : []),
    ...(fresh > 0 ? [`Installed size: ${sized(fresh * installedBytes)}`] : []),
    ...(coming === 0 ? [`Freed space: ${sized(changes.length * installedBytes)}`] : []),
  ];
}

function sized(bytes: number): string {
  return human(bytes)
    .replace(/([KMG])$/, ' $1')
    .replace('K', 'k');
}

/** The newer of two of a catalogue stands before the other. */
function isUpgrade({ name, from, to }: PackageChange): boolean {
  if (from === null || to === null || from === to) return false;
  const known = offeredRpms.get(name)?.versions ?? [];
  return !known.includes(from) || known.indexOf(to) < known.indexOf(from);
}

function doneText(changes: readonly PackageChange[]): string {
  const words = changes.map(({ name, from, to }) => `  ${name}-${to ?? from}.${rpmArchitecture(name)}`);
  return lines(
    'Running transaction check',
    'Transaction check succeeded.',
    'Running transaction',
    '',
    'Changed:',
    ...words,
    '',
  );
}
