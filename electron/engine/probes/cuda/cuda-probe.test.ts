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

== libraries
lib /usr/lib/x86_64-linux-gnu/libnccl.so.2.21.5
lib /usr/local/cuda-12.4/lib64/libcudnn.so.9.1.0
header /usr/include/cudnn_version.h
#define CUDNN_MAJOR 8
#define CUDNN_MINOR 9
#define CUDNN_PATCHLEVEL 7
header /usr/include/nccl.h
#define NCCL_MAJOR 2
#define NCCL_MINOR 21
#define NCCL_PATCH 5
rocm /opt/rocm-6.2.0/.info/version 6.2.0-66
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
      libraries: [
        { name: 'nccl', version: '2.21.5', path: '/usr/lib/x86_64-linux-gnu/libnccl.so.2.21.5' },
        { name: 'cudnn', version: '9.1.0', path: '/usr/local/cuda-12.4/lib64/libcudnn.so.9.1.0' },
        { name: 'cudnn', version: '8.9.7', path: '/usr/include/cudnn_version.h' },
        { name: 'rocm', version: '6.2.0', path: '/opt/rocm-6.2.0/.info/version' },
      ],
    });
  });

  it('tells no toolkit from a list cut short', () => {
    expect(factsOf(cudaProbe, { toolkits: '== done\n' })).toEqual({ toolkits: [], nvccVersion: null, libraries: [] });
    expect(cudaProbe.parse({ toolkits: printed(toolkits.slice(0, 60)) })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(cudaProbe, { toolkits, nvcc });
  });
});
