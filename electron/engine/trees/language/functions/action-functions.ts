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
  defineFunction('wordsOf', { words: text }, texts, ({ words }) => words.split(/[\s,]+/).filter((word) => word !== '')),
];
