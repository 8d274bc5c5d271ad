import { offeredPackages } from '../profiles/package-catalogue';
import type { NodeModel } from './node-model';

/** The newest first; what is installed is there to be installed again. Empty: no repository of the node knows it. */
export function offeredVersions(model: NodeModel, name: string): string[] {
  const { kernelRelease, software } = model.profile;
  const upgrade = software?.upgradable?.find(([one]) => one === name)?.[2];
  const headers =
    name === `linux-headers-${kernelRelease}` ? kernelRelease.replace(/^([\d.]+-\d+).*/, '$1.1') : undefined;
  const devel = name === 'kernel-devel' ? kernelRelease.replace(/\.x86_64$/, '') : undefined;
  const offered = [upgrade, ...(offeredPackages.get(name)?.versions ?? []), headers, devel];
  const all = [...new Set([...offered, model.software.packages.get(name)])];
  return all.filter((version) => version !== undefined);
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
  { isReinstall = false } = {},
): { changes: PackageChange[] } | { unknown: string } | { missing: string; version: string } {
  const { packages } = model.software;
  const changes: PackageChange[] = [];
  for (const { name, version } of wanted) {
    const offered = offeredVersions(model, name);
    const [newest] = offered;
    if (newest === undefined) return { unknown: name };
    if (version !== null && !offered.includes(version)) return { missing: name, version };
    const to = version ?? newest;
    const from = packages.get(name) ?? null;
    for (const need of offeredPackages.get(name)?.needs ?? []) {
      // Libraries have the version of the driver that they belong to.
      const same = offeredVersions(model, need).find((one) => one === to) ?? offeredVersions(model, need)[0];
      const isWrong = need.startsWith('libnvidia-') && packages.get(need) !== same;
      if (same !== undefined && (!packages.has(need) || isWrong)) {
        changes.push({ name: need, from: packages.get(need) ?? null, to: same });
      }
    }
    if (from !== to || isReinstall) changes.push({ name, from, to });
  }
  return { changes };
}

export function planRemoval(model: NodeModel, names: readonly string[]): PackageChange[] {
  const { packages } = model.software;
  const gone = new Set(names.filter((name) => packages.has(name)));
  for (const name of packages.keys()) {
    if (offeredPackages.get(name)?.needs?.some((need) => gone.has(need))) gone.add(name);
  }
  return [...gone].map((name) => ({ name, from: packages.get(name) ?? null, to: null }));
}
