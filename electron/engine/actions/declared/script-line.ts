import type { FilledStep } from './filled-step';

/**
 * What a shell script has to do for the same as a step, where its line alone would do less: other ends that count as done, a wait,
 * a key whose fingerprint is compared, a restart behind which nothing is run. Null: the line is all.
 */
export function scriptLine(
  { kind, exitCodes, waitMs, fingerprints }: Pick<FilledStep, 'kind' | 'exitCodes' | 'waitMs' | 'fingerprints'>,
  line: string,
): string | null {
  // The connection, and the script with it, goes with the node.
  if (kind === 'boot' || kind === 'off') return `${line}\nexit 0`;
  // doc/DETAILS of GnuPG: the tenth field of the `fpr` record behind a `pub` record.
  if (kind === 'key') {
    const wanted = [...(fingerprints ?? [])].sort().map((one) => `${one} `);
    const primary = `awk -F: '$1 == "pub" { p = 1 } $1 == "fpr" && p { print $10; p = 0 }'`;
    return `test "$(${line} | gpg --batch --with-colons --show-keys | ${primary} | sort | tr '\\n' ' ')" = '${wanted.join('')}'`;
  }
  const others = exitCodes.filter((code) => code !== 0);
  const ended = others.length === 0 ? line : `${line} || case $? in ${others.join('|')}) ;; *) exit 1 ;; esac`;
  const waited = kind === 'command' && waitMs > 0 ? `${ended}\nsleep ${Math.ceil(waitMs / 1000)}` : ended;
  return waited === line ? null : waited;
}
