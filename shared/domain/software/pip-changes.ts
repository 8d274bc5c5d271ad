import { z } from 'zod';

/** What an installation by pip would bring, and how it is taken back. */
export const pipChangesSchema = z.object({
  /** `name==version` each. */
  adds: z.array(z.string()),
  /** Names of what was not there before. */
  uninstall: z.array(z.string()),
  /** What gets its version of before again, `name==version` each. */
  reinstall: z.array(z.string()),
});
export type PipChanges = z.infer<typeof pipChangesSchema>;

/**
 * `would`: the line `Would install deepspeed-0.9.5 hjson-3.1.0` of `pip install --dry-run`; `frozen`: `pip list --format=freeze` of
 * before. A version follows the last hyphen, as pip replaces those of names by underscores in it or not.
 */
export function pipChanges(would: string, frozen: string): PipChanges {
  const before = new Map(
    [...frozen.matchAll(/^([A-Za-z0-9][\w.-]*)==(\S+)$/gm)].map(([, name = '', version = '']) => [
      plain(name),
      { name, version },
    ]),
  );
  const line = /^Would install (.+)$/m.exec(would)?.[1] ?? '';
  const coming = line.split(' ').flatMap((word) => {
    const [, name, version] = /^([A-Za-z0-9][\w.-]*)-(\d[\w.+!]*)$/.exec(word) ?? [];
    return name !== undefined && version !== undefined ? [{ name, version }] : [];
  });
  return {
    adds: coming.map(({ name, version }) => `${name}==${version}`),
    uninstall: coming.flatMap(({ name }) => (before.has(plain(name)) ? [] : [name])),
    reinstall: coming.flatMap(({ name }) => {
      const had = before.get(plain(name));
      return had ? [`${had.name}==${had.version}`] : [];
    }),
  };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[._-]+/g, '-');
}
