import type { Answers, FormField } from '#shared/domain/diagnosis';

/** What stands in a field while it is being edited. Numbers stay text until they are read. */
export interface Draft {
  readonly value: string | boolean;
  /** The user said "I don't know"; the value is kept in case they change their mind. */
  readonly isUnknown: boolean;
}
export type Drafts = Readonly<Record<string, Draft>>;

/** Why a draft can't be used, with the limit it broke where there is one. */
export type FieldProblem =
  | { readonly kind: 'required' | 'not-a-number' | 'not-whole' }
  | { readonly kind: 'too-small' | 'too-large'; readonly limit: number; readonly unit: string | null };

/** Fields as they look before the user touches them; `given` overrides the field's own initial value. */
export function initialDrafts(fields: readonly FormField[], given: Readonly<Record<string, unknown>> = {}): Drafts {
  return Object.fromEntries(fields.map((field) => [field.name, initialDraft(field, given[field.name])]));
}

function initialDraft(field: FormField, given: unknown): Draft {
  const value = isPlain(given) ? given : field.initial;
  if (field.kind === 'boolean') return { value: value === true, isUnknown: given === null };
  return { value: value === null ? '' : String(value), isUnknown: given === null };
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Checks one field. Null when its draft can be used as it stands. */
export function fieldProblem(field: FormField, draft: Draft): FieldProblem | null {
  if (draft.isUnknown || typeof draft.value === 'boolean') return null;
  const text = draft.value.trim();
  if (text === '') return field.isRequired ? { kind: 'required' } : null;
  if (field.kind !== 'integer' && field.kind !== 'number') return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return { kind: 'not-a-number' };
  if (field.kind === 'integer' && !Number.isInteger(value)) return { kind: 'not-whole' };
  if (field.minimum !== null && value < field.minimum) {
    return { kind: 'too-small', limit: field.minimum, unit: field.unit };
  }
  if (field.maximum !== null && value > field.maximum) {
    return { kind: 'too-large', limit: field.maximum, unit: field.unit };
  }
  return null;
}

/** Reads a whole form: its answers, or the problems by field name. An empty optional field is an unknown one. */
export function readDrafts(
  fields: readonly FormField[],
  drafts: Drafts,
): { readonly answers: Answers; readonly problems: Readonly<Record<string, FieldProblem>> } {
  const answers: Answers = {};
  const problems: Record<string, FieldProblem> = {};
  for (const field of fields) {
    const draft = drafts[field.name] ?? initialDraft(field, undefined);
    const problem = fieldProblem(field, draft);
    if (problem) problems[field.name] = problem;
    else answers[field.name] = answerOf(field, draft);
  }
  return { answers, problems };
}

function answerOf(field: FormField, draft: Draft): string | number | boolean | null {
  if (draft.isUnknown) return null;
  if (typeof draft.value === 'boolean') return draft.value;
  const text = field.kind === 'multiline' ? draft.value : draft.value.trim();
  if (text.trim() === '') return null;
  return field.kind === 'integer' || field.kind === 'number' ? Number(text) : text;
}
