import { createHash } from 'node:crypto';
import { z } from 'zod';
import { chosenGpus } from '#shared/domain/chosen-gpus';
import { gpuSchema } from '#shared/domain/facts/gpu';
import { defineFunction, type TreeFunction } from './define-function';

const text = z.string();
const texts = z.array(text);

/** Functions for declared actions: what a parameter names, and words of commands. */
export const actionFunctions: readonly TreeFunction[] = [
  defineFunction('chosenGpus', { gpus: z.array(gpuSchema), wanted: text }, z.array(gpuSchema), ({ gpus, wanted }) =>
    chosenGpus(gpus, wanted),
  ),
  defineFunction('gpuNames', { gpus: z.array(gpuSchema) }, text, ({ gpus }) =>
    gpus.map(({ index }) => `GPU ${index}`).join(', '),
  ),
  defineFunction('joined', { items: texts, separator: text }, text, ({ items, separator }) => items.join(separator)),
  // `apt-cache madison` prints ` name | version | source`, `dnf list --showduplicates` prints `name.arch  version  repository`.
  defineFunction('packageVersions', { listed: text }, texts, ({ listed }) => [
    ...new Set(
      [...listed.matchAll(/^[ \t]*[A-Za-z0-9][\w.+-]*(?:[ \t]+\|)?[ \t]+(\d[\w.+:~^-]*)(?:[ \t]|$)/gm)].map(
        ([, version]) => version ?? '',
      ),
    ),
  ]),
  // The same of one name, the newest first.
  defineFunction('offeredVersions', { listed: text, name: text }, texts, ({ listed, name }) =>
    offeredVersions(listed, name),
  ),
  // A UUID of its own for each text (RFC 9562, version 5 without a name space): the same whenever a plan is made.
  defineFunction('uuidOf', { text }, text, ({ text: of }) => uuidOf(of)),
  defineFunction('wordsOf', { words: text }, texts, ({ words }) => words.split(/[\s,]+/).filter((word) => word !== '')),
];

function uuidOf(of: string): string {
  const hex = createHash('sha1').update(of).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** madison lists the newest first, dnf the oldest. */
function offeredVersions(listed: string, name: string): string[] {
  const rows = [...listed.matchAll(/^[ \t]*([A-Za-z0-9][\w.+-]*)([ \t]+\|)?[ \t]+(\d[\w.+:~^-]*)(?:[ \t]|$)/gm)];
  const own = rows.filter(([, word = '', isApt]) => (isApt ? word : word.replace(/\.[a-z0-9_]+$/, '')) === name);
  const versions = own.map(([, , , version = '']) => version);
  // What is installed stands in dnf's list once more, before all others: its place among the offered ones counts.
  return [...new Set(own.some(([, , isApt]) => isApt) ? versions : versions.reverse())];
}
