import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { gpuMigProbe } from './gpu-mig-probe';

const gpuInstances = `+-------------------------------------------------------+
| GPU instances:                                        |
| GPU   Name             Profile  Instance   Placement  |
|                          ID       ID       Start:Size |
|=======================================================|
|   0  MIG 1g.10gb         19        9          2:1     |
+-------------------------------------------------------+
|   0  MIG 3g.40gb          9        2          4:4     |
+-------------------------------------------------------+
`;
const computeInstances = `+--------------------------------------------------------------------+
| Compute instances:                                                 |
| GPU     GPU       Name             Profile   Instance   Placement  |
|       Instance                       ID        ID       Start:Size |
|         ID                                                         |
|====================================================================|
|   0      9       MIG 1g.10gb          0         0          0:1     |
+--------------------------------------------------------------------+
`;
const profiles = `+-----------------------------------------------------------------------------+
| GPU instance profiles:                                                      |
| GPU   Name             ID    Instances   Memory     P2P    SM    DEC   ENC  |
|                              Free/Total   GiB              CE    JPEG  OFA  |
|=============================================================================|
|   0  MIG 1g.10gb       19     3/7        9.75       No     16     1     0   |
|                                                             1     1     0   |
+-----------------------------------------------------------------------------+
`;
const good = { 'gpu-instances': gpuInstances, 'compute-instances': computeInstances, profiles };

describe('gpu-mig probe', () => {
  it('reads instances, compute instances and what else would fit', () => {
    expect(factsOf(gpuMigProbe, good)).toEqual({
      gpuInstances: [
        { gpuIndex: 0, profile: '1g.10gb', profileId: 19, instanceId: 9, placement: '2:1' },
        { gpuIndex: 0, profile: '3g.40gb', profileId: 9, instanceId: 2, placement: '4:4' },
      ],
      computeInstances: [{ gpuIndex: 0, gpuInstanceId: 9, profile: '1g.10gb', instanceId: 0 }],
      profiles: [
        {
          gpuIndex: 0,
          profile: '1g.10gb',
          profileId: 19,
          freeInstances: 3,
          totalInstances: 7,
          memoryBytes: Math.round(9.75 * 1024 ** 3),
        },
      ],
    });
  });

  it('finds nothing where MIG is off', () => {
    expect(factsOf(gpuMigProbe, { 'gpu-instances': 'No MIG-enabled devices found.\n' })).toEqual({
      gpuInstances: [],
      computeInstances: [],
      profiles: [],
    });
  });

  it('does not take a refusal for an empty list', () => {
    const refused = printed('Unable to list GPU instances: Insufficient Permissions\n', 4);
    expect(gpuMigProbe.parse({ 'gpu-instances': refused, profiles: printed(profiles) })).toMatchObject({
      state: 'denied',
      reason: { key: 'probes.nvmlNoPermission' },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuMigProbe, good);
  });
});
