import { describe, expect, it } from 'vitest';
import { factsSchemas, type ProbeId } from '#shared/domain/facts/index';
import { allProbes } from './all';
import { parseRecorded } from './parse-recorded';
import { coveredRecordings, spokenRecordings } from './testing/covered-recordings';
import { hasRecordings, recording, recordingNames } from './testing/recordings';

const kinds = ['fabric', 'gpu-amd', 'gpu-nvidia', 'host', 'kernel-log', 'power-cooling', 'software', 'storage'];
const names = kinds.flatMap((kind) => recordingNames(kind, /./));
const isCovered = (id: ProbeId, name: string) => coveredRecordings[id]?.some((pattern) => pattern.test(name)) ?? false;

describe.skipIf(!hasRecordings)('the recordings', () => {
  it.each(allProbes.map(({ id }) => id))(
    'are read by %s where they are its own, and refused where they are not',
    (id) => {
      const states = names.map((name) => {
        const { state, reason, facts } = parseRecorded(id, recording(name));
        if (state === 'ok') expect(factsSchemas[id].safeParse(facts).error?.message).toBeUndefined();
        else expect(reason?.key).toMatch(/^probes\./);
        return [name, state === 'ok'];
      });
      expect(states.filter(([name, isOk]) => isOk !== isCovered(id, String(name)))).toEqual([]);
      for (const pattern of coveredRecordings[id] ?? []) expect(names.some((name) => pattern.test(name))).toBe(true);
    },
  );

  it.each(spokenRecordings)('that hold what a tool says instead of a report are understood: $pattern', (spoken) => {
    const found = names.filter((name) => spoken.pattern.test(name));
    expect(found.map((name) => parseRecorded(spoken.probeId, recording(name)).reason?.key)).toEqual([spoken.reason]);
  });
});
