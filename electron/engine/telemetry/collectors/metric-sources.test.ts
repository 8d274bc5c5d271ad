import { describe, expect, it } from 'vitest';
import { metricIds, metricSpec } from '#shared/domain/telemetry/metrics';
import { hasRecordings, recording, recordingNames } from '../../probes/testing/recordings';
import { dmonColumns } from './nvidia-dmon/dmon-reader';
import { queryColumns } from './nvidia-gpu/query-columns';

const isField = (source: string): boolean => /^[a-z0-9_]+(\.[a-z0-9_]+)+/.test(source);
/** `a.b + .c` names two fields of which the second is short. */
const words = (source: string): string[] => source.split(/ \+ |, /).map((word) => word.replace(/^\./, ''));

describe('what a metric says that it is read from', () => {
  it('is what nvidia-smi is asked for, in that order', () => {
    for (const { metric, fields } of queryColumns) {
      const named = metricSpec(metric).sources.filter(isField);
      for (const [at, list] of fields.entries()) {
        const source = words(named[at] ?? named[0] ?? '');
        const isNamed = list.every((field) => source.some((word) => field.endsWith(word)));
        // Older drivers call the reasons of throttling otherwise.
        expect([metric, isNamed || (at > 0 && list[0]?.startsWith('clocks_throttle_reasons'))]).toEqual([metric, true]);
      }
    }
  });

  it('names no field or column that nobody asks for', () => {
    const asked = new Set([
      ...queryColumns.flatMap(({ fields }) => fields.flat()),
      ...dmonColumns.map(([name]) => `dmon ${name}`),
    ]);
    for (const id of metricIds.filter((each) => each.startsWith('gpu.'))) {
      for (const source of metricSpec(id).sources) {
        const [first = ''] = words(source);
        if (isField(source)) expect([id, [...asked].some((field) => field.endsWith(first))]).toEqual([id, true]);
        else if (source.startsWith('dmon ')) expect([id, asked.has(source)]).toEqual([id, true]);
      }
    }
  });

  it.skipIf(!hasRecordings)('are fields that drivers know', () => {
    const names = recordingNames('gpu-nvidia', /query-gpu-all/);
    const known = new Set(
      names.flatMap(
        (name) =>
          recording(name)
            .split('\n', 1)[0]
            ?.match(/[a-zA-Z0-9_.]+/g) ?? [],
      ),
    );
    expect(names.length).toBeGreaterThan(0);
    for (const { fields } of queryColumns) {
      expect([fields, fields.some((list) => list.every((field) => known.has(field)))]).toEqual([fields, true]);
    }
  });
});
