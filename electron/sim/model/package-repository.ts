import { type OfferedPackage, offeredPackages } from '../profiles/package-catalogue';
import { epel, type OfferedRpm, offeredRpms } from '../profiles/rpm-catalogue';
import type { NodeModel } from './node-model';
import { serverPackage } from './server-driver';

/** The newest first; what is installed is there to be installed again. Empty: no repository of the node knows it. */
export function offeredVersions(model: NodeModel, name: string): string[] {
  const installed = model.software.packages.get(name);
  const offered = repositoryVersions(model, name);
  return installed === undefined || offered.includes(installed) ? offered : [...offered, installed];
}

/** The same without what is installed and in no repository. */
export function repositoryVersions(model: NodeModel, name: string): string[] {
  const { kernelRelease, software, osId } = model.profile;
  if (model.software.withdrawn.has(name)) return [];
  const upgrade = software?.upgradable?.find(([one]) => one === name)?.[2];
  if (osId === 'rocky') {
    const rpm = offeredRpms.get(name);
    const ofKernel = /^kernel-(devel|headers)/.test(name) ? [kernelRelease.replace(/\.x86_64$/, '')] : [];
    const versions = rpm && isOffered(model, rpm) ? [...ofStream(model, rpm), ...ofKernel] : [];
    return upgrade === undefined ? versions : [upgrade, ...versions];
  }
  const headers =
    name === `linux-headers-${kernelRelease}`
      ? kernelRelease.replace(/^([\d.]+-\d+).*/, '$1.1')
      : name === 'linux-headers-generic'
        ? model.software.packages.get('linux-image-generic')
        : undefined;
  const all = [upgrade, ...(offeredPackage(model, name)?.versions ?? []), headers];
  return [...new Set(all.filter((version) => version !== undefined))];
}

/** A repository is on by its own switch, EPEL by its package. */
function isOffered({ software }: NodeModel, { repository }: OfferedRpm): boolean {
  return repository === epel.id ? software.packages.has(epel.package) : software.repositories.has(repository);
}

/** Packages of a module are there once a stream of it is: `580-open` has those of its branch, `open-dkms` the newest. */
function ofStream({ software }: NodeModel, { module, versions }: OfferedRpm): readonly string[] {
  if (module === undefined) return versions;
  const stream = software.streams.get(module);
  const branch = /^\d{3}/.exec(stream ?? '')?.[0];
  if (stream === undefined) return [];
  return branch === undefined ? versions.slice(0, 1) : versions.filter((one) => one.includes(`:${branch}.`));
}

function offeredPackage(model: NodeModel, name: string): OfferedPackage | null {
  if (model.profile.osId === 'rocky') return offeredRpms.get(name) ?? null;
  return offeredPackages.get(name) ?? serverPackage(model, name);
}

export interface PackageChange {
  readonly name: string;
  readonly from: string | null;
  /** Null: it goes. */
  readonly to: string | null;
}

/** What has to happen so that these are there, with all that they need. A name that nothing offers is told. */
export function planInstall(
  model: NodeModel,
  wanted: readonly { readonly name: string; readonly version: string | null }[],
  { isReinstall = false, going = [] }: { isReinstall?: boolean; going?: readonly string[] } = {},
): { changes: PackageChange[] } | { unknown: string } | { missing: string; version: string } {
  const { packages } = model.software;
  const changes: PackageChange[] = planRemoval(model, going);
  for (const { name, version } of wanted) {
    const offered = offeredVersions(model, name);
    const [newest] = offered;
    if (newest === undefined) return { unknown: name };
    if (version !== null && !offered.includes(version)) return { missing: name, version };
    const to = version ?? newest;
    const from = packages.get(name) ?? null;
    addNeeds(model, name, to, changes);
    const isPlanned = changes.some((one) => one.name === name);
    if (!isPlanned && (from !== to || isReinstall)) changes.push({ name, from, to });
  }
  const conflicts = changes.flatMap(({ name, to }) => (to === null ? [] : otherBranches(model, name)));
  const gone = new Set(changes.flatMap(({ name, to }) => (to === null ? [name] : [])));
  const more = planRemoval(model, conflicts).filter(({ name }) => !gone.has(name));
  return { changes: [...more, ...changes] };
}

/** What a package needs comes before it. */
function addNeeds(model: NodeModel, name: string, version: string, changes: PackageChange[]): void {
  const { packages } = model.software;
  for (const need of offeredPackage(model, name)?.needs ?? []) {
    // Libraries have the version of the driver that they belong to.
    const same = offeredVersions(model, need).find((one) => one === version) ?? offeredVersions(model, need)[0];
    const isWrong = need.startsWith('libnvidia-') && packages.get(need) !== same;
    if (same === undefined || changes.some((one) => one.name === need) || (packages.has(need) && !isWrong)) continue;
    addNeeds(model, need, same, changes);
    changes.push({ name: need, from: packages.get(need) ?? null, to: same });
  }
}

/** Of one branch of the driver for servers alone: its packages conflict with those of the same kind of another one. */
function otherBranches({ software }: NodeModel, name: string): string[] {
  const kind = /^((?:lib)?nvidia-[a-z-]+)-\d{3}-server/.exec(name)?.[1];
  if (kind === undefined) return [];
  return [...software.packages.keys()].filter((one) => one !== name && new RegExp(`^${kind}-\\d{3}-server`).test(one));
}

export function planRemoval(model: NodeModel, names: readonly string[]): PackageChange[] {
  const { packages } = model.software;
  const gone = new Set(names.filter((name) => packages.has(name)));
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const name of packages.keys()) {
      if (offeredPackage(model, name)?.needs?.some((need) => gone.has(need))) gone.add(name);
    }
  }
  return [...gone].map((name) => ({ name, from: packages.get(name) ?? null, to: null }));
}
