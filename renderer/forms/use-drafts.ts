import { useState } from 'react';
import type { Answers, FormField } from '#shared/domain/diagnosis';
import { type Draft, type Drafts, type FieldProblem, initialDrafts, readDrafts } from './drafts';

export interface DraftForm {
  drafts: Drafts;
  /** Problems by field name once the user tried to submit; none before they had a chance to fill the form in. */
  problems: Readonly<Record<string, FieldProblem>>;
  change: (name: string, draft: Draft) => void;
  /** The answers when the form can be used as it stands, else null and the problems are shown. */
  submit: () => Answers | null;
}

/** A form's state. Give the component that uses it a `key`, so that another question starts afresh. */
export function useDrafts(fields: readonly FormField[], given?: Readonly<Record<string, unknown>>): DraftForm {
  const [drafts, setDrafts] = useState(() => initialDrafts(fields, given));
  const [isSubmitted, setSubmitted] = useState(false);
  const read = readDrafts(fields, drafts);
  return {
    drafts,
    problems: isSubmitted ? read.problems : {},
    change: (name, draft) => setDrafts((previous) => ({ ...previous, [name]: draft })),
    submit: () => {
      setSubmitted(true);
      return Object.keys(read.problems).length === 0 ? read.answers : null;
    },
  };
}
