import type { PackageChanges } from '#shared/domain/action';
import { sha256 } from '../../audit/canonical-json';
import type { ActionContext, PlanCheck, RanCommand } from '../action';
import { commandLineOf } from '../command-line';
import { dryRunFailed } from './failed-command';
import { readSimulation, type SimulatedChange, type Simulation, sizeBytes } from './package-simulation';
import { type PackageManager, type PackageStep, packageArgv, packageSimulation } from './package-steps';
import { keptFolder, type PackageBack } from './package-undo';
import { say } from './words';

/** What a step with packages would do, and how it is taken back; `back` null: it can't be told, and a check says why. */
export interface PackagePlan {
  readonly checks: readonly PlanCheck[];
  readonly back: PackageBack | null;
  /** Null where it could not be simulated. */
  readonly changes: PackageChanges | null;
}

/** One package as the node has it. */
interface PackageBefore {
  readonly name: string;
  readonly architecture: string;
  readonly version: string;
  readonly state: 'installed' | 'removed';
}

/** Simulates the step with the package manager, reads what is there of what it would change, and looks for the way back. */
export async function planPackages(context: ActionContext, actionId: string, step: PackageStep): Promise<PackagePlan> {
  const { manager, operation, words, removes = [] } = step;
  const { argv, root, exitCodes, says } = packageSimulation(step);
  const title = say('checkDryRun', { line: commandLineOf(argv, 'user') });
  const ran = await asked(context, 'simulation', argv, root);
  const sizes = manager === 'dpkg' ? await askSizes(context, step) : null;
  const isEnd = ran.state === 'exited' && ran.exitCode !== null && exitCodes.includes(ran.exitCode);
  const isGood = isEnd && (says?.test(textOf(ran)) ?? true);
  // Whether it fits is all that only this one tells.
  const isTooBig = sizes !== null && /don't have enough free space/.test(sizes.stderr);
  const failed = !isGood ? ran : isTooBig ? sizes : null;
  if (failed) {
    const detail = dryRunFailed(failed, textOf(failed));
    return { checks: [{ title, outcome: 'fail', detail, evidenceId: failed.evidenceId }], back: null, changes: null };
  }
  const simulation = readSimulation(manager, `${ran.stdout}\n${sizes?.stdout ?? ''}`);
  const changes = [...simulation.changes, ...alreadyThere(step, simulation.changes)];
  const before = await packagesBefore(context, manager, changes);
  if (before === null) {
    return {
      checks: [{ title, outcome: 'unknown', detail: say('checkUnknown'), evidenceId: ran.evidenceId }],
      back: null,
      changes: null,
    };
  }
  const named = new Set([...(operation === 'remove' ? words : []), ...removes]);
  const stray = simulation.changes
    .filter(({ name, after }) => after === null && !named.has(name))
    .map(({ name }) => name);
  const check: PlanCheck = {
    title,
    outcome: stray.length > 0 ? 'fail' : 'pass',
    detail: stray.length > 0 ? say('packagesStray', { names: stray.join(', ') }) : changesText(simulation, before),
    evidenceId: ran.evidenceId,
  };
  const { back, lost } = await wayBack(context, step, changes, before);
  const hasTar = (await asked(context, 'tar', ['tar', '--version'], false)).exitCode === 0;
  const id = sha256(JSON.stringify([step, simulation.changes, [...before]])).slice(0, 12);
  const way: PlanCheck = {
    title: say('checkPackagesBack'),
    outcome: lost.length > 0 || !hasTar ? 'warn' : 'pass',
    detail:
      lost.length > 0
        ? say('packagesLost', { packages: lost.join(', ') })
        : say(hasTar ? 'packagesBack' : 'packagesBackWithoutTar'),
  };
  return {
    checks: [check, way],
    back: { ...back, kept: hasTar ? `${keptFolder}/${actionId}-${id}.tar.gz` : null },
    changes: {
      changes: simulation.changes.map(({ name, after }) => ({
        name,
        before: installedVersion(before.get(name)),
        after,
      })),
      downloadBytes: sizeBytes(simulation.download),
      diskBytes: sizeBytes(simulation.disk),
    },
  };
}

/**
 * What is half done from before, or was cut off (dpkg keeps a journal of numbers): the next transaction would go on with it,
 * unplanned. So it looks too while another one works.
 */
export async function brokenCheck(
  context: ActionContext,
  manager: PackageManager,
  isHeld: boolean,
): Promise<PlanCheck | null> {
  if (manager === 'rpm') return null;
  const ran = await asked(context, 'package-audit', ['dpkg', '--audit'], false);
  const left = await asked(context, 'package-updates', ['find', '/var/lib/dpkg/updates', '-name', '[0-9]*'], false);
  if (!broken.test(ran.stdout) && left.stdout.trim() === '') return null;
  const output = `${ran.stdout}${left.stdout}`.trim();
  const detail = say(isHeld ? 'packagesBusy' : 'packagesBroken', { output });
  return { title: say('checkPackageLock'), outcome: isHeld ? 'warn' : 'fail', detail, evidenceId: ran.evidenceId };
}
/** The headings of dpkg(1) --audit that are about packages which are not whole; others are about missing lists of theirs. */
const broken = /in a mess|not yet configured|only half|trigger/;

/** Prints what would be fetched and how big it is, after comparing with the free space; installs nothing, takes no lock. */
function askSizes(context: ActionContext, step: PackageStep): Promise<RanCommand> {
  const [program, ...rest] = packageArgv(step);
  return asked(context, 'sizes', [program, '--print-uris', ...rest], false);
}

/** What is asked for and has that version: apt marks it as asked for by name, though it changes nothing. */
function alreadyThere(
  { manager, operation, words }: PackageStep,
  changes: readonly SimulatedChange[],
): SimulatedChange[] {
  if (manager === 'rpm' || operation === 'remove') return [];
  return words
    .map((word) => ({ name: word.split('=')[0] ?? '', architecture: null, after: word.split('=')[1] ?? null }))
    .filter(({ name }) => !changes.some((change) => change.name === name));
}

function changesText({ changes, download, disk }: Simulation, before: ReadonlyMap<string, PackageBefore>) {
  const lines = changes.map(
    ({ name, after }) => `${name} ${installedVersion(before.get(name)) ?? '-'} → ${after ?? '-'}`,
  );
  return say('packagesChange', { lines: lines.join('\n') || '-', download: download ?? '-', disk: disk ?? '-' });
}

function installedVersion(one: PackageBefore | undefined): string | null {
  return one?.state === 'installed' ? one.version : null;
}

async function packagesBefore(
  context: ActionContext,
  manager: PackageManager,
  changes: readonly SimulatedChange[],
): Promise<Map<string, PackageBefore> | null> {
  const names = [...new Set(changes.map(({ name }) => name))];
  if (names.length === 0) return new Map();
  const argv: [string, ...string[]] =
    manager === 'rpm'
      ? ['rpm', '-q', '--qf', 'ii\\t%{NAME}\\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\n', ...names]
      : // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
        ['dpkg-query', '-W', '-f=${db:Status-Abbrev}\\t${Package}\\t${Version}\\t${Architecture}\\n', ...names];
  const ran = await asked(context, 'packages-before', argv, false);
  // dpkg-query ends with 1 where it does not know one; rpm with the number of those.
  if (ran.state !== 'exited' || ran.exitCode === null || (manager === 'dpkg' && ran.exitCode > 1)) return null;
  const rows = [...ran.stdout.matchAll(/^([a-z])([a-zA-Z]) ?\t([\w.+-]+)\t([\w.+:~^-]+)\t([\w-]+)$/gm)].map(
    ([, , state, name = '', version = '', architecture = '']) => ({ state, name, version, architecture }),
  );
  const found = changes.flatMap(({ name, architecture }): [string, PackageBefore][] => {
    const [plain = '', foreign = architecture] = name.split(':');
    const same = rows.filter((row) => row.name === plain && row.state !== 'n');
    const row = same.find((one) => one.architecture === foreign) ?? (name.includes(':') ? undefined : same[0]);
    return row ? [[name, { ...row, state: row.state === 'c' ? 'removed' : 'installed' }]] : [];
  });
  return new Map(found);
}

async function wayBack(
  context: ActionContext,
  { manager, changesHeld }: PackageStep,
  changes: readonly SimulatedChange[],
  before: ReadonlyMap<string, PackageBefore>,
): Promise<{ back: Omit<PackageBack, 'kept'>; lost: string[] }> {
  const changed = changes.filter(({ name, after }) => after === null || !sameVersion(before.get(name), after));
  const names = [...new Set(changed.map(({ name }) => name))];
  const known = names.flatMap((name) => {
    const one = before.get(name);
    return one ? [{ ...one, name }] : [];
  });
  const offered = known.length > 0 ? await offeredAgain(context, manager, known) : new Map<string, string>();
  const installed = known.filter(({ state }) => state === 'installed').map(({ name }) => name);
  // What is asked for by name is marked so, even when it is there already.
  const toMark = changes.flatMap(({ name }) => (before.get(name)?.state === 'installed' ? [name] : []));
  const auto =
    manager === 'dpkg' && installed.length > 0
      ? (await asked(context, 'marks', ['apt-mark', 'showauto', ...installed], false)).stdout.split('\n')
      : [];
  const held =
    manager === 'dpkg' && changesHeld && installed.length > 0
      ? (await asked(context, 'held', ['apt-mark', 'showhold', ...installed], false)).stdout.split('\n')
      : [];
  return {
    back: {
      manager,
      names,
      install: known.flatMap(({ name }) => offered.get(name) ?? []),
      purge: names.filter((name) => !before.has(name)),
      remove: known.filter(({ state }) => state === 'removed').map(({ name }) => name),
      auto: toMark.filter((name) => auto.includes(name)),
      ...(changesHeld ? { held: installed.filter((name) => held.includes(name)) } : {}),
    },
    lost: known.filter(({ name }) => !offered.has(name)).map(({ name, version }) => `${name} ${version}`),
  };
}

/** dnf prints an epoch only where there is one. */
function sameVersion(one: PackageBefore | undefined, version: string): boolean {
  return one?.state === 'installed' && one.version.replace(/^0:/, '') === version.replace(/^0:/, '');
}

/** The words that install the version of before: of a repository, or a file that apt kept. */
async function offeredAgain(
  context: ActionContext,
  manager: PackageManager,
  packages: readonly PackageBefore[],
): Promise<Map<string, string>> {
  const names = packages.map(({ name }) => name);
  if (manager === 'rpm') {
    const ran = await asked(
      context,
      'offered',
      ['dnf', '-q', 'list', '--available', '--showduplicates', ...names],
      true,
    );
    // `gold.noarch   1-1   local`, with an epoch where it is not 0.
    const rows = new Set(
      [...ran.stdout.matchAll(/^(\S+)\.\w+ +(\S+) +\S+ *$/gm)].map(([, name, version]) => `${name} ${version}`),
    );
    const words = packages.map(({ name, version, architecture }) => ({
      isThere: rows.has(`${name} ${version.replace(/^0:/, '')}`),
      word: `${name}-${version.replace(/^0:/, '')}.${architecture}`,
      name,
    }));
    return new Map(words.flatMap(({ isThere, name, word }) => (isThere ? [[name, word]] : [])));
  }
  const ran = await asked(context, 'offered', ['apt-cache', 'madison', ...names], false);
  const rows = new Set(
    [...ran.stdout.matchAll(/^ *(\S+) \| +(\S+) \|/gm)].map(([, name, version]) => `${name} ${version}`),
  );
  const offered = new Map<string, string>(
    packages.flatMap(({ name, version }) =>
      rows.has(`${name.replace(/:.*/, '')} ${version}`) ? [[name, `${name}=${version}`] as const] : [],
    ),
  );
  if (offered.size === packages.length) return offered;
  const archives = '/var/cache/apt/archives';
  const files = (await asked(context, 'archives', ['ls', archives], false)).stdout.split('\n');
  for (const { name, version, architecture } of packages) {
    const file = `${name.replace(/:.*/, '')}_${version.replaceAll(':', '%3a')}_${architecture}.deb`;
    if (!offered.has(name) && files.includes(file)) offered.set(name, `${archives}/${file}`);
  }
  return offered;
}

function asked(context: ActionContext, id: string, argv: [string, ...string[]], root: boolean): Promise<RanCommand> {
  return context.run({ id, argv, privilege: root ? 'root-else-user' : 'user', timeoutMs: 120_000 });
}

function textOf({ stdout, stderr }: RanCommand): string {
  return `${stdout} ${stderr}`.trim();
}
