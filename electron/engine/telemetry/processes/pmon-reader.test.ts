import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasRecordings, recording } from '../../probes/testing/recordings';
import { pmonReader } from './pmon-reader';

const roundsOf = (text: string, uuids = ['GPU-a', 'GPU-b']) => {
  const reader = pmonReader(uuids);
  return text.split('\n').flatMap((line) => reader.read(line).map(({ processes }) => processes));
};
const HEAD = `# gpu         pid   type     sm    mem    enc    dec    jpg    ofa     fb   ccpm    command 
# Idx           #    C/G      %      %      %      %      %      %     MB     MB    name 
`;

describe('nvidia-smi pmon', () => {
  it('is read in rounds of all GPUs, with memory where it is told', () => {
    const round = `    0      11327     C      -      -      -      -      -      -    514      0    memhog         
    0      11345   C+G     99     10      -      -      -      -  18420      0    gpu burn       
    1          -     -      -      -      -      -      -      -      -      -    -              
`;
    const rounds = roundsOf(HEAD + round + HEAD + round + round);
    expect(rounds).toHaveLength(2);
    expect(rounds[1]).toEqual(rounds[0]);
    expect(rounds[0]).toMatchObject([
      { gpuUuid: 'GPU-a', pid: 11327, kind: 'C', name: 'memhog', smPercent: null, memoryBytes: 514 * 2 ** 20 },
      { gpuUuid: 'GPU-a', pid: 11345, kind: 'C+G', name: 'gpu burn', smPercent: 99, memoryBusyPercent: 10 },
    ]);
  });

  it('tells a GPU on which nothing runs as an empty round', () => {
    const idle = '    0          -     -      -      -      -      -      -      -      -      -    -\n';
    expect(roundsOf(HEAD + idle + idle + idle)).toEqual([[], []]);
  });

  it('says nothing before a header, and of GPUs that are not known', () => {
    expect(roundsOf('0 1 C 1 1 - - - - x\n'.repeat(3))).toEqual([]);
    expect(
      roundsOf(
        `${HEAD}${'    7      11327     C      -      -      -      -      -      -    514      0    a\n'.repeat(3)}`,
      ),
    ).toEqual([]);
  });

  // Expected values were read off the recordings by eye.
  it.skipIf(!hasRecordings).each([
    [
      'h100-sxm-590.48.01-load',
      4,
      [
        [11327, 'C', null, null],
        [11328, 'C', null, null],
        [11345, 'C', 99, null],
      ],
    ],
    ['h100-sxm-590.48.01-idle', 4, []],
    [
      'h100-mig-590.48.01-load',
      4,
      [
        [21180, 'C', null, null],
        [21181, 'C', null, null],
        [21198, 'C', null, null],
      ],
    ],
    [
      'l40s-595.80-load',
      4,
      [
        [20037, 'C', 2, 24],
        [20038, 'C', 6, 40],
      ],
    ],
  ] as const)('reads what %s printed', (name, count, expected) => {
    const rounds = roundsOf(recording(`gpu-nvidia/nvidia-smi-pmon__${name}.txt`));
    expect(rounds).toHaveLength(count);
    expect(
      rounds[0]?.map(({ pid, kind, smPercent, encoderPercent }) => [pid, kind, smPercent, encoderPercent]),
    ).toEqual(expected);
  });

  it('never throws', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(...HEAD.split('\n'), '0 1 C 1 1 1 1 1 1 1 1 x', '0 - - - - - - - - - - -'),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        for (const processes of roundsOf(lines.join('\n'))) expect(Array.isArray(processes)).toBe(true);
      }),
    );
  });
});
