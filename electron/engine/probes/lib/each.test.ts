import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEach } from './each';

describe('the output of a command that ran for each file', () => {
  it('is taken apart by file, with the exit code of each', () => {
    expect(readEach('==> /dev/nvme0\n{"a": 1}\n\n<== 0\n==> /dev/nvme1\n\n<== 1\n')).toEqual([
      { path: '/dev/nvme0', output: '{"a": 1}\n', exitCode: 0 },
      { path: '/dev/nvme1', output: '', exitCode: 1 },
    ]);
  });

  it('keeps what a tool had printed when time was up, without an exit code', () => {
    expect(readEach('==> /dev/sda\n\n<== 0\n==> /dev/sdb\nhalf of')).toEqual([
      { path: '/dev/sda', output: '', exitCode: 0 },
      { path: '/dev/sdb', output: 'half of', exitCode: null },
    ]);
  });

  it('never throws, and finds nothing in text without frames', () => {
    fc.assert(fc.property(fc.string(), (text) => void readEach(text)));
    expect(readEach('no such device')).toEqual([]);
  });
});
