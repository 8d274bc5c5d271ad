import type { PlannedStep } from '#shared/domain/action';
import yaml from '../../../../shared/knowledge/actions/gpu-process-end.yaml?raw';
import { defineAction } from '../action';
import { parseActionKnowledge } from '../knowledge';
import { isDeadZombie, killableCheck } from './checks';
import { prepare } from './prepare';
import { inspect, sendSignal } from './signal';
import { parametersSchema, stateSchema } from './state';
import { verifyFreed } from './verify-freed';

/** Ends a process that holds GPU memory: TERM, ten seconds, KILL. Its identity is checked before each signal. */
export const gpuProcessEnd = defineAction({
  id: 'gpu-process-end',
  knowledge: () => parseActionKnowledge('shared/knowledge/actions/gpu-process-end.yaml', yaml),
  parametersSchema,
  stateSchema,
  prepare,

  async apply(context, state, steps, texts) {
    let stateLeft: string | null = null;
    await context.step('term', async () => {
      const sent = await sendSignal(context, state.pid, commandStep(steps, 'term'), texts);
      stateLeft = sent.stateLeft;
      return sent.result;
    });
    await context.step('kill', async () => {
      if (stateLeft === null) return { state: 'skipped', evidenceId: null, detail: texts('notNeeded') };
      const sent = await sendSignal(context, state.pid, commandStep(steps, 'kill'), texts);
      if (sent.stateLeft === null) return sent.result;
      const { inspection } = await inspect(context, state.pid, state.privilege);
      const why = inspection?.kind === 'found' ? killableCheck(inspection, texts) : null;
      const detail = why?.outcome === 'fail' ? why.detail : sent.result.detail;
      return { ...sent.result, state: 'failed', detail };
    });
  },

  verify: verifyFreed,

  async ask(context, { pid, process, privilege }, texts) {
    const { inspection } = await inspect(context, pid, privilege);
    if (!inspection || !process) return { state: 'unknown', detail: texts('askUnknown', { pid }) };
    if (inspection.kind === 'gone') return { state: 'applied', detail: texts('askGone', { pid }) };
    if (inspection.bootId !== process.bootId || inspection.startTime !== process.startTime) {
      return { state: 'applied', detail: texts('askOther', { pid }) };
    }
    if (isDeadZombie(inspection)) return { state: 'applied', detail: texts('endedZombie') };
    return { state: 'not-applied', detail: texts('askAlive', { pid, state: inspection.state }) };
  },

  undo: null,
});

function commandStep(steps: readonly PlannedStep[], id: string): Extract<PlannedStep, { kind: 'command' }> {
  const found = steps.find((step) => step.id === id);
  if (found?.kind !== 'command') throw new Error(`the plan has no command ${id}`);
  return found;
}
