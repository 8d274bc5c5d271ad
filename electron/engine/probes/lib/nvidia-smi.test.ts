import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { chipsWithoutConfidentialComputing, chipsWithoutMig, chipsWithoutNvlink } from './nvidia-smi';

/** PCI device ids of the PCI ID Repository. */
const chips = {
  V100: '0x1db6',
  T4: '0x1eb8',
  'RTX 2080 Ti': '0x1e07',
  A100: '0x20b2',
  A30: '0x20b7',
  A40: '0x2235',
  'RTX 3090': '0x2204',
  H100: '0x2330',
  GH200: '0x2342',
  'RTX 6000 Ada': '0x26b1',
  L40S: '0x26b9',
  L4: '0x27b8',
  B200: '0x2901',
  'RTX PRO 6000 Blackwell': '0x2bb5',
  'one of the future': '0x3a01',
};

it.each([
  ['MIG', chipsWithoutMig, ['A100', 'A30', 'H100', 'GH200', 'B200', 'RTX PRO 6000 Blackwell', 'one of the future']],
  [
    'confidential computing',
    chipsWithoutConfidentialComputing,
    ['H100', 'GH200', 'B200', 'RTX PRO 6000 Blackwell', 'one of the future'],
  ],
  [
    'errors of NVLink',
    chipsWithoutNvlink,
    ['V100', 'RTX 2080 Ti', 'A100', 'A30', 'A40', 'RTX 3090', 'H100', 'GH200', 'B200'].concat(
      'RTX PRO 6000 Blackwell',
      'one of the future',
    ),
  ],
])('asks for %s the chips that may have it, and those that nobody knows yet', (_, pattern, asked) => {
  const script = `for d; do case $d in ${pattern}) ;; *) echo $d;; esac; done`;
  const printed = execFileSync('/bin/sh', ['-c', script, 'sh', ...Object.values(chips)], { encoding: 'utf8' });
  const names = printed
    .trim()
    .split('\n')
    .map((id) => Object.entries(chips).find(([, each]) => each === id)?.[0]);
  expect(names).toEqual(asked);
});
