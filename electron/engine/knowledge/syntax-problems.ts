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

/** What the YAML parser says, in our words. */
export function syntaxProblem({ code, message }: YAMLError): Told {
  const known = codes[code];
  return known ? says(known) : says('yaml', { detail: message.slice(0, maxMessageLength) });
}
