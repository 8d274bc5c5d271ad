import { expect, it } from 'vitest';
import type { Part } from '../parts/part';
import { look, part } from '../parts/testing/parts';
import { driftOf, traitsOf } from './drift';

const node = (driverVersion: string | null, values: Partial<Part> = {}) =>
  part({
    kind: 'node',
    slot: 'system',
    model: 'DGXH100',
    attributes: { vendor: 'NVIDIA', driverVersion, hostname: 'x' },
    ...values,
  });
const gpu = (slot: string, vbiosVersion: string) => part({ slot, identity: slot, attributes: { vbiosVersion } });

it('names nodes of a type that have another driver than most, or VBIOSes of two kinds', () => {
  const types = driftOf([
    traitsOf('a', look([node('570'), gpu('1b', '96'), gpu('43', '96')])),
    traitsOf('b', look([node('570'), gpu('1b', '96'), gpu('43', '95')])),
    traitsOf('c', look([node('550'), gpu('1b', '96'), gpu('43', '96')])),
    traitsOf('d', look([node('535', { model: 'PowerEdge' })])),
  ]);
  expect(types.map(({ title, hostIds }) => [title, hostIds.length])).toEqual([
    ['NVIDIA DGXH100', 3],
    ['NVIDIA PowerEdge', 1],
  ]);
  expect(types[0]?.rows).toEqual([
    {
      kind: 'node',
      model: null,
      attribute: 'driverVersion',
      values: [
        { value: '570', hostIds: ['a', 'b'], isMinority: false },
        { value: '550', hostIds: ['c'], isMinority: true },
      ],
    },
    {
      kind: 'gpu',
      model: 'NVIDIA H100 80GB HBM3',
      attribute: 'vbiosVersion',
      values: [
        { value: '96', hostIds: ['a', 'b', 'c'], isMinority: false },
        { value: '95', hostIds: ['b'], isMinority: true },
      ],
    },
  ]);
  expect(types[1]?.rows).toEqual([]);
});

it('takes what differs within each node alike for no difference between them', () => {
  const ports = () => look([node('570'), gpu('1b', '96'), gpu('43', '95')]);
  expect(driftOf([traitsOf('a', ports()), traitsOf('b', ports())])[0]?.rows).toEqual([]);
  expect(driftOf([traitsOf('a', ports())])[0]?.rows).toEqual([]);
});

it('takes a value that is not known for no difference', () => {
  expect(driftOf([traitsOf('a', look([node('570')])), traitsOf('b', look([node(null)]))])[0]?.rows).toEqual([]);
});

it('compares versions of packages by their name', () => {
  const nccl = (version: string) =>
    part({ kind: 'software', slot: 'package:libnccl2', model: null, attributes: { version } });
  const [type] = driftOf([
    traitsOf('a', look([node('570'), nccl('2.26')])),
    traitsOf('b', look([node('570'), nccl('2.21')])),
  ]);
  expect(type?.rows.map(({ model, attribute }) => [model, attribute])).toEqual([['package:libnccl2', 'version']]);
});
