import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimFleet, startSimFleet } from './fleet';
import { l4Single } from './profiles';
import type { SimNode } from './sim-node';
import { collect, connect, open } from './testing/ssh-client';
import { realPaceMs } from './tools/pace';

describe('a fleet at real pace', () => {
  let fleet: SimFleet;
  beforeAll(async () => {
    fleet = await startSimFleet({ nodes: [l4Single], isAtRealPace: true });
  });
  afterAll(() => fleet.close());

  it('lets a slow tool wait and answers the same', async () => {
    const startedAt = performance.now();
    const client = await connect(fleet.nodes[0] as SimNode);
    const { stdout } = await collect(await open(client, 'nvidia-smi -L'));
    client.end();
    expect(performance.now() - startedAt).toBeGreaterThan(realPaceMs('nvidia-smi', ['-L']) - 50);
    expect(stdout).toContain('NVIDIA L4');
  });
});
