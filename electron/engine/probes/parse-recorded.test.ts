import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../service-types';
import { allProbes } from './all';
import { parseRecorded } from './parse-recorded';

describe('parseRecorded', () => {
  it('feeds the main command, or the one named', () => {
    expect(parseRecorded('memory', 'MemTotal: 8 kB\nMemFree: 4 kB\n')).toMatchObject({
      probeId: 'memory',
      state: 'ok',
      reason: null,
    });
    const text = 'GPU 0: NVIDIA L4 (UUID: GPU-4c1a0000-0000-0000-0000-000000000001)\n';
    expect(parseRecorded('gpu-list', text, { commandId: 'list' })).toMatchObject({ state: 'ok' });
    expect(parseRecorded('gpu', '', { exitCode: 9 })).toEqual({
      probeId: 'gpu',
      state: 'failed',
      reason: { key: 'probes.driverNotRunning' },
      facts: null,
    });
  });

  it('knows no other probes and commands', () => {
    expect(() => parseRecorded('toString', '')).toThrow(NotFoundError);
    expect(() => parseRecorded('gpu', '', { commandId: 'other' })).toThrow(NotFoundError);
  });

  it.each(allProbes.map((probe) => probe.id))('gives %s a state and a reason for any bytes', (id) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const result = parseRecorded(id, new TextDecoder().decode(bytes));
        expect(result.state === 'ok' ? 'ok' : typeof result.reason?.key).toBe(result.state === 'ok' ? 'ok' : 'string');
      }),
      { numRuns: 50 },
    );
    expect(parseRecorded(id, '\u007fELF\u0002\u0001 binary garbage'.repeat(5)).state).not.toBe('ok');
  });

  it('takes a hundred thousand lines of noise without delay', () => {
    const noise = 'GPU 0: <gpu><process_name> :: "{[ NVRM: Xid (PCI:0000\n'.repeat(60_000);
    for (const { id } of allProbes) expect(['unparsable', 'ok', 'failed']).toContain(parseRecorded(id, noise).state);
    const oneLine = '<process_name>'.repeat(250_000) + ' '.repeat(500_000);
    for (const { id } of allProbes)
      expect(parseRecorded(id, `<nvidia_smi_log>${oneLine}</nvidia_smi_log>`).state).not.toBe('ok');
  }, 30_000);
});
