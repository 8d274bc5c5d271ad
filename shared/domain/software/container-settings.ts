import { z } from 'zod';

/** One container as `docker inspect NAME` tells it, as far as setup has to know. */
export const containerSettingsSchema = z.object({
  id: z.string(),
  /** As it was asked for: with its tag, or its digest. */
  image: z.string(),
  isRunning: z.boolean(),
  /** `running`, `restarting`, `exited` … */
  state: z.string(),
  restartCount: z.number(),
  labels: z.record(z.string(), z.string()),
});
export type ContainerSettings = z.infer<typeof containerSettingsSchema>;

const inspected = z
  .array(
    z.object({
      Id: z.string(),
      RestartCount: z.number().default(0),
      State: z.object({ Status: z.string(), Running: z.boolean() }),
      Config: z.object({ Image: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
    }),
  )
  .length(1);

/** Null: the text is not what `docker inspect` prints for one container. */
export function readContainerSettings(text: string): ContainerSettings | null {
  const parsed = inspected.safeParse(jsonOf(text));
  const [one] = parsed.success ? parsed.data : [];
  if (one === undefined) return null;
  return {
    id: one.Id,
    image: one.Config.Image,
    isRunning: one.State.Running && one.State.Status === 'running',
    state: one.State.Status,
    restartCount: one.RestartCount,
    labels: one.Config.Labels ?? {},
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
