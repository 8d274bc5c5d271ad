import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { nvlinkProbe } from './nvlink-probe';

const head = 'GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-b4895dbf-9350-2524-a89b-98161ddd9fe4)\n';
const status = `${head}\t Link 0: 26.562 GB/s\n\t Link 1: <inactive>\n`;
const errors = `${head}\t Link 0: Replay Errors: 3\n\t Link 0: Recovery Errors: 0\n\t Link 0: CRC Errors: 12\n
\t Link 1: Replay Errors: 0\n\t Link 1: Recovery Errors: 1\n\t Link 1: CRC Errors: 0\n`;

describe('nvlink probe', () => {
  it('joins the state of each link with its errors', () => {
    expect(factsOf(nvlinkProbe, { status, errors })).toEqual({
      gpus: [
        {
          index: 0,
          name: 'NVIDIA H100 80GB HBM3',
          uuid: 'GPU-b4895dbf-9350-2524-a89b-98161ddd9fe4',
          support: 'links',
          said: null,
          links: [
            {
              link: 0,
              isActive: true,
              speedGBps: 26.562,
              replayErrors: 3,
              recoveryErrors: 0,
              crcErrors: 12,
              otherCounters: {},
            },
            {
              link: 1,
              isActive: false,
              speedGBps: null,
              replayErrors: 0,
              recoveryErrors: 1,
              crcErrors: 0,
              otherCounters: {},
            },
          ],
        },
      ],
    });
  });

  it('keeps the links when the errors could not be read, and does not take them for zero', () => {
    const { gpus } = factsOf(nvlinkProbe, { status });
    expect(gpus[0]?.links[0]).toMatchObject({ isActive: true, crcErrors: null });
  });

  it('keeps counters of NVLink 5 under the names that it has for them', () => {
    const newer = `${head}\t Link 0: Malformed packet Errors: 0\n\t Link 0: Effective Errors: 7\n\t Link 0: Effective BER: 15e-254\n`;
    const { gpus } = factsOf(nvlinkProbe, { status: `${head}\t Link 0: 50 GB/s\n`, errors: newer });
    expect(gpus[0]?.links[0]).toMatchObject({
      speedGBps: 50,
      replayErrors: null,
      otherCounters: { 'Malformed packet Errors': 0, 'Effective Errors': 7, 'Effective BER': 15e-254 },
    });
  });

  it('says what the driver says where there are no links', () => {
    const odd = `${head}NVML: Unable to retrieve NVLink information as all links are inActive\n`;
    expect(factsOf(nvlinkProbe, { status: odd }).gpus[0]).toMatchObject({
      support: 'unknown',
      said: 'NVML: Unable to retrieve NVLink information as all links are inActive',
      links: [],
    });
  });

  it('is not a list of GPUs, and not a list that was cut', () => {
    expect(nvlinkProbe.parse({ status: printed(head) }).state).toBe('unparsable');
    expect(nvlinkProbe.parse({ status: printed(`${head}\t Link 0: 26.5`) }).state).toBe('unparsable');
    expect(nvlinkProbe.parse({ status: printed('No devices were found\n', 6) })).toMatchObject({
      state: 'failed',
      reason: { key: 'probes.noDevices' },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(nvlinkProbe, { status, errors }, ({ gpus }) =>
      gpus.every(({ links, said }) => links.length > 0 || said !== null),
    );
  });
});

describe.skipIf(!hasRecordings)('nvlink probe on recorded outputs', () => {
  const summary = (name: string) =>
    factsOf(nvlinkProbe, { status: recording(`gpu-nvidia/nvidia-smi-nvlink-s__${name}.txt`) }).gpus.map(
      ({ index, support, links }) => [
        index,
        support,
        links.length,
        ...new Set(links.map(({ speedGBps }) => speedGBps)),
      ],
    );

  // Counted and read in the files by a person.
  it.each([
    ['h100-sxm-590.48.01', [[0, 'links', 18, 26.562]]],
    ['h100-mig-590.48.01', [[0, 'hidden', 0]]],
    ['l40s-595.80', [[0, 'none', 0]]],
    ['rtx4080super-595.71.05', [[0, 'none', 0]]],
    ['a100-azure-gpu', [[7, 'links', 12, 25]]],
    ['a100-sxm4', [0, 1, 2, 3, 4, 5, 6, 7].map((index) => [index, 'links', 12, 25])],
  ])('%s', (name, expected) => {
    expect(summary(name)).toEqual(expected);
  });
});
