import type { SetFile } from '#shared/domain/playbook/package-set';

/**
 * What `apt-get download --print-uris NAME=VERSION…` prints, apt-get(8):
 *
 *     'http://deb.debian.org/debian/pool/main/c/chrony/chrony_4.3-2_amd64.deb' chrony_4.3-2+deb12u1_amd64.deb 292988 SHA256:0f…
 *
 * A file name of apt's may hold `%3a` for a colon of the epoch.
 */
export function readUris(text: string): SetFile[] {
  return [...text.matchAll(/^'([^'\s]{1,1000})' (\S{1,250}) (\d{1,12}) SHA256:([0-9a-f]{64})$/gm)].flatMap(
    ([, url = '', name = '', size, sha256 = '']) => {
      const file = name.replaceAll('%3a', '.');
      if (!/^https?:/.test(url) || !/^[A-Za-z0-9][\w.+~-]{0,240}\.deb$/.test(file)) return [];
      return [{ kind: 'package' as const, file, url, sizeBytes: Number(size), sha256 }];
    },
  );
}

/**
 * The list `Packages` of the set, out of what `apt-cache show NAME=VERSION…` prints: the paragraph of each archive, by its hash,
 * with the name that it has in the folder. Those without a paragraph are named.
 */
export function packagesList(shown: string, files: readonly SetFile[]): { text: string; missing: string[] } {
  const paragraphs = shown.split(/\n\s*\n/).map((one) => one.trim());
  const missing: string[] = [];
  const found = files.flatMap(({ file, sha256 }) => {
    const paragraph = paragraphs.find((one) => new RegExp(`^SHA256: ${sha256}$`, 'm').test(one));
    if (paragraph === undefined) {
      missing.push(file);
      return [];
    }
    return [`${paragraph.replace(/^Filename: .*$/m, `Filename: ./${file}`)}\n\n`];
  });
  return { text: found.join(''), missing };
}

/** As sha256sum(1) reads it, with the folder that the files are in on the node. */
export function sumsText(files: readonly { file: string; sha256: string }[], folder: string): string {
  return [...files]
    .sort((a, b) => (a.file < b.file ? -1 : 1))
    .map(({ file, sha256 }) => `${sha256}  ${folder}/${file}\n`)
    .join('');
}
