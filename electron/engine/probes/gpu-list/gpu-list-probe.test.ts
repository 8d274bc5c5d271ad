import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording, recordingNames } from '../testing/recordings';
import { gpuListProbe } from './gpu-list-probe';

const two = `GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-b4895dbf-9350-2524-a89b-98161ddd9fe4)
  MIG 3g.40gb     Device  0: (UUID: MIG-7089d0f3-293f-58c9-8f8c-5ea666eedbde)
GPU 1: Tesla V100-PCIE-16GB (UUID: GPU-b08ecee0-0ea5-7b07-d459-baa5b95f5e89)
`;

describe('gpu-list probe', () => {
  it('reads GPUs and the slices below them', () => {
    expect(factsOf(gpuListProbe, { list: two })).toEqual({
      gpus: [
        {
          index: 0,
          name: 'NVIDIA H100 80GB HBM3',
          uuid: 'GPU-b4895dbf-9350-2524-a89b-98161ddd9fe4',
          migDevices: [{ index: 0, profile: '3g.40gb', uuid: 'MIG-7089d0f3-293f-58c9-8f8c-5ea666eedbde' }],
        },
        { index: 1, name: 'Tesla V100-PCIE-16GB', uuid: 'GPU-b08ecee0-0ea5-7b07-d459-baa5b95f5e89', migDevices: [] },
      ],
      lost: [],
    });
  });

  const lostLine =
    'Unable to determine the device handle for gpu 0000:C3:00.0: GPU is lost.  Reboot the system to recover this GPU\n';
  const reason = { key: 'probes.gpuHandle', params: { pciBusId: '0000:c3:00.0' } };

  it.each([
    ['among the others', [two.slice(0, two.indexOf('GPU 1')), lostLine, two.slice(two.indexOf('GPU 1'))].join(''), ''],
    ['before the others', lostLine + two, ''],
    ['behind the others', two + lostLine, ''],
    ['in stderr', two, lostLine],
  ])('keeps the other GPUs when one is lost and named %s', (_, stdout, stderr) => {
    const result = gpuListProbe.parse({ list: printed(stdout, 15, stderr) });
    expect(result).toMatchObject({
      state: 'ok',
      reason,
      facts: { gpus: [{ index: 0 }, { index: 1 }], lost: [{ pciBusId: '00000000:c3:00.0' }] },
    });
  });

  const information = ['0000:3b:00.0', '0000:c3:00.0', '0000:1b:00.0']
    .map((busId, at) => {
      const file = `/proc/driver/nvidia/gpus/${busId}/information`;
      const uuid =
        at === 1 ? 'GPU-????????-????-????-????-????????????' : `GPU-4c1a0000-0000-0000-0000-00000000000${at}`;
      return `${file}:Model: \t\t NVIDIA L4\n${file}:GPU UUID: \t ${uuid}\n${file}:Device Minor: \t ${at}\n`;
    })
    .join('');

  it('asks the kernel module for the others when nvidia-smi gives up because of one', () => {
    const outputs = { list: printed(lostLine, 15), information: printed(information) };
    expect(gpuListProbe.parse(outputs)).toMatchObject({ state: 'ok', reason });
    expect(factsOf(gpuListProbe, outputs)).toEqual({
      gpus: [
        { index: 0, name: 'NVIDIA L4', uuid: 'GPU-4c1a0000-0000-0000-0000-000000000002', migDevices: [] },
        { index: 1, name: 'NVIDIA L4', uuid: 'GPU-4c1a0000-0000-0000-0000-000000000000', migDevices: [] },
      ],
      lost: [{ pciBusId: '00000000:c3:00.0', detail: 'GPU is lost.  Reboot the system to recover this GPU' }],
    });
    // Another trouble is that of all GPUs.
    const mismatch = printed('Failed to initialize NVML: Driver/library version mismatch\n', 18);
    expect(gpuListProbe.parse({ ...outputs, list: mismatch })).toMatchObject({ state: 'failed' });
  });

  it('refuses a list that is cut inside a line', () => {
    expect(gpuListProbe.parse({ list: printed(two.slice(0, -20)) })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuListProbe, { list: two + lostLine, information }, ({ gpus }) =>
      gpus.every((gpu) => gpu.uuid.length === 40),
    );
  });
});

describe.skipIf(!hasRecordings)('gpu-list probe on recorded lists', () => {
  it.each(recordingNames('gpu-nvidia', /^nvidia-smi-L__/))('reads %s', (name) => {
    const text = recording(name);
    const { gpus } = factsOf(gpuListProbe, { list: text });
    expect(gpus).toHaveLength((text.match(/^GPU \d/gm) ?? []).length);
    expect(gpus.flatMap((gpu) => gpu.migDevices)).toHaveLength((text.match(/^ +MIG /gm) ?? []).length);
  });

  it('reads the seven equal slices of a GPU', () => {
    const [gpu] = factsOf(gpuListProbe, { list: recording('gpu-nvidia/nvidia-smi-L__mig-single-80gb.txt') }).gpus;
    expect(gpu?.migDevices.map((device) => `${device.index} ${device.profile}`)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((index) => `${index} 1g.10gb`),
    );
    expect(gpu?.migDevices.at(-1)?.uuid).toBe('MIG-981c86e9-3607-57d7-9426-295347e4b925');
  });
});
