import { describe, expect, it } from 'vitest';
import { compareParts } from './compare-parts';
import { asRead, lookOf, mergeLooks } from './merge-looks';
import { changesOf } from './parts-changes';
import { look, part } from './testing/parts';

const gpu = (slot: string, identity: string | null, vbiosVersion: string | null = '96') =>
  part({ slot, identity, attributes: { vbiosVersion } });
const nic = part({ kind: 'nic', slot: '18', identity: 'N1', model: 'ConnectX-7' });
const plain = (parts: ReturnType<typeof look>) =>
  lookOf(parts.sections).parts.map(({ kind, slot }) => `${kind} ${slot}`);

describe('mergeLooks', () => {
  it('keeps a kind that one look could not read, and says that it is carried', () => {
    const merged = mergeLooks(look([gpu('1b', 'S1'), nic]), look([gpu('1b', 'S1')]));
    expect([plain(merged), merged.carried]).toEqual([['gpu 1b', 'nic 18'], ['nic:test']]);
    expect(plain(asRead(merged, merged.carried))).toEqual(['gpu 1b']);
  });

  it('keeps a value that one look could not tell', () => {
    const merged = mergeLooks(look([gpu('1b', 'S1')]), look([gpu('1b', null, null)]));
    expect(merged.parts[0]).toMatchObject({ identity: 'S1', attributes: { vbiosVersion: '96' } });
    expect(merged.carried).toEqual(['gpu 1b identity', 'gpu 1b vbiosVersion']);
    expect(asRead(merged, merged.carried).parts[0]).toMatchObject({
      identity: null,
      attributes: { vbiosVersion: null },
    });
  });

  it('forgets what a look could read and did not find', () => {
    expect(plain(mergeLooks(look([gpu('1b', 'S1'), gpu('43', 'S2')]), look([gpu('43', 'S2')])))).toEqual(['gpu 43']);
  });

  it('carries nothing of a part over to the one that took its slot', () => {
    const merged = mergeLooks(look([gpu('1b', 'S1')]), look([gpu('1b', 'S9', null)]));
    expect([merged.parts[0]?.attributes, merged.carried]).toEqual([{ vbiosVersion: null }, []]);
  });

  it('keeps a part as it was known while another tool tells of it by its own name', () => {
    const section = (reader: string, parts: ReturnType<typeof part>[]) => ({ reader, kind: 'gpu' as const, parts });
    const known = lookOf([section('gpu:amd-gpu', [gpu('1b', 'S1')]), section('gpu:gpu-devices', [])]);
    const byLspci = part({ slot: '1b', model: 'Aqua Vanjaram', attributes: { driver: 'amdgpu' } });
    const blind = lookOf([section('gpu:gpu-devices', [byLspci])]);
    expect(changesOf(compareParts(known, blind, 'time'))).toEqual([]);
    const merged = mergeLooks(known, blind);
    expect([merged.parts, merged.carried]).toEqual([[gpu('1b', 'S1')], ['gpu:amd-gpu']]);
    const taken = lookOf([section('gpu:amd-gpu', []), section('gpu:gpu-devices', [byLspci])]);
    expect(changesOf(compareParts(merged, taken, 'time')).map(({ attribute }) => attribute)).toEqual(['model']);
  });

  it('still tells a swap after a look in between that could not read such parts', () => {
    const blind = mergeLooks(look([gpu('1b', 'S1'), nic]), look([nic]));
    const [change] = changesOf(compareParts(blind, look([gpu('1b', 'S9'), nic]), 'time'));
    expect(change).toMatchObject({ change: 'swapped', before: 'S1', after: 'S9' });
  });
});

describe('changesOf', () => {
  it('tells one change of many parts in one line', () => {
    const slots = ['1b', '43', '52'];
    const before = look(slots.map((slot) => gpu(slot, `S${slot}`)));
    const after = look(slots.map((slot) => gpu(slot, `S${slot}`, '97')));
    expect(changesOf(compareParts(before, after, 'time'))).toEqual([
      {
        kind: 'gpu',
        change: 'changed',
        count: 3,
        model: 'NVIDIA H100 80GB HBM3',
        slots,
        attribute: 'vbiosVersion',
        before: '96',
        after: '97',
      },
    ]);
  });

  it('tells what could be read for the first time as learned, and not as added', () => {
    expect(changesOf(compareParts(look([gpu('1b', 'S1')]), look([gpu('1b', 'S1'), nic]), 'time'))).toMatchObject([
      { kind: 'nic', change: 'learned', count: 1 },
    ]);
  });
});
