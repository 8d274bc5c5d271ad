import { Anchor } from '@mantine/core';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { StatePanel } from '../../../components/state-panel';
import type { TreeList } from '../../../findings/use-trees';
import { problemText } from '../problem-text';
import classes from './diagnose-home.module.css';

/** Tree files that could not be loaded, each with its line and what is wrong there. */
export function TreeProblems({ problems }: { problems: TreeList['problems'] }) {
  const words = useWords();
  const { t } = words;
  if (problems.length === 0) return null;
  return (
    <StatePanel
      tone="warn"
      variant="inline"
      title={t('diagnoseScreen.treeProblems', { count: new Set(problems.map(({ file }) => file)).size })}
    >
      <ul className={classes.problems}>
        {problems.map((problem) => {
          const { file, line, message } = problem;
          return (
            <li key={`${file} ${line} ${message}`}>
              {/\.ya?ml$/.test(file) ? (
                <Anchor
                  component="button"
                  type="button"
                  ta="start"
                  onClick={() => navigate({ screen: 'diagnose', section: 'edit', file: file.replace(/^.*[\\/]/, '') })}
                >
                  <code>{line === null ? file : t('diagnoseScreen.treeProblemAt', { file, line })}</code>
                </Anchor>
              ) : (
                <code>{file}</code>
              )}
              <div>{problemText(words, problem)}</div>
            </li>
          );
        })}
      </ul>
    </StatePanel>
  );
}
