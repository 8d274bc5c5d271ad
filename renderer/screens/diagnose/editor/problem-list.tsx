import { memo } from 'react';
import type { TreeProblem } from '#shared/domain/own-trees';
import { useWords } from '../../../app/i18n';
import { problemText } from '../problem-text';
import classes from './tree-editor.module.css';

interface ProblemListProps {
  problems: readonly TreeProblem[];
  /** They are of the text as it was a moment ago. */
  isStale: boolean;
  onOpen: (file: string, line: number, column?: number) => void;
}

/** What is wrong, each with its place in the text. */
export const ProblemList = memo(function ProblemList({ problems, isStale, onOpen }: ProblemListProps) {
  const words = useWords();
  const { t } = words;
  if (problems.length === 0) return null;
  return (
    <ul className={classes.problems} aria-label={t('treeEditor.problemList')} data-stale={isStale || undefined}>
      {problems.map((problem, index) => {
        const { file, line, column } = problem;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may be wrong twice on a line
          <li key={`${index} ${file} ${line}`}>
            <button type="button" disabled={line === null} onClick={() => line !== null && onOpen(file, line, column)}>
              <code className={classes.place}>
                {line === null
                  ? file
                  : `${/\.cases\./.test(file) ? `${file}:` : ''}${line}${column ? `:${column}` : ''}`}
              </code>
              <span>{problemText(words, problem)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
});
