import { z } from 'zod';
import { risks } from '#shared/domain/action';
import { broughtKinds } from '#shared/domain/playbook/package-set';
import { type Language, type LocalizedText, localize, printable } from '#shared/domain/text';
import { YamlSource } from '../knowledge/yaml-source';

/** A text of an action file: both languages, always. `{{name}}` is filled in when it is used. */
const textSchema = z.strictObject({ en: z.string().min(1), 'zh-CN': z.string().min(1) });

const parameterSchema = z.strictObject({
  name: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  label: textSchema,
  help: textSchema.nullable().default(null),
  kind: z.enum(['text', 'multiline', 'integer', 'number', 'boolean', 'choice', 'gpus']),
  unit: z.string().nullable().default(null),
  isRequired: z.boolean(),
  minimum: z.number().nullable().default(null),
  maximum: z.number().nullable().default(null),
  choices: z.array(z.strictObject({ value: z.string(), label: textSchema })).default([]),
  initial: z.union([z.string(), z.number(), z.boolean()]).nullable().default(null),
});

/**
 * What is fixed about an action: `shared/knowledge/actions/<id>.yaml`. The code beside it holds no words, they are all
 * under `texts`. `sources` name the vendor's page or the entry of the fix register it comes from.
 */
export const actionKnowledgeSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: textSchema,
  description: textSchema,
  risk: z.enum(risks),
  needsRoot: z.boolean(),
  interruptsJobs: z.boolean(),
  /** What has to be free of work before; missing: as `interruptsJobs` says, of all GPUs. */
  interrupts: z.enum(['none', 'process', 'gpu', 'node']).optional(),
  canUndo: z.boolean(),
  /** Services that it restarts. */
  restarts: z.array(z.string()).default([]),
  /** Of the container image that its steps pull, as it is downloaded. */
  image: z.strictObject({ fromBytes: z.number(), toBytes: z.number() }).optional(),
  /** What its steps take from the internet. */
  brings: z.array(z.enum(broughtKinds)).optional(),
  parameters: z.array(parameterSchema),
  sources: z.array(z.string().min(1)).min(1),
  texts: z.record(z.string(), textSchema),
});
export type ActionKnowledge = z.infer<typeof actionKnowledgeSchema>;

/** An action file that can't be used; the message lists every problem as `file:line: what`. */
export class KnowledgeError extends Error {
  override readonly name = 'KnowledgeError';
}

/** Reads one action file. Throws KnowledgeError with the line of each problem. */
export function parseActionKnowledge(file: string, yaml: string): ActionKnowledge {
  const { value, problems } = new YamlSource(file, yaml).parse(actionKnowledgeSchema);
  if (value !== null) return value;
  throw new KnowledgeError(problems.map(({ line, message }) => `${file}:${line ?? 1}: ${message}`).join('\n'));
}

export type Texts = (
  key: string,
  params?: Readonly<Record<string, string | number | LocalizedText>>,
) => Required<LocalizedText>;

/** The texts of an action, filled in. What goes in was printed by a node, so it is made safe to show and kept short. */
export function textsOf(knowledge: ActionKnowledge): Texts {
  return (key, params = {}) => {
    const text = knowledge.texts[key];
    if (!text) throw new Error(`action ${knowledge.id} has no text ${key}`);
    const fill = (language: Language) =>
      text[language].replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
        const value = params[name];
        if (value === undefined) return placeholder;
        return short(printable(typeof value === 'object' ? localize(value, language) : String(value)));
      });
    return { en: fill('en'), 'zh-CN': fill('zh-CN') };
  };
}

function short(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
