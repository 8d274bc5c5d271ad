import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { nvidiaContainerToolkitProbe } from './nvidia-container-toolkit-probe';

const version = 'NVIDIA Container Toolkit CLI version 1.16.2\ncommit: a5a5833c14a15fd9c86bcece85d5ec6621b65652\n';
const cdi = 'INFO[0000] Found 3 CDI devices\nnvidia.com/gpu=0\nnvidia.com/gpu=1:0\nnvidia.com/gpu=all\n';

const files = `== /etc/cdi/vendor.json
"cdiVersion": "0.6.0
"kind": "example.com/net
== /var/run/cdi/nvidia.yaml
cdiVersion: 0.5.0
kind: nvidia.com/gpu
libcuda.so.550.90.07
`;

describe('nvidia-container-toolkit probe', () => {
  it('reads the version and the CDI devices', () => {
    expect(factsOf(nvidiaContainerToolkitProbe, { version, cdi, 'cdi-files': files })).toEqual({
      version: '1.16.2',
      cdiDevices: ['nvidia.com/gpu=0', 'nvidia.com/gpu=1:0', 'nvidia.com/gpu=all'],
      cdiFiles: [
        { path: '/etc/cdi/vendor.json', kind: 'example.com/net', cdiVersion: '0.6.0', driverVersion: null },
        { path: '/var/run/cdi/nvidia.yaml', kind: 'nvidia.com/gpu', cdiVersion: '0.5.0', driverVersion: '550.90.07' },
      ],
    });
  });

  it('refuses output without a version', () => {
    expect(nvidiaContainerToolkitProbe.parse({ version: printed('hello') })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(nvidiaContainerToolkitProbe, { version, cdi, 'cdi-files': files });
  });
});
