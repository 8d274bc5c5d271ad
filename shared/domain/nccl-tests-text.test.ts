import { describe, expect, it } from 'vitest';
import { parseNcclTestsText } from './nccl-tests-text';

const head = `# nThread 1 nGpus 1 minBytes 33554432 maxBytes 1073741824
#  Rank  0 Group  0 Pid  66421 on node01 device  0 [0x00] NVIDIA A100-SXM4-80GB
#  Rank  1 Group  0 Pid  66422 on node02 device  1 [0x00] NVIDIA A100-SXM4-80GB
#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
`;
const rows = `    33554432       8388608     float     sum      -1    344.8   97.32  170.31      0    349.5   95.99  167.99      0
  1073741824     268435456     float     sum      -1   8109.1  132.41  231.72      0   8109.7  132.40  231.80      2
# Avg bus bandwidth    : 210.99
`;

describe('what nccl-tests print', () => {
  it('is read at the largest message', () => {
    expect(parseNcclTestsText(head + rows)).toEqual({
      sizeBytes: 1_073_741_824,
      busGBytesPerSec: 231.8,
      ranks: 2,
      nodes: 2,
      gpuName: 'NVIDIA A100-SXM4-80GB',
      nvlinkGBytesPerSec: 300,
      wrong: 2,
    });
  });

  it('without its head tells no GPU', () => {
    expect(parseNcclTestsText(rows)).toMatchObject({ gpuName: null, ranks: null, nvlinkGBytesPerSec: null });
  });

  it.each([
    ['NVIDIA H100 80GB HBM3', 450],
    ['NVIDIA H100 PCIe', null],
    ['NVIDIA H100 NVL', null],
    ['NVIDIA H200', 450],
    ['NVIDIA B200', 900],
    ['NVIDIA GB200', 900],
    ['NVIDIA L40S', null],
    ['NVIDIA A100-PCIE-40GB', null],
  ])('knows the NVLink rate of %s: %s', (name, rate) => {
    const text = head.replaceAll('NVIDIA A100-SXM4-80GB', name) + rows;
    expect(parseNcclTestsText(text)?.nvlinkGBytesPerSec).toBe(rate);
  });

  it.each(['', 'NCCL version 2.16.2+cuda11.6', '1 2 3'])('is nothing without a row: %j', (text) => {
    expect(parseNcclTestsText(text)).toBeNull();
  });
});
