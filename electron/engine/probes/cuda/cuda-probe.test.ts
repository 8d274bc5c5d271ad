import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { cudaProbe } from './cuda-probe';

const toolkits = `== /usr/local/cuda
{
   "cuda" : {
      "name" : "CUDA SDK",
      "version" : "12.4.1"
   }
}
== /usr/local/cuda-10.1
CUDA Version 10.1.243

== /usr/local/cuda-9
-> /usr/local/cuda-9

== /opt/cuda
-> /opt/cuda

== done
`;
const nvcc = 'nvcc: NVIDIA (R) Cuda compiler driver\nCuda compilation tools, release 12.4, V12.4.131\n';

describe('cuda probe', () => {
  it('reads toolkits of both layouts and the compiler', () => {
    expect(factsOf(cudaProbe, { toolkits, nvcc })).toEqual({
      toolkits: [
        { path: '/usr/local/cuda', version: '12.4.1' },
        { path: '/usr/local/cuda-10.1', version: '10.1.243' },
        { path: '/usr/local/cuda-9', version: '9' },
        { path: '/opt/cuda', version: null },
      ],
      nvccVersion: '12.4.131',
    });
  });

  it('tells no toolkit from a list cut short', () => {
    expect(factsOf(cudaProbe, { toolkits: '== done\n' })).toEqual({ toolkits: [], nvccVersion: null });
    expect(cudaProbe.parse({ toolkits: printed(toolkits.slice(0, 60)) })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(cudaProbe, { toolkits, nvcc });
  });
});
