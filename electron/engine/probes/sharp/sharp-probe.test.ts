import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { sharpProbe } from './sharp-probe';

const text = `library:/opt/mellanox/sharp/lib/libsharp.so
library:/opt/hpcx-v2.18/nccl_rdma_sharp_plugin/lib/libnccl-net.so
manager:installed
package:sharp 3.6.0.MLNX20240220.e669b4e8-1.2401033 installed
package:hpcx  not-installed
sharp:end
`;

describe('sharp probe', () => {
  it('lists the software that is there, without saying that it works', () => {
    expect(factsOf(sharpProbe, { sharp: text })).toEqual({
      libraries: ['/opt/mellanox/sharp/lib/libsharp.so', '/opt/hpcx-v2.18/nccl_rdma_sharp_plugin/lib/libnccl-net.so'],
      packages: [{ name: 'sharp', version: '3.6.0.MLNX20240220.e669b4e8-1.2401033' }],
      hasAggregationManager: true,
      isAggregationManagerRunning: false,
    });
  });

  it('is fine on a node without any, and says when its output ends early', () => {
    expect(factsOf(sharpProbe, { sharp: 'sharp:end\n' })).toMatchObject({ libraries: [], packages: [] });
    expect(sharpProbe.parse({ sharp: printed('library:/opt') })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(sharpProbe, { sharp: text });
  });
});
