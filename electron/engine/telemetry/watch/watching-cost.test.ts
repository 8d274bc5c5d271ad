import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costCommand, readCosts } from './watching-cost';

describe('what watching costs on a node', () => {
  it('is the time and memory of a process, of its ended children and of those that run', () => {
    const text = [
      'ticks 100',
      '4242 4242 (sh -c x) y) S 1 4242 4242 0 -1 4194304 900 0 0 0 12 34 100 4 20 0 1 0 1 2 3',
      'VmRSS:\t    1024 kB',
      '4242 4250 (sleep) S 4242 4242 4242 0 -1 4194304 900 0 0 0 1 1 0 0 20 0 1 0 1 2 3',
      'VmRSS:\t     512 kB',
    ].join('\n');
    expect([...readCosts(text)]).toEqual([[4242, { cpuSeconds: 1.52, memoryBytes: 1536 * 1024 }]]);
  });

  it('is not known of a process that is not there', async () => {
    const [command, ...args] = costCommand([process.pid, 4_194_305]).argv;
    const { stdout } = await promisify(execFile)(command, args);
    const costs = readCosts(stdout);
    expect([...costs.keys()]).toEqual([process.pid]);
    expect(costs.get(process.pid)?.cpuSeconds).toBeGreaterThan(0);
    expect(costs.get(process.pid)?.memoryBytes).toBeGreaterThan(10 * 1024 * 1024);
  });

  it('is read without throwing, whatever is printed', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('ticks 0', '1 1 (a) S 1', 'VmRSS: 1 kB', '1 1 (a) S 1 2 3 4 5 6 7 8 9 a b c d'),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        for (const { cpuSeconds } of readCosts(lines.join('\n')).values()) expect(cpuSeconds).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
