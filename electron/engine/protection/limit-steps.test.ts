import { describe, expect, it } from 'vitest';
import { createLimitSteps, type LimitStepsDeps } from './limit-steps';

const uuids = Array.from({ length: 8 }, (_, index) => `GPU-aaaaaaaa-0000-1111-2222-00000000000${index}`);

/** A node with eight GPUs; a set that names `bad` fails as a whole. */
function node(bad?: string) {
  const asked: string[] = [];
  const stdout = new TextEncoder().encode(
    uuids.map((uuid, index) => `${index}, ${uuid}, 700.00, 200.00, 700.00\n`).join(''),
  );
  const deps = {
    hosts: {
      spec: () => ({ name: 'a' }),
      open: async () => ({
        exec: async () => {
          asked.push('read');
          return { state: 'exited', exitCode: 0, stdout };
        },
      }),
    },
    incidents: { list: () => [{ id: 'i', state: 'open', hostIds: ['a'], updatedAtMs: 0 }] },
    actions: {
      plan: async ({ parameters }: { parameters: { watts: number; gpuUuids: string } }) => {
        const isBlocked = bad !== undefined && parameters.gpuUuids.includes(bad);
        asked.push(`set ${parameters.watts} on ${parameters.gpuUuids.split(',').length}`);
        return { id: 'p', fingerprint: 'f', isAlreadyDone: false, isBlocked, checks: [] };
      },
      changedBy: async () => {
        asked.push('who changes it');
        return null;
      },
      apply: async () => ({ id: 'r', state: 'verified', steps: [] }),
      watch: async function* () {},
    },
  };
  return { asked, steps: createLimitSteps(deps as unknown as LimitStepsDeps) };
}
const of = (gpuUuid: string) => ({ hostId: 'a', gpuUuid, lever: 'power-limit' as const });

describe('steps of the GPUs of one node', () => {
  it('that are wanted at once are read and set in one round, whatever each of them is', async () => {
    const { asked, steps } = node();
    const readings = await Promise.all(uuids.map((uuid) => steps.read(of(uuid))));
    expect(readings.map((reading) => reading?.uuid)).toEqual(uuids);
    await Promise.all(uuids.map(() => steps.changedBy('a')));
    const wanted = uuids.map((uuid, at) => steps.set(of(uuid), { value: at < 6 ? 595 : 490, original: 700 }));
    expect((await Promise.all(wanted)).map(({ outcome }) => outcome)).toEqual(uuids.map(() => 'done'));
    expect(asked).toEqual(['read', 'who changes it', 'set 595 on 6', 'set 490 on 2']);
  });

  it('fail for the one that fails, not for the others', async () => {
    const { steps } = node(uuids[3]);
    const ends = await Promise.all(uuids.map((uuid) => steps.set(of(uuid), { value: 595, original: 700 })));
    expect(ends.map(({ outcome }) => outcome)).toEqual(uuids.map((_, at) => (at === 3 ? 'failed' : 'done')));
  });
});
