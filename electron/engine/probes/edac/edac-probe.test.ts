import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { edacProbe } from './edac-probe';

const edac = `mc0/mc_name:Intel_5100
mc0/size_mb:65536
mc0/ce_count:3
mc0/ue_count:0
mc0/ce_noinfo_count:1
mc0/ue_noinfo_count:0
mc0/seconds_since_reset:86400
mc0/dimm0/dimm_label:CPU_SrcID#0_MC#0_Chan#0_DIMM#0
mc0/dimm10/dimm_label:CPU_SrcID#0_MC#0_Chan#1_DIMM#0
mc0/dimm0/dimm_location:channel 0 slot 0
mc0/dimm0/size:32768
mc0/dimm0/dimm_ce_count:2
mc0/dimm0/dimm_ue_count:0
mc0/dimm10/dimm_ce_count:0
mc1/ce_count:0
mc1/ue_count:0
edac:end
`;

describe('edac probe', () => {
  it('reads the counts of controllers and of the modules behind them', () => {
    const facts = factsOf(edacProbe, { edac });
    expect(facts.isFirmwareFirst).toBe(false);
    expect(facts.controllers).toHaveLength(2);
    expect(facts.controllers[0]).toEqual({
      name: 'mc0',
      title: 'Intel_5100',
      sizeBytes: 64 * 1024 ** 3,
      correctedErrors: 3,
      uncorrectedErrors: 0,
      correctedUnplaced: 1,
      uncorrectedUnplaced: 0,
      secondsSinceReset: 86_400,
      modules: [
        {
          name: 'dimm0',
          label: 'CPU_SrcID#0_MC#0_Chan#0_DIMM#0',
          location: 'channel 0 slot 0',
          sizeBytes: 32 * 1024 ** 3,
          correctedErrors: 2,
          uncorrectedErrors: 0,
        },
        {
          name: 'dimm10',
          label: 'CPU_SrcID#0_MC#0_Chan#1_DIMM#0',
          location: null,
          sizeBytes: null,
          correctedErrors: 0,
          uncorrectedErrors: null,
        },
      ],
    });
    expect(facts.controllers[1]).toMatchObject({ name: 'mc1', sizeBytes: null, modules: [] });
  });

  it('tells a platform whose firmware keeps the errors from one without any', () => {
    expect(factsOf(edacProbe, { edac: 'edac:hest\nedac:end\n' })).toEqual({ controllers: [], isFirmwareFirst: true });
    expect(factsOf(edacProbe, { edac: 'edac:end\n' })).toEqual({ controllers: [], isFirmwareFirst: false });
    expect(edacProbe.parse({ edac: printed('') })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(edacProbe, { edac });
  });

  it.skipIf(!hasRecordings)('reads sysfs-edac__mc0.txt: chip-select rows of an older kernel', () => {
    expect(factsOf(edacProbe, { edac: recording('kernel-log/sysfs-edac__mc0.txt') })).toEqual({
      controllers: [
        {
          name: 'mc0',
          title: null,
          sizeBytes: null,
          correctedErrors: 1,
          uncorrectedErrors: 5,
          correctedUnplaced: 2,
          uncorrectedUnplaced: 6,
          secondsSinceReset: null,
          modules: [
            ['csrow0', 'mc0csrow0channel0, mc0csrow0channel1', 3, 4],
            ['csrow1', 'mc0csrow1channel0, mc0csrow1channel1', 0, 4],
            ['csrow2', 'mc0csrow2channel0, mc0csrow2channel1', 0, 5],
          ].map(([name, label, correctedErrors, uncorrectedErrors]) => ({
            name,
            label,
            location: null,
            sizeBytes: null,
            correctedErrors,
            uncorrectedErrors,
          })),
        },
      ],
      isFirmwareFirst: null,
    });
  });
});
