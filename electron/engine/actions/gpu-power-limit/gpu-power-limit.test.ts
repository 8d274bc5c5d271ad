import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { l4Single } from '../../../sim/index';
import { type SimulatedNodes, startSimulatedNodes } from '../../testing/simulated-nodes';
import { parseLimits } from './power-limits';

let nodes: SimulatedNodes;
beforeEach(async () => {
  nodes = await startSimulatedNodes([l4Single]);
});
afterEach(() => nodes.close());

const plan = (parameters: Record<string, unknown>) =>
  nodes.client.actions.plan({ actionId: 'gpu-power-limit', hostId: nodes.at(0).hostId, parameters });
const limitW = () => nodes.at(0).node.model.gpus[0]?.powerLimitW;

async function settled(runId: string) {
  let last = null;
  for await (const run of await nodes.client.actions.watch({ runId })) last = run;
  return last;
}

describe('gpu-power-limit', () => {
  it('sets what the driver allows, is believed only by the driver’s word, and puts back what was', async () => {
    const shown = await plan({ watts: 50 });
    expect(shown).toMatchObject({ isBlocked: false, needsRoot: true, risk: 'reversible' });
    expect(limitW()).toBe(72);
    const { id } = await nodes.client.actions.apply({ planId: shown.id, fingerprint: shown.fingerprint });
    expect(await settled(id)).toMatchObject({
      state: 'verified',
      verification: { detail: { en: 'Before: GPU 0: 72 W. Now: GPU 0: 50 W.' } },
    });
    expect(limitW()).toBe(50);
    expect(await plan({ watts: 50 })).toMatchObject({ isAlreadyDone: true, steps: [] });
    await nodes.client.actions.undo({ runId: id });
    expect(await settled(id)).toMatchObject({ state: 'undone' });
    expect(limitW()).toBe(72);
  });

  it('refuses what the driver would, and a login without root, with the line for sudoers', async () => {
    const outside = await plan({ watts: 900 });
    expect(outside.isBlocked).toBe(true);
    expect(outside.checks.map(({ detail }) => detail.en).join()).toContain('900 W is not allowed: GPU 0: 40 to 72 W');
    nodes.at(0).node.inject('no-sudo');
    const denied = await plan({ watts: 50 });
    expect(denied.isBlocked).toBe(true);
    expect(denied.checks.map(({ detail }) => detail.en).join()).toContain('/usr/bin/nvidia-smi -i * -pl *');
  });
});

describe('parseLimits', () => {
  it('takes limits that are not there, and any other line, for nothing', () => {
    const uuid = 'GPU-aaaaaaaa-0000-1111-2222-333344445555';
    expect(parseLimits(`0, ${uuid}, 700.00, 200.00, 700.00\n1, ${uuid}, [N/A], [N/A], [N/A]\n\u001b[2J, x\n`)).toEqual([
      { index: 0, uuid, limits: { limitW: 700, leastW: 200, mostW: 700 } },
      { index: 1, uuid, limits: null },
    ]);
  });
});
