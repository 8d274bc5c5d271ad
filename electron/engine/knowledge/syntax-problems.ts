import type { YAMLError } from 'yaml';
import { type ProblemCode, says, type Told } from './problem-words';

const codes: Partial<Record<YAMLError['code'], ProblemCode>> = {
  TAB_AS_INDENT: 'tab',
  BAD_INDENT: 'indent',
  DUPLICATE_KEY: 'duplicateKey',
  BAD_ALIAS: 'noAnchor',
  BAD_DQ_ESCAPE: 'badEscape',
  MISSING_CHAR: 'notClosed',
  BAD_SCALAR_START: 'badStart',
  UNEXPECTED_TOKEN: 'unexpected',
  MULTILINE_IMPLICIT_KEY: 'keyLines',
  BLOCK_AS_IMPLICIT_KEY: 'keyLines',
  MULTIPLE_DOCS: 'manyDocuments',
};
/** The parser puts what it did not expect into its words, however long that is. */
const maxMessageLength = 300;

/** After these the parser reads on as if nothing were wrong. */
const local: readonly YAMLError['code'][] = ['DUPLICATE_KEY', 'BAD_ALIAS', 'BAD_DQ_ESCAPE', 'TAG_RESOLVE_FAILED'];

/** In the order of the text, parted after the first one that makes the parser lose its way: the rest may only follow from it. */
export function partFollowing<E extends YAMLError>(
  errors: readonly E[],
): { told: readonly E[]; following: readonly E[] } {
  const sorted = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const lost = sorted.findIndex(({ code }) => !local.includes(code));
  const end = lost < 0 ? sorted.length : lost + 1;
  return { told: sorted.slice(0, end), following: sorted.slice(end) };
}

/** What the YAML parser says, in our words. */
export function syntaxProblem({ code, message }: YAMLError): Told {
  const known = codes[code];
  return known ? says(known) : says('yaml', { detail: message.slice(0, maxMessageLength) });
}
