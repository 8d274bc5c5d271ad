import type { GeneratorProblem } from '#shared/domain/generators/generator';
import { useWords } from '../../../app/i18n';
import { CodeWords } from '../../../components/code-words';
import { StateBadge, type Tone } from '../../../components/state-badge';
import classes from './generators.module.css';

export const problemTones: Record<GeneratorProblem['severity'], Tone> = { error: 'bad', warn: 'warn', info: 'info' };

/** What is wrong at one place, with who says so. */
export function ProblemList({ problems }: { problems: readonly GeneratorProblem[] }) {
  const { t, localized } = useWords();
  if (problems.length === 0) return null;
  return (
    <ul className={classes.problems}>
      {problems.map(({ severity, path, text, source }) => (
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
    </ul>
  );
}
