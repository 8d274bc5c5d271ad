import { z } from 'zod';
import { kernelEventIds } from '../../../domain/kernel-log/kernel-event';
import { localizedTextSchema } from '../../../domain/text-schema';

/** What is shown is there in both languages. */
const words = localizedTextSchema.required();

export const codeSeveritySchema = z.enum(['info', 'warn', 'critical', 'fatal']);
export type CodeSeverity = z.infer<typeof codeSeveritySchema>;
export const codeActionSchema = z.enum([
  'none',
  'restart-app',
  'reset-gpu',
  'reboot-node',
  'check-mechanicals',
  'contact-vendor',
  'update-software',
  'restart-vm',
  'follow-companion-xid',
  'follow-xid154',
  'decode-then-act',
  'reset-gpu-if-uvm-or-vgpu',
  'unspecified',
  'restart-fabric-or-reboot',
  'workflow-potentially-fatal',
  'investigate-link-signal',
  'run-field-diagnostics',
  'check-thermals',
  'check-fabric-manager-config',
]);
export type CodeAction = z.infer<typeof codeActionSchema>;
/** Whom it concerns: an application, all on that GPU, one link, all GPUs of the fabric, the node. */
export const codeScopeSchema = z.enum(['process', 'gpu', 'link', 'fabric', 'node', 'none', 'unknown']);

const sources = z.record(z.string(), z.string());
const sourceIds = z.array(z.string()).min(1);
const code = z.number().int().positive();

export const xidSchema = z.strictObject({
  code,
  mnemonic: z.string(),
  name: words,
  meaning: words,
  causes: z.array(words),
  note: words.optional(),
  severity: codeSeveritySchema,
  action: codeActionSchema,
  scope: codeScopeSchema,
  status: z.enum(['active', 'legacy-or-unused', 'driver-header-only']),
  /** NVIDIA's own buckets: what to do at once, and what to look into. */
  nvidia: z.strictObject({ immediate: z.string(), investigatory: z.string() }),
  /** What to read beside it: fields of nvidia-smi and DCGM. */
  counters: z.array(z.string()).default([]),
  appliesTo: z.array(z.string()).default([]),
  /** Driver from which on an Xid 154 says the recovery action beside it. */
  xid154Since: z.string().optional(),
  /** Columns of NVIDIA's older table, for Volta and older. */
  olderTableCauses: z.array(z.string()).default([]),
  gpudLevel: z.enum(['info', 'warning', 'fatal']).optional(),
  sources: sourceIds,
});
export type XidEntry = z.infer<typeof xidSchema>;
export const xidsFileSchema = z.strictObject({ sources, xids: z.array(xidSchema) });

const sxidFileEntry = z.strictObject({
  code,
  mnemonic: z.string(),
  block: z.string(),
  error: z.string().optional(),
  meaning: words.optional(),
  fatal: z.enum(['always', 'potential', 'treat-as-fatal', 'no']),
  severity: codeSeveritySchema,
  action: codeActionSchema,
  scope: codeScopeSchema,
  fabricManagerName: z.string().optional(),
  sources: sourceIds,
});
export const sxidsFileSchema = z.strictObject({
  sources,
  blocks: z.record(z.string(), words),
  errors: z.record(z.string(), words),
  sxids: z.array(sxidFileEntry),
});
/** As it is shown: the block and what it reports in words. */
export const sxidSchema = sxidFileEntry.omit({ error: true }).extend({ block: words, meaning: words });
export type SxidEntry = z.infer<typeof sxidSchema>;

const bits32 = z.string().regex(/^[01-]{32}$/);
export const nvlinkFileSchema = z.strictObject({
  sources,
  nvlink4: z.array(z.strictObject({ word: z.number().int(), bits: z.array(z.number().int()), verdict: z.string() })),
  verdicts: z.record(z.string(), words),
  buckets: z.record(z.string(), words),
  nvlink5: z.array(
    z.strictObject({
      xid: code,
      unit: z.string(),
      intrinfoV1: bits32,
      intrinfoV2: bits32,
      errorStatus: z.string().regex(/^0x[0-9a-f]{8}$/),
      immediate: z.string(),
      investigate: z.string(),
      severity: z.enum(['non-fatal', 'fatal', 'link fatal']),
      /** Hardware, software, firmware. */
      origin: z.string(),
      ifPromoted: z.string().optional(),
    }),
  ),
});
export type NvlinkKnowledge = z.infer<typeof nvlinkFileSchema>;

export const kernelEventSchema = z.strictObject({
  name: words,
  meaning: words,
  severity: codeSeveritySchema,
  action: codeActionSchema,
  tree: z.string().nullable(),
  sources: sourceIds,
});
const otherEventIds = z.enum(kernelEventIds).exclude(['xid', 'sxid']);
export const eventsFileSchema = z.strictObject({ sources, events: z.record(otherEventIds, kernelEventSchema) });

export const correlationRuleIds = [
  'preemption-follows',
  'preemption-alone-on-switches',
  'dram-fault',
  'sram-fault',
  'contained',
  'uncontained',
  'nvlink-victim',
  'several-gpus-lost',
  'same-unit-many-applications',
  'application-moves',
  'recovery-action-outranks',
  'process-was-killed',
  'channel-reset-follows',
  'switch-lost-gpu',
] as const;
export type CorrelationRuleId = (typeof correlationRuleIds)[number];
export const correlationFileSchema = z.strictObject({
  sources,
  rules: z.record(
    z.enum(correlationRuleIds),
    z.strictObject({
      when: words,
      says: words,
      tree: z.string().optional(),
      action: codeActionSchema.optional(),
      sources: sourceIds,
    }),
  ),
  trees: z.array(
    z.strictObject({ tree: z.string(), xids: z.array(code).default([]), sxids: z.array(code).default([]) }),
  ),
  recoveryActions: z.array(z.strictObject({ value: z.number().int(), text: words, action: codeActionSchema })),
  memoryRma: z.strictObject({
    rowRemapFailureWhen: z.array(words),
    sramThresholdWhen: z.array(words),
    blackwell: words,
    finalWord: words,
    sources: sourceIds,
  }),
});
export type CorrelationKnowledge = z.infer<typeof correlationFileSchema>;
