import { z } from 'zod';
import type { FactsOf } from '#shared/domain/facts/index';
import type { LocalizedText } from '#shared/domain/text';
import type { Texts } from '../knowledge';

export const modes = ['on', 'off'] as const;
export type Mode = (typeof modes)[number];

/** A GPU whose mode an action changes, with the mode it had. */
export const changedGpuSchema = z.object({ index: z.number(), uuid: z.string(), before: z.enum(modes) });
export type ChangedGpu = z.infer<typeof changedGpuSchema>;

export interface GpuMode {
  readonly index: number;
  readonly uuid: string | null;
  readonly mode: Mode | null;
}

export function modesOf(facts: FactsOf<'gpu'>): GpuMode[] {
  return facts.gpus.map(({ index, uuid, isPersistenceModeOn }) => ({
    index,
    uuid,
    mode: isPersistenceModeOn === null ? null : isPersistenceModeOn ? 'on' : 'off',
  }));
}

export function describeModes(
  gpus: ReadonlyArray<{ index: number; mode: Mode | null }>,
  texts: Texts,
): Required<LocalizedText> {
  const said = gpus.map(({ index, mode }) => texts('gpuMode', { index, mode: texts(mode ?? 'unknown') }));
  return { en: said.map(({ en }) => en).join(', '), 'zh-CN': said.map((one) => one['zh-CN']).join('，') };
}

/** The current mode of the GPUs an action changed; null where it can't be told any more. */
export function currentModes(changed: readonly ChangedGpu[], facts: FactsOf<'gpu'>): GpuMode[] {
  const now = modesOf(facts);
  return changed.map(({ index, uuid }) => ({ index, uuid, mode: now.find((gpu) => gpu.uuid === uuid)?.mode ?? null }));
}
