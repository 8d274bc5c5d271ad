import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { l4Single } from '../../../sim/index';
import { type SimulatedNodes, startSimulatedNodes } from '../../testing/simulated-nodes';
import { parseClocks } from './clock-ceilings';

let nodes: SimulatedNodes;
beforeEach(async () => {
  nodes = await startSimulatedNodes([l4Single]);
}, 60_000);
afterEach(() => nodes.close());

const plan = (parameters: Record<string, unknown>) =>
  nodes.client.actions.plan({ actionId: 'gpu-clock-ceiling', hostId: nodes.at(0).hostId, parameters });
const ceilingMhz = () => nodes.at(0).node.model.gpus[0]?.clockCeilingMhz;

async function settled(runId: string) {
  let last = null;
  for await (const run of await nodes.client.actions.watch({ runId })) last = run;
  return last;
}

describe('gpu-clock-ceiling', () => {
  it('sets a ceiling and takes it away, and says that a lock of others can’t be read; refuses without root', async () => {
    const shown = await plan({ megahertz: 900 });
    expect(shown).toMatchObject({ isBlocked: false, needsRoot: true, risk: 'reversible' });
    expect(shown.steps.map(({ commandLine }) => commandLine).join()).toContain('-lgc 0,900');
    expect(shown.undo?.en).toContain('also one that was there before');
    const { id } = await nodes.client.actions.apply({ planId: shown.id, fingerprint: shown.fingerprint });
    expect(await settled(id)).toMatchObject({ state: 'verified' });
    expect(ceilingMhz()).toBe(900);
    await nodes.client.actions.undo({ runId: id });
    expect(await settled(id)).toMatchObject({ state: 'undone' });
    expect(ceilingMhz()).toBeNull();

    expect((await plan({ megahertz: 9000 })).isBlocked).toBe(true);
    nodes.at(0).node.inject('no-sudo');
    const denied = await plan({ megahertz: 900 });
    expect(denied.isBlocked).toBe(true);
    expect(denied.checks.map(({ detail }) => detail.en).join()).toContain('/usr/bin/nvidia-smi -i * -lgc *');
  }, 60_000);
});

describe('parseClocks', () => {
  it('takes clocks that are not there, and any other line, for nothing', () => {
    const uuid = 'GPU-aaaaaaaa-0000-1111-2222-333344445555';
    expect(parseClocks(`0, ${uuid}, 1200, 1980\n1, ${uuid}, [N/A], [N/A]\n[2J, x\n`)).toEqual([
      { index: 0, uuid, clocks: { nowMhz: 1200, topMhz: 1980 } },
      { index: 1, uuid, clocks: null },
    ]);
  });
});
