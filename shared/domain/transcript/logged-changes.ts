import { z } from 'zod';
import type { RecentChangesFacts } from '../facts/software';

/** What the node's own logs and files date, by its clock. */
export const loggedChangeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('package'),
    atMs: z.number(),
    change: z.enum(['install', 'upgrade', 'remove', 'purge', 'written']),
    name: z.string(),
    from: z.string().nullable(),
    to: z.string().nullable(),
  }),
  /** `isAfterShutdown` false: the boot before ended in a crash, a reset or a loss of power. */
  z.object({
    kind: z.literal('boot'),
    atMs: z.number(),
    kernel: z.string().nullable(),
    isAfterShutdown: z.boolean().nullable(),
  }),
  z.object({ kind: z.literal('file'), atMs: z.number(), path: z.string() }),
]);
export type LoggedChange = z.infer<typeof loggedChangeSchema>;

/** Newest first. `unread`: what the node could not tell. */
export const loggedChangesSchema = z.object({
  readAtMs: z.number(),
  changes: z.array(loggedChangeSchema),
  leftOut: z.number(),
  unread: z.array(z.enum(['package', 'boot', 'file'])),
});
export type LoggedChanges = z.infer<typeof loggedChangesSchema>;

const maxChanges = 150;

/** What the node logged between two times. Pure. */
export function loggedChanges(
  { packages, boots, files }: RecentChangesFacts,
  readAtMs: number,
  between: { readonly fromMs: number; readonly toMs: number },
): LoggedChanges {
  const all: LoggedChange[] = [
    ...(packages ?? []).map((one) => ({ kind: 'package' as const, ...one })),
    ...(boots ?? []).map((one) => ({ kind: 'boot' as const, ...one })),
    ...(files ?? []).map(({ path, modifiedAtMs }) => ({ kind: 'file' as const, atMs: modifiedAtMs, path })),
  ];
  const changes = all
    .filter(({ atMs }) => atMs > between.fromMs && atMs <= between.toMs)
    .sort((one, other) => other.atMs - one.atMs);
  const unread = [
    packages === null ? ('package' as const) : null,
    boots === null ? ('boot' as const) : null,
    files === null ? ('file' as const) : null,
  ].filter((kind) => kind !== null);
  return {
    readAtMs,
    changes: changes.slice(0, maxChanges),
    leftOut: Math.max(0, changes.length - maxChanges),
    unread,
  };
}
