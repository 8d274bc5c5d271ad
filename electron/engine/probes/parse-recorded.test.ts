import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probes as words } from '#shared/i18n/en/probes';
import { NotFoundError } from '../errors';
import { allProbes } from './all';
import { enoughRecordedBytes, parseRecorded } from './parse-recorded';

const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${'bcdefgh'
  .split('')
  .map((name, at) => `<!ENTITY ${name} "${`&${'abcdefg'[at]};`.repeat(10)}">`)
  .join('')}]><nvidia_smi_log><gpu id="00000000:01:00.0"><product_name>&h;</product_name></nvidia_smi_log>`;

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
      { numRuns: 25 },
    );
    expect(parseRecorded(id, '\u007fELF\u0002\u0001 binary garbage'.repeat(5)).state).not.toBe('ok');
  });

  const samples: Array<[string, Uint8Array]> = [
    ['nothing', new Uint8Array()],
    ['blanks', Buffer.from(' \r\n\t\r\n')],
    ['a lone line end', Buffer.from('\r')],
    ['UTF-16 with its mark', Buffer.from('\ufeffGPU 0: NVIDIA L4 (UUID: GPU-4c1a)\n', 'utf16le')],
    ['UTF-16 the other way round', Buffer.from('\ufeffMemTotal: 8 kB\n', 'utf16le').swap16()],
    ['a truncated report', Buffer.from('<?xml version="1.0" ?>\n<nvidia_smi_log>\n<gpu id="0000')],
    ['a document type that explodes', Buffer.from(bomb)],
    ['a German lscpu', Buffer.from('Architektur:  x86_64\nProzessorsockel: 1\nModellname: AMD EPYC\n')],
    ['a French df', Buffer.from('Sys. de fichiers blocs de 1K Utilisé Disponible Uti% Monté sur\n')],
    ['a Chinese free', Buffer.from('              总计         已用        空闲\n内存：    16000     8000   8000\n')],
    ['a shell that complains', Buffer.from('sh: 1: nvidia-smi: not found\n')],
    ['another encoding', Buffer.from([0xc4, 0xe3, 0xba, 0xc3, 0x0a, 0xff, 0xfe, 0x0a])],
    [
      'names of prototypes',
      Buffer.from('{"__proto__": {"gpus": 1}, "constructor": {"prototype": 1}, "toString": []}\n'),
    ],
    ['deep nesting', Buffer.from('['.repeat(200_000))],
    ['deeper nesting', Buffer.from('<nvidia_smi_log>'.concat('<gpu>'.repeat(50_000)))],
  ];
  it.each(samples)('makes no facts of %s, with any probe, and says why', (_, bytes) => {
    const text = new TextDecoder().decode(bytes);
    for (const probe of allProbes) {
      for (const { id: commandId } of probe.commands) {
        const { state, reason, facts } = parseRecorded(probe.id, text, { commandId });
        // Where nothing is what there is to print when there is nothing, nothing is found.
        if (state === 'ok') expect([probe.id, JSON.stringify(facts).length < 200]).toEqual([probe.id, true]);
        else expect(Object.hasOwn(words, reason?.key.replace('probes.', '') ?? '')).toBe(true);
      }
    }
  });

  it('reads Windows line ends and no end of the last line as what they are', () => {
    const text = 'MemTotal: 8 kB\r\nMemFree: 4 kB\r\n';
    expect(parseRecorded('memory', text)).toMatchObject({ state: 'ok', facts: { totalBytes: 8192, freeBytes: 4096 } });
    const list = 'GPU 0: NVIDIA L4 (UUID: GPU-4c1a0000-0000-0000-0000-000000000001)';
    for (const end of ['\r\n', '\n', ''])
      expect(parseRecorded('gpu-list', list + end)).toMatchObject({ state: 'ok', facts: { gpus: [{ index: 0 }] } });
  });

  it('looks at no more than a node may send, and says that it was cut', () => {
    const line = 'GPU 0: NVIDIA L4 (UUID: GPU-4c1a0000-0000-0000-0000-000000000001)\n';
    expect(parseRecorded('gpu-list', line.repeat(1_500_000))).toMatchObject({
      state: 'unparsable',
      reason: { key: 'probes.truncated' },
    });
  });

  const endless = Buffer.alloc(enoughRecordedBytes, 'GPU 0: 显卡\n').toString();
  const noise = 'GPU 0: <gpu><process_name> :: "{[ NVRM: Xid (PCI:0000\n'.repeat(20_000);
  const oneLine = `<nvidia_smi_log>${'<process_name>'.repeat(80_000)}${' '.repeat(200_000)}</nvidia_smi_log>`;
  // Of each probe on its own: megabytes for all of them in one test take long on a busy machine.
  describe.each(allProbes.map(({ id }) => id))('%s', (id) => {
    it('knows how much of an endless output is enough to tell that, in bytes', () => {
      const { state, reason } = parseRecorded(id, endless);
      if (state !== 'ok') expect(reason?.key).not.toBe('probes.unparsable');
      if (id === 'gpu-list') expect(reason?.key).toBe('probes.truncated');
    });

    it('takes twenty thousand lines of noise, and a megabyte in one line, without delay', () => {
      expect(['unparsable', 'ok', 'failed']).toContain(parseRecorded(id, noise).state);
      expect(parseRecorded(id, oneLine).state).not.toBe('ok');
    });
  });
});
