import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SetFile } from '#shared/domain/playbook/package-set';
import type { CondaRecord } from './ask-node';

/** Where packages of conda lie in a set: `conda/CHANNEL/SUBDIR/FILE`, as conda asks an address of channels for them. */
export function condaFiles(records: readonly CondaRecord[]): SetFile[] {
  return records.map((record) => ({
    kind: 'conda',
    file: `conda/${channelOf(record)}/${record.subdir}/${record.fn}`,
    url: record.url,
    sizeBytes: record.size,
    sha256: record.sha256,
  }));
}

/** The last part before the machine's: `pytorch` of `https://conda.anaconda.org/pytorch/linux-64/…`. */
function channelOf({ url, subdir }: CondaRecord): string {
  const name = url.split(`/${subdir}/`)[0]?.split('/').at(-1) ?? '';
  return /^[A-Za-z0-9_][\w.-]*$/.test(name) ? name : 'other';
}

/** Writes what conda asks a channel first: each has its list of packages, for this machine and for all. */
export function writeChannels(
  folder: string,
  records: readonly CondaRecord[],
  channels: readonly string[],
  machine: string,
): string[] {
  const named = channels.map((one) => one.split('/').at(-1) ?? '').filter((one) => /^[A-Za-z0-9_][\w.-]*$/.test(one));
  return [...new Set([...records.map(channelOf), ...named])].flatMap((channel) =>
    [machine, 'noarch'].map((subdir) => {
      const own = records.filter((record) => channelOf(record) === channel && record.subdir === subdir);
      const of = (end: string) =>
        Object.fromEntries(own.filter(({ fn }) => fn.endsWith(end)).map(({ url: _, ...rest }) => [rest.fn, rest]));
      const file = `conda/${channel}/${subdir}/repodata.json`;
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      const lists = { info: { subdir }, packages: of('.tar.bz2'), 'packages.conda': of('.conda') };
      writeFileSync(join(folder, file), JSON.stringify({ ...lists, repodata_version: 1 }));
      return file;
    }),
  );
}
