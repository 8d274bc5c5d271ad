import { z } from 'zod';
import { partKinds } from '../parts/part';
import { localizedTextSchema } from '../text-schema';

/** R4 of the fix register: work with hands in the data centre, told step by step. No command changes anything. */
export const manualPhases = ['before', 'work', 'after'] as const;

const manualStepSchema = z.object({
  id: z.string(),
  phase: z.enum(manualPhases),
  title: localizedTextSchema,
  detail: localizedTextSchema.nullable(),
  caution: localizedTextSchema.nullable(),
});

export const manualProcedureSchema = z.object({
  id: z.string(),
  /** Rows of the fix register. */
  register: z.array(z.string()),
  title: localizedTextSchema,
  description: localizedTextSchema,
  /** Whether the node has to be without power. */
  power: z.enum(['off', 'on']),
  persons: z.number().int(),
  /** The kind of part it is about; null: none that facts tell of. */
  part: z.enum(partKinds).nullable(),
  tools: z.array(localizedTextSchema),
  steps: z.array(manualStepSchema),
  photos: z.array(z.object({ id: z.string(), label: localizedTextSchema, isRequired: z.boolean() })),
  serials: z.array(
    z.object({ id: z.string(), label: localizedTextSchema, role: z.enum(['old', 'new']), isRequired: z.boolean() }),
  ),
  verification: localizedTextSchema,
  sources: z.array(z.string()),
});
export type ManualProcedure = z.infer<typeof manualProcedureSchema>;

/** The part it is done to, as it was known then; `identity` null: it tells no serial. A `slot` alone was named by a person. */
export const manualTargetSchema = z.object({
  slot: z.string().min(1).max(120),
  model: z.string().nullable(),
  identity: z.string().nullable(),
});
export type ManualTarget = z.infer<typeof manualTargetSchema>;

const checkSchema = z.object({
  title: localizedTextSchema,
  outcome: z.enum(['pass', 'fail', 'warn', 'unknown']),
  detail: localizedTextSchema,
});

/** What would be done and how the node is now. Nothing was changed; it is started with its fingerprint. */
export const manualPlanSchema = z.object({
  id: z.string(),
  hostId: z.string(),
  procedure: manualProcedureSchema,
  target: manualTargetSchema.nullable(),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  /** False: the node did not answer, and checks are by what was known of it. */
  isLive: z.boolean(),
  checks: z.array(checkSchema),
  isBlocked: z.boolean(),
  fingerprint: z.string(),
});
export type ManualPlan = z.infer<typeof manualPlanSchema>;

const mark = { atMs: z.number(), by: z.string() };

export const photoTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type PhotoType = (typeof photoTypes)[number];
export const maxPhotoBytes = 12 * 1024 * 1024;
export const maxPhotos = 40;

export const manualPhotoSchema = z.object({
  id: z.string(),
  /** Which of the photos that are asked for; null: one more. */
  slot: z.string().nullable(),
  name: z.string(),
  type: z.enum(photoTypes),
  sizeBytes: z.number(),
  /** Of the file, which is kept under it. */
  sha256: z.string(),
  ...mark,
});
export type ManualPhoto = z.infer<typeof manualPhotoSchema>;

/**
 * What the history of parts says of a serial number. Old part: `expected` is what was known at this place, `other-here` is
 * another part of this node. Both: `elsewhere` is at another node now, `was-elsewhere` was at one before, `never-seen`. New part:
 * `is-here` is at this node by now.
 */
export const serialJudgements = [
  'expected',
  'other-here',
  'is-here',
  'elsewhere',
  'was-elsewhere',
  'never-seen',
  'unreadable',
] as const;
export type SerialJudgement = (typeof serialJudgements)[number];

const manualSerialSchema = z.object({
  id: z.string(),
  /** Null: it can't be read on the part, for the reason in `note`. */
  value: z.string().nullable(),
  note: z.string(),
  judgement: z.enum(serialJudgements),
  ...mark,
});

const manualVerificationSchema = z.object({
  outcome: z.enum(['pass', 'fail', 'unknown']),
  detail: localizedTextSchema,
  ...mark,
});

/** `open`: people are at it, also after a verification that failed. `verified` and `aborted` are final. */
export const manualWorkSchema = z.object({
  id: z.string(),
  hostId: z.string(),
  procedure: manualProcedureSchema,
  target: manualTargetSchema.nullable(),
  incidentId: z.string().nullable(),
  state: z.enum(['open', 'verified', 'aborted']),
  startedAtMs: z.number(),
  startedBy: z.string(),
  finishedAtMs: z.number().nullable(),
  /** How the node was when it was started. */
  checks: z.array(checkSchema),
  /** By step. A step that was left out says why. */
  steps: z.record(z.string(), z.object({ state: z.enum(['done', 'skipped']), note: z.string(), ...mark })),
  serials: z.array(manualSerialSchema),
  photos: z.array(manualPhotoSchema),
  /** Oldest first. */
  verifications: z.array(manualVerificationSchema),
  abortReason: z.string().nullable(),
});
export type ManualWork = z.infer<typeof manualWorkSchema>;

/** What is still to be done before the node is asked. */
export function openItems({ procedure, steps, serials, photos }: ManualWork): {
  steps: string[];
  serials: string[];
  photos: string[];
} {
  return {
    steps: procedure.steps.filter(({ id }) => !steps[id]).map(({ id }) => id),
    serials: procedure.serials
      .filter(({ id, isRequired }) => isRequired && !serials.some((serial) => serial.id === id))
      .map(({ id }) => id),
    photos: procedure.photos
      .filter(({ id, isRequired }) => isRequired && !photos.some(({ slot }) => slot === id))
      .map(({ id }) => id),
  };
}

/** By its first bytes, whatever it is called; null: no picture that every browser shows. */
export function photoTypeOf(bytes: Uint8Array): PhotoType | null {
  const has = (at: number, ...wanted: number[]) => wanted.every((byte, index) => bytes[at + index] === byte);
  if (has(0, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (has(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (has(0, 0x52, 0x49, 0x46, 0x46) && has(8, 0x57, 0x45, 0x42, 0x50)) return 'image/webp';
  return null;
}

/** As it is compared: people type blanks and small letters that the label does not have. */
export function plainSerial(text: string): string {
  return text.replace(/\s+/g, '').toUpperCase();
}
