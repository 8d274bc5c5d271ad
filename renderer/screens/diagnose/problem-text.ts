import type { TreeProblem } from '#shared/domain/own-trees';
import type { Words } from '../../app/i18n';

/** What is wrong with a file, in the reader's language as far as the checker has words for it. */
export function problemText({ message }: Words, problem: TreeProblem): string {
  return problem.words ? problem.words.map(message).join(': ') : problem.message;
}
