import { describe, expect, it } from 'vitest';
import type { GpuMemoryView } from './gpu-memory';
import { readVisibleDevices } from './visible-devices';

function gpu(index: number, uuid: string, name = 'NVIDIA H100', freeBytes = 100): GpuMemoryView {
  return {
    index,
    uuid,
    name,
    isUsable: true,
    totalBytes: 200,
    usedBytes: 200 - freeBytes,
    freeBytes,
    freePercent: freeBytes / 2,
    explainedBytes: null,
    unexplainedBytes: null,
    isMigOn: false,
    computeMode: null,
    users: [],
  };
}
const gpus = [gpu(0, 'GPU-aaaa1'), gpu(1, 'GPU-aaaa2', 'NVIDIA H100', 50), gpu(2, 'GPU-bbbb3')];

describe('readVisibleDevices', () => {
  it('does not take MIG slices for GPUs that are not there', () => {
    const text = 'MIG-7089d0f3-293f-58c9-8f8c-5ea666eedbde';
    expect(readVisibleDevices({ gpus, text, order: null })).toBeNull();
  });

  it.each([
    ['2,0', [2, 0], null, 0],
    ['CUDA_VISIBLE_DEVICES=1', [1], null, 0],
    ['export CUDA_VISIBLE_DEVICES="0,1"', [0, 1], null, 0],
    ['GPU-bbbb3', [2], null, 0],
    ['GPU-b', [2], null, 0],
    ['0,7,1,2', [0], '7', 2],
    ['GPU-aaaa', [], 'GPU-aaaa', 0],
    ['0,0,1', [0], '0', 1],
    ['-1', [], '-1', 0],
    ['NoDevFiles', [], 'NoDevFiles', 0],
    ['', [], null, 0],
    [null, [0, 1, 2], null, 0],
  ])('reads %j as CUDA does', (text, indexes, invalidEntry, hiddenAfterInvalid) => {
    expect(readVisibleDevices({ gpus, text, order: null })).toMatchObject({
      indexes,
      invalidEntry,
      hiddenAfterInvalid,
    });
  });

  it('tells the room on the fullest of them', () => {
    expect(readVisibleDevices({ gpus, text: '0,1', order: null })).toMatchObject({
      minimumFreeBytes: 50,
      minimumTotalBytes: 200,
    });
  });

  it.each([
    ['1', null, true],
    ['1', 'PCI_BUS_ID', false],
    ['GPU-bbbb3', null, false],
    [null, 'FASTEST_FIRST', true],
  ])('with mixed cards %j in order %j is ambiguous: %s', (text, order, isOrderAmbiguous) => {
    const mixed = [...gpus, gpu(3, 'GPU-cccc4', 'NVIDIA L4')];
    expect(readVisibleDevices({ gpus: mixed, text, order })).toMatchObject({ isOrderAmbiguous });
  });

  it('is not ambiguous when all cards are the same', () => {
    expect(readVisibleDevices({ gpus, text: '1', order: null })?.isOrderAmbiguous).toBe(false);
  });
});
