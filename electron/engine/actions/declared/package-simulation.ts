import type { PackageChanges } from '#shared/domain/action';
import type { PackageManager } from './package-steps';

/** What the package manager says it would do to one package. */
export interface SimulatedChange {
  /** As the manager writes it; of a foreign architecture `name:arch` with apt. */
  readonly name: string;
  readonly architecture: string | null;
  /** Null: it goes away. */
  readonly after: string | null;
}

export interface Simulation {
  readonly changes: readonly SimulatedChange[];
  /** As the manager prints them, e.g. `3132 B`, `12 k`; null where it does not. */
  readonly download: string | null;
  /** What the disk loses (+) or gets back (-), e.g. `+6291 kB`. */
  readonly disk: string | null;
}

/**
 * Reads what `apt-get -s` or `dnf --assumeno` prints. Sizes of apt come from `apt-get --print-uris`, whose output may follow.
 *
 *     Inst gold [1] (2 localhost [all])
 *     Remv gconf [2]
 *     Need to get 0 B/3132 B of archives.
 *     After this operation, 6291 kB of additional disk space will be used.
 */
export function readSimulation(manager: PackageManager, text: string): Simulation {
  return manager === 'dpkg' ? ofApt(text) : ofDnf(text);
}

const aptLine =
  /^(?:Inst ([a-z0-9][a-z0-9+.:-]*)(?: \[[^\]]*\])? \((\S+) .*?\[([a-z0-9-]+)\]\)|(?:Remv|Purg) ([a-z0-9][a-z0-9+.:-]*) )/gm;

function ofApt(text: string): Simulation {
  const changes = [...text.matchAll(aptLine)].map(([, name, after, architecture, removed]) => ({
    name: name ?? removed ?? '',
    architecture: architecture ?? null,
    after: after ?? null,
  }));
  const download = /^Need to get (?:\S+ \S+\/)?([\d,.]+ [kMG]?B)(?:\/| of archives)/m.exec(text)?.[1];
  const [, disk, way] =
    /^After this operation, ([\d,.]+ [kMG]?B) (?:of additional )?disk space will be (used|freed)/m.exec(text) ?? [];
  return {
    changes,
    download: download ?? null,
    disk: disk === undefined ? null : `${way === 'used' ? '+' : '-'}${disk}`,
  };
}

/**
 * The table of dnf: a heading (`Installing dependencies:`), then ` name arch version repository size`; where the name is long
 * the rest stands in the next line.
 */
function ofDnf(text: string): Simulation {
  const changes: SimulatedChange[] = [];
  let isRemoving: boolean | null = null;
  let longName: string | null = null;
  for (const line of text.split('\n')) {
    const heading = /^([A-Z][a-z]+)(?: [a-z ]+)?:$/.exec(line)?.[1];
    if (heading !== undefined) {
      isRemoving =
        heading === 'Removing'
          ? true
          : /^(Installing|Upgrading|Downgrading|Reinstalling)$/.test(heading)
            ? false
            : null;
      continue;
    }
    if (/^Transaction Summary/.test(line)) isRemoving = null;
    if (isRemoving === null) continue;
    const replaced = /^ {5}replacing +(\S+)\.\w+ \S+$/.exec(line)?.[1];
    if (replaced !== undefined) changes.push({ name: replaced, architecture: null, after: null });
    const words = line.trim().split(/\s+/);
    if (words.length === 1 && /^ \S+$/.test(line)) longName = words[0] ?? null;
    const [name, architecture, version] = longName !== null && words.length > 1 ? [longName, ...words] : words;
    if (!line.startsWith(' ') || words.length < 4 || !name || !architecture || !version) continue;
    longName = null;
    changes.push({ name, architecture, after: isRemoving ? null : version });
  }
  const size = (label: string) => new RegExp(`^${label}: ([\\d.]+ ?[kMG]?)\\s*$`, 'm').exec(text)?.[1]?.trim() ?? null;
  const [used, freed] = [size('Installed size'), size('Freed space')];
  return {
    changes,
    download: size('Total download size') ?? size('Total size'),
    disk: used === null ? freed && `-${freed}` : `+${used}`,
  };
}

/**
 * Bytes of a size as the managers print them. apt counts in thousands (`6291 kB`), dnf in 1024 (`12 k`, `1.5 M`); with the
 * sign of what it does to the disk.
 */
export function sizeBytes(text: string | null): number | null {
  const [, sign, digits, letter = '', isApt] = /^([+-]?)([\d.,]+) ?([kMG]?)(B?)$/.exec(text ?? '') ?? [];
  if (digits === undefined) return null;
  const base = isApt ? 1000 : 1024;
  const value = Number(digits.replaceAll(',', '')) * base ** ' kMG'.indexOf(letter || ' ');
  return Math.round(sign === '-' ? -value : value);
}

/** Of several steps together; a size that one could not tell is not known of all. */
export function allChanges(steps: readonly PackageChanges[]): PackageChanges {
  const sum = (values: readonly (number | null)[]) =>
    values.includes(null) ? null : values.reduce<number>((all, one) => all + (one ?? 0), 0);
  return {
    changes: steps.flatMap(({ changes }) => changes),
    downloadBytes: sum(steps.map(({ downloadBytes }) => downloadBytes)),
    diskBytes: sum(steps.map(({ diskBytes }) => diskBytes)),
  };
}
