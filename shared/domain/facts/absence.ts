import { z } from 'zod';

/**
 * Why a value is null, as the tool said it. nvidia-smi prints `N/A`, `[N/A]`, `[Not Supported]`, `[Unknown Error]`,
 * `[GPU requires reset]`, `[GPU is lost]`, `[Insufficient Permissions]`, `[Requested functionality has been deprecated]`.
 * `shared-with-system`: the GPU has no such memory of its own. `not-reported`: the field is not in the output (older or newer driver). `unreadable`: there, but not understood.
 */
export const absenceReasons = [
  'not-available',
  'not-supported',
  'unknown-error',
  'requires-reset',
  'gpu-lost',
  'no-permission',
  'deprecated',
  'shared-with-system',
  'not-reported',
  'unreadable',
] as const;
export type AbsenceReason = (typeof absenceReasons)[number];

/** Field path within the record (e.g. `power.drawW`) -> why it is null. Every null of the record has an entry. */
export const absencesSchema = z.record(z.string(), z.enum(absenceReasons));
export type Absences = z.infer<typeof absencesSchema>;
