import fc from 'fast-check';
import { expect } from 'vitest';
import type { CommandOutput } from '#shared/domain/command';
import { type FactsOf, factsSchemas, type ProbeId } from '#shared/domain/facts/index';
import type { Probe } from '../probe';
import { printed } from './recordings';

/** The facts of a probe whose commands printed this; fails when there are none or they break the schema. */
export function factsOf<Id extends ProbeId>(
  probe: Probe<Id>,
  outputs: Readonly<Record<string, string | CommandOutput>>,
): FactsOf<Id> {
  const result = probe.parse(outputsOf(outputs));
  if (result.state !== 'ok') throw new Error(`${probe.id}: ${result.state} ${JSON.stringify(result.reason)}`);
  return factsSchemas[probe.id].strict().parse(result.facts) as FactsOf<Id>;
}

export function outputsOf(outputs: Readonly<Record<string, string | CommandOutput>>): Record<string, CommandOutput> {
  return Object.fromEntries(
    Object.entries(outputs).map(([id, output]) => [id, typeof output === 'string' ? printed(output) : output]),
  );
}

/**
 * A parser is total: whatever its commands print, it says `ok` with facts of its schema or names a reason. Tried with
 * noise, with good output cut anywhere, with bytes changed, and with each command missing or failed.
 */
export function expectTotal<Id extends ProbeId>(
  probe: Probe<Id>,
  good: Readonly<Record<string, string>>,
  isSensible: (facts: FactsOf<Id>) => boolean = () => true,
): void {
  const ids = probe.commands.map((command) => command.id);
  const noise = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 300 }));
  const damaged = (text: string) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.nat(text.length).map((length) => text.slice(0, length)) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.nat(text.length), fc.nat(200), fc.string({ unit: 'binary', maxLength: 20 }))
          .map(([at, length, other]) => text.slice(0, at) + other + text.slice(at + length)),
      },
      { weight: 1, arbitrary: noise },
      { weight: 1, arbitrary: noise.map((before) => `${before}\n${text}`) },
    );
  const output = (id: string) =>
    fc.oneof(
      { weight: 1, arbitrary: fc.constant(undefined) },
      {
        weight: 6,
        arbitrary: fc.record({
          state: fc.oneof(
            { weight: 6, arbitrary: fc.constant('exited' as const) },
            fc.constantFrom('missing-tool' as const, 'denied' as const, 'timeout' as const, 'hung' as const),
            fc.constantFrom('skipped' as const, 'cancelled' as const, 'lost' as const),
          ),
          exitCode: fc.constantFrom(0, 0, 0, 1, 127, null),
          stdout: damaged(good[id] ?? ''),
          stderr: fc.oneof(fc.constant(''), noise),
          isTruncated: fc.boolean(),
        }),
      },
    );
  fc.assert(
    fc.property(fc.tuple(...ids.map(output)), (outputs) => {
      const named = Object.fromEntries(ids.map((id, index) => [id, outputs[index]]));
      const result = probe.parse(named as Record<string, CommandOutput | undefined>);
      if (result.state !== 'ok') {
        expect(result.reason.key).toMatch(/^probes\.\w+$/);
        return;
      }
      const checked = factsSchemas[probe.id].safeParse(result.facts);
      expect(checked.error?.message).toBeUndefined();
      expect(isSensible(result.facts)).toBe(true);
    }),
    { numRuns: 150 },
  );
}

/** Every null of a record, by its path; to be held against the record's absences. */
export function nullPaths(value: unknown, path = ''): string[] {
  if (value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, child]) =>
    path === '' && name === 'absences' ? [] : nullPaths(child, path === '' ? name : `${path}.${name}`),
  );
}
