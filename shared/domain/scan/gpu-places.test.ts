import { expect, it } from 'vitest';
import { gpuPlaces, plainName } from './gpu-places';

it.each([
  ['00000000:3B:00.0', '0000:3b:00'],
  ['0000:3b:00', '0000:3b:00'],
  ['PCI:0000:3b:00', '0000:3b:00'],
  ['3b:00.0', '0000:3b:00'],
  ['00010000:01:00.0', '10000:01:00'],
  ['GPU-5D7A', 'gpu-5d7a'],
  ['pid 4711', 'pid 4711'],
])('reads %s as %s', (subject, name) => {
  expect(plainName(subject)).toBe(name);
});

it('knows a GPU on the bus that no driver lists', () => {
  const device = {
    kind: 'gpu',
    vendorId: '10de',
    deviceId: '2330',
    subsystemVendorId: null,
    subsystemDeviceId: null,
    pciClass: '030200',
    name: null,
    driver: null,
    numaNode: 0,
    isBootDisplay: null,
  } as const;
  expect(
    gpuPlaces({
      'gpu-devices': {
        devices: [
          { ...device, pciBusId: '0000:3b:00.0' },
          { ...device, kind: 'management-display', pciBusId: '0000:03:00.0' },
        ],
      },
    }),
  ).toEqual([{ names: ['0000:3b:00'], switchId: null, numaId: null }]);
  expect(gpuPlaces({})).toEqual([]);
});
