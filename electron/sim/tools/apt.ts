import type { NodeModel } from '../model/node-model';
import { changePackage } from '../model/package-effects';
import { offeredVersions, type PackageChange, planInstall, planRemoval } from '../model/package-repository';
import { indexTargets } from './apt-sources';
import { mountedFileSystems } from './storage';
import { failed, lines, printed, type Tool, type ToolOutput } from './tool';

/** apt-get of apt 2.7: install, remove, purge, update, check and `-s`; its lock, holds and what dpkg left half-done refuse. */
export const aptGet: Tool = (model, args, { uid, files }) => {
  if (args[0] === 'indextargets') {
    const told = indexTargets(files, args[args.indexOf('--format') + 1] ?? '');
    return { ...told, exitCode: told.stderr === '' ? 0 : 100 };
  }
  const options = args.flatMap((arg, index) => (args[index - 1] === '-o' ? [arg] : []));
  const words = args.filter((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-o');
  const [verb = '', ...items] = words;
  const has = (...names: string[]): boolean => args.some((arg) => names.includes(arg));
  const printsUris = has('--print-uris');
  const isSimulated = printsUris || has('-s', '--simulate', '--dry-run', '--just-print');
  if (!isSimulated) {
    const refused = lockProblem(model, uid, options);
    if (refused) return refused;
  }
  if (verb === 'update')
    return printed('Hit:1 http://archive.example/ubuntu stable InRelease\nReading package lists...\n');
  if (model.software.unconfigured.size > 0 && !has('-f', '--fix-broken')) {
    return failed(
      100,
      `E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem. \n`,
    );
  }
  if (verb === 'check' || verb === 'clean' || verb === 'autoremove') return printed(HEAD);
  if (verb !== 'install' && verb !== 'remove' && verb !== 'purge') return failed(100, `E: Invalid operation ${verb}\n`);
  const isRemoval = verb !== 'install';
  const going = items.filter((item) => item.endsWith('-')).map((item) => item.slice(0, -1));
  const wanted = items.filter((item) => !item.endsWith('-')).map(readItem);
  const planned = isRemoval
    ? { changes: planRemoval(model, items) }
    : planInstall(model, wanted, { isReinstall: has('--reinstall'), going });
  if ('unknown' in planned) return failed(100, `E: Unable to locate package ${planned.unknown}\n`, HEAD);
  if ('missing' in planned)
    return failed(100, `E: Version '${planned.version}' for '${planned.missing}' was not found\n`, HEAD);
  const { changes } = planned;
  if (!isRemoval && has('--no-remove') && changes.some(({ to }) => to === null))
    return failed(100, 'E: Packages need to be removed but remove is disabled.\n', HEAD);
  const isLower = changes.some(({ name, from, to }) => from !== null && to !== null && isBelow(model, name, to, from));
  if (isLower && has('-y') && !has('--allow-downgrades'))
    return failed(100, 'E: Packages were downgraded and -y was used without --allow-downgrades.\n', HEAD);
  const held = changes.some(({ name, from, to }) => model.software.held.has(name) && from !== to);
  if (held && !has('--allow-change-held-packages'))
    return failed(100, 'E: Held packages were changed and -y was used without --allow-change-held-packages.\n', HEAD);
  if (printsUris) return sizes(model, changes);
  if (isSimulated) return printed(HEAD + summary(changes) + lines(...changes.flatMap((one) => simulated(model, one))));
  const named = new Set(items.map((item) => readItem(item).name));
  for (const { name, from, to } of changes) {
    changePackage(model, name, to);
    if (named.has(name)) model.software.auto.delete(name);
    else if (from === null && to !== null) model.software.auto.add(name);
  }
  const text = HEAD + summary(changes) + lines(...changes.map(done));
  const [broken] = model.software.unconfigured;
  if (broken === undefined) return printed(text);
  return failed(
    100,
    `E: Sub-process /usr/bin/dpkg returned an error code (1)\n`,
    `${text}Error! Bad return status for module build on kernel: ${model.profile.kernelRelease} (x86_64)\nConsult /var/lib/dkms/nvidia/make.log for more information.\ndpkg: error processing package ${broken} (--configure):\n`,
  );
};

const HEAD = 'Reading package lists...\nBuilding dependency tree...\nReading state information...\n';

function readItem(item: string): { name: string; version: string | null } {
  const [name = '', version] = item.split('=');
  return { name, version: version ?? null };
}

function lockProblem(model: NodeModel, uid: number, options: readonly string[]): ToolOutput | null {
  const lock = '/var/lib/dpkg/lock-frontend';
  if (uid !== 0) {
    return failed(
      100,
      `E: Could not open lock file ${lock} - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (${lock}), are you root?\n`,
    );
  }
  const { lockedBy } = model.software;
  if (lockedBy === null) return null;
  const waits = Number(/^DPkg::Lock::Timeout=(-?\d+)$/.exec(options.join('\n'))?.[1] ?? 0) !== 0;
  if (waits) return { ...printed(''), ending: 'waits' };
  const holder = model.processes.get(lockedBy)?.executable.split('/').at(-1) ?? 'apt-get';
  return failed(
    100,
    `E: Could not get lock ${lock}. It is held by process ${lockedBy} (${holder})\nN: Be aware that removing the lock file is not a solution and may break your system.\nE: Unable to acquire the dpkg frontend lock (${lock}), is another process using it?\n`,
  );
}

function isBelow(model: NodeModel, name: string, one: string, other: string): boolean {
  const offered = offeredVersions(model, name);
  return offered.indexOf(one) > offered.indexOf(other);
}

function summary(changes: readonly PackageChange[]): string {
  const count = (test: (one: PackageChange) => boolean): number => changes.filter(test).length;
  const fresh = count(({ from, to }) => from === null && to !== null);
  const changed = count(({ from, to }) => from !== null && to !== null);
  const gone = count(({ to }) => to === null);
  return `${changed} upgraded, ${fresh} newly installed, ${gone} to remove and 0 not upgraded.\n`;
}

/** apt-get(8): Inst with the version of before in brackets, Remv for what goes. */
function simulated(model: NodeModel, { name, from, to }: PackageChange): string[] {
  if (to === null) return [`Remv ${name} [${from}]`];
  const origin = `(${to} ${model.profile.osName}:${model.profile.osVersionId}/stable [amd64])`;
  return [`Inst ${name} ${from === null ? '' : `[${from}] `}${origin}`, `Conf ${name} ${origin}`];
}

function done({ name, from, to }: PackageChange): string {
  if (to === null) return `Removing ${name} (${from}) ...`;
  return from === null ? `Setting up ${name} (${to}) ...` : `Setting up ${name} (${to}) over (${from}) ...`;
}

/** A driver and its compiler are some hundred megabytes; how many of each is nobody's question here. */
const bytesOfPackage = 12_000_000;

function sizes(model: NodeModel, changes: readonly PackageChange[]): ToolOutput {
  const coming = changes.filter(({ to }) => to !== null).length * bytesOfPackage;
  const root = mountedFileSystems(model).find(({ mountPoint }) => mountPoint === '/');
  if (root && root.sizeBytes - root.usedBytes < coming)
    return failed(100, "E: You don't have enough free space in /var/cache/apt/archives/.\n", HEAD);
  const leaving = changes.filter(({ to }) => to === null).length * bytesOfPackage;
  const used = coming * 4 - leaving;
  return printed(
    `${HEAD}${summary(changes)}Need to get ${coming / 1_000_000} MB of archives.\nAfter this operation, ${Math.abs(used) / 1_000_000} MB ${used < 0 ? 'disk space will be freed' : 'of additional disk space will be used'}.\n`,
  );
}

export const aptCache: Tool = (model, args) => {
  const [verb, ...names] = args.filter((arg) => !arg.startsWith('-'));
  if (verb === 'madison') {
    const repository = `http://archive.example/${model.profile.osId} stable/main amd64 Packages`;
    return printed(
      lines(
        ...names.flatMap((name) =>
          offeredVersions(model, name).map((one) => `${name.padStart(10)} | ${one} | ${repository}`),
        ),
      ),
    );
  }
  if (verb !== 'policy') return failed(100, `E: Invalid operation ${verb ?? ''}\n`);
  return printed(
    lines(
      ...names.flatMap((name) => {
        const offered = offeredVersions(model, name);
        const installed = model.software.packages.get(name);
        if (offered.length === 0) return [];
        return [
          `${name}:`,
          `  Installed: ${installed ?? '(none)'}`,
          `  Candidate: ${offered[0]}`,
          '  Version table:',
          ...offered.flatMap((one) => [
            `${one === installed ? ' ***' : '    '} ${one} 500`,
            `        500 http://archive.example/${model.profile.osId} stable/main amd64 Packages`,
          ]),
        ];
      }),
    ),
  );
};

export const aptMark: Tool = (model, args, { uid }) => {
  const [verb, ...names] = args.filter((arg) => !arg.startsWith('-'));
  const { held, packages, auto } = model.software;
  if (verb === 'showauto')
    return printed(lines(...[...auto].filter((name) => names.length === 0 || names.includes(name)).sort()));
  if (verb === 'showhold')
    return printed(lines(...[...held].filter((name) => names.length === 0 || names.includes(name)).sort()));
  if (verb !== 'hold' && verb !== 'unhold' && verb !== 'auto' && verb !== 'manual')
    return failed(100, `E: Invalid operation ${verb ?? ''}\n`);
  if (uid !== 0) return failed(100, 'E: Could not open lock file /var/lib/dpkg/lock - open (13: Permission denied)\n');
  const unknown = names.find((name) => !packages.has(name));
  if (unknown !== undefined) return failed(100, `E: Unable to locate package ${unknown}\n`);
  if (verb === 'auto' || verb === 'manual') {
    for (const name of names) auto[verb === 'auto' ? 'add' : 'delete'](name);
    return printed(
      lines(...names.map((name) => `${name} set to ${verb === 'auto' ? 'automatically' : 'manually'} installed.`)),
    );
  }
  for (const name of names) held[verb === 'hold' ? 'add' : 'delete'](name);
  model.revision += 1;
  return printed(
    lines(...names.map((name) => `${name} ${verb === 'hold' ? 'set on hold' : 'was already not on hold'}.`)),
  );
};

/** `dpkg -l`, `dpkg --audit`, `dpkg --configure -a` and `dpkg --print-architecture`. */
export const dpkg: Tool = (model, args, { uid }) => {
  const { packages, held, unconfigured } = model.software;
  if (args.includes('--print-architecture')) return printed('amd64\n');
  if (args.includes('--audit')) {
    const rows = [...unconfigured].map((name) => ` ${name.padEnd(20)} ${name}`);
    return printed(
      rows.length === 0
        ? ''
        : lines(
            'The following packages have been unpacked but not yet configured.',
            'They must be configured',
            ...rows,
          ),
    );
  }
  if (args.includes('--configure')) {
    if (uid !== 0) return failed(2, 'dpkg: error: requested operation requires superuser privilege\n');
    const names = [...unconfigured];
    unconfigured.clear();
    model.revision += 1;
    return printed(lines(...names.map((name) => `Setting up ${name} (${packages.get(name)}) ...`)));
  }
  if (!args.includes('-l') && !args.includes('--list')) return failed(2, 'dpkg: error: need an action option\n');
  const wanted = args.filter((arg) => !arg.startsWith('-'));
  const shown = [...packages].filter(([name]) => wanted.length === 0 || wanted.includes(name));
  if (shown.length === 0) return failed(1, `dpkg-query: no packages found matching ${wanted[0] ?? ''}\n`);
  return printed(
    lines(
      'Desired=Unknown/Install/Remove/Purge/Hold',
      '| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend',
      '|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)',
      '||/ Name Version Architecture Description',
      '+++-====-=======-============-===========',
      ...shown.map(
        ([name, version]) =>
          `${held.has(name) ? 'h' : 'i'}${unconfigured.has(name) ? 'U' : 'i'}  ${name} ${version} amd64 ${name}`,
      ),
    ),
  );
};
