import { Button } from '@mantine/core';
import { useState } from 'react';
import type { GeneratorProblem } from '#shared/domain/generators/generator';
import { useWords } from '../../../app/i18n';
import { CodeWords } from '../../../components/code-words';
import { StateBadge, type Tone } from '../../../components/state-badge';
import classes from './generators.module.css';

export const problemTones: Record<GeneratorProblem['severity'], Tone> = { error: 'bad', warn: 'warn', info: 'info' };

/** A file of thousands of lines may have as many. */
const problemsAtOnce = 50;

/** What is wrong at one place, with who says so. */
export function ProblemList({ problems }: { problems: readonly GeneratorProblem[] }) {
  const { t, localized } = useWords();
  const [most, setMost] = useState(problemsAtOnce);
  if (problems.length === 0) return null;
  return (
    <ul className={classes.problems}>
      {problems.slice(0, most).map(({ severity, path, text, source }) => (
        <li
          key={path.join('.') + text.en}
          title={source === null ? undefined : t('generatorScreen.source', { source })}
        >
          <StateBadge tone={problemTones[severity]} variant="plain">
            {t(`generatorScreen.severity.${severity}`)}
          </StateBadge>
          <span>
            <CodeWords text={localized(text)} />
          </span>
        </li>
      ))}
      {problems.length > most && (
        <li>
          <Button size="compact-sm" variant="subtle" onClick={() => setMost(most + problemsAtOnce)}>
            {t('shell.value.moreRows', { count: problems.length - most })}
          </Button>
        </li>
      )}
    </ul>
  );
}
