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
    });
  });

  it('refuses a list that is cut inside a line', () => {
    expect(gpuListProbe.parse({ list: printed(two.slice(0, -20)) })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuListProbe, { list: two }, ({ gpus }) => gpus.every((gpu) => gpu.uuid.length === 40));
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
