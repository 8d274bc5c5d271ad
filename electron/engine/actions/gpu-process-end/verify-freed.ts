import type { FactsOf } from '#shared/domain/facts/index';
import type { ActionContext, Verification } from '../action';
import type { Texts } from '../knowledge';
import { mebibytes } from './gpu-memory';
import type { State } from './state';

/** The driver needs a moment to take the memory back (fix register, X-A1). */
const limitSeconds = 15;
const freedShare = 0.8;

/** Reads the GPUs until the process is off them and its memory is back, or the time is up. */
export async function verifyFreed(context: ActionContext, state: State, texts: Texts): Promise<Verification> {
  const startedAtMs = context.nowMs();
  for (;;) {
    const verification = await look(context, state, texts);
    if (verification.outcome === 'pass' || context.nowMs() - startedAtMs >= limitSeconds * 1000) return verification;
    await context.wait(1000);
  }
}

async function look(context: ActionContext, state: State, texts: Texts): Promise<Verification> {
  const { pid } = state;
  const gpu = await context.probe('gpu');
  const processes = await context.probe('gpu-processes');
  if (!gpu) return { outcome: 'unknown', detail: texts('cannotVerify') };
  const isListed =
    gpu.gpus.some((one) => one.processes.some((row) => row.pid === pid)) ||
    (processes?.processes ?? []).some((row) => row.pid === pid);
  const compared = state.holds.map((hold) => compare(hold, gpu));
  const changes = compared.map((one) => one.text).join(', ');
  const params = { pid, seconds: limitSeconds, changes };
  if (isListed) return { outcome: 'fail', detail: texts('stillListed', params) };
  if (compared.some((one) => one.isFreed === false))
    return { outcome: 'fail', detail: texts('memoryNotFreed', params) };
  return { outcome: 'pass', detail: texts('verified', params) };
}

/** `isFreed` null: not known how much it held, or how much is used. */
function compare(hold: State['holds'][number], gpu: FactsOf<'gpu'>): { isFreed: boolean | null; text: string } {
  const now =
    gpu.gpus.find((one) => one.uuid === hold.gpuUuid || one.pciBusId === hold.gpuUuid)?.memory.usedBytes ?? null;
  const text = `GPU ${hold.gpuIndex ?? hold.gpuUuid}: ${mebibytes(hold.gpuUsedBytes)} → ${mebibytes(now)}`;
  if (hold.gpuUsedBytes === null || now === null || hold.heldBytes === null) return { isFreed: null, text };
  return { isFreed: hold.gpuUsedBytes - now >= hold.heldBytes * freedShare, text };
}
