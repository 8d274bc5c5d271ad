import { z } from 'zod';
import { type CommandRecord, commandRecordSchema } from './command';
import { messageSchema } from './text-schema';

export const probeStates = ['ok', 'missing-tool', 'denied', 'timeout', 'hung', 'unparsable', 'failed'] as const;
/** Outcome of a probe. Only `ok` carries facts; none of the others says anything about health. */
export type ProbeState = (typeof probeStates)[number];

/** One run of one probe on one host. `facts` has the shape of the probe's schema in `facts/index.ts`. */
export const probeResultSchema = z.object({
  hostId: z.string(),
  probeId: z.string(),
  state: z.enum(probeStates),
  reason: messageSchema.nullable(),
  facts: z.unknown(),
  observedAtMs: z.number(),
  durationMs: z.number(),
  commands: z.array(commandRecordSchema),
});
export type ProbeResult = z.infer<typeof probeResultSchema>;

/**
 * What is fixed about a probe. `sources` maps a fact path prefix (dots, no indexes) to the command that gave it; where one
 * stands in for another, `first|second`.
 */
export const probeInfoSchema = z.object({
  id: z.string(),
  /** The probe's facts as a variable in expressions: the id in camelCase. */
  factName: z.string(),
  commands: z.array(
    z.object({ id: z.string(), argv: z.array(z.string()), privilege: z.string(), timeoutMs: z.number() }),
  ),
  sources: z.record(z.string(), z.string()),
});
export type ProbeInfo = z.infer<typeof probeInfoSchema>;

/** Turns a probe id into its name in expressions: `gpu-processes` -> `gpuProcesses`. */
export function factName(probeId: string): string {
  return probeId.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Finds the command behind a fact path such as `gpus.3.memory.usedBytes` (indexes are ignored). Of several, the first that
 * ended well when it ran.
 */
export function commandOfFact(
  sources: Readonly<Record<string, string>>,
  path: string,
  commands: readonly Pick<CommandRecord, 'commandId' | 'state' | 'exitCode'>[] = [],
): string | null {
  const segments = path.split('.').filter((segment) => !/^\d+$/.test(segment));
  for (let length = segments.length; length >= 0; length -= 1) {
    const commandIds = sources[segments.slice(0, length).join('.')]?.split('|');
    if (commandIds === undefined) continue;
    const endedWell = commands.filter(({ state, exitCode }) => state === 'exited' && exitCode === 0);
    return commandIds.find((id) => endedWell.some(({ commandId }) => commandId === id)) ?? commandIds[0] ?? null;
  }
  return null;
}
