import { UnstyledButton } from '@mantine/core';
import { generators } from '#shared/domain/generators/index';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import classes from '../setup.module.css';

/** Files that can be made, each explained by its own form. */
export function GeneratorList() {
  const { localized } = useWords();
  return (
    <ul className={classes.cards}>
      {generators.map(({ id, title, description }) => (
        <li key={id}>
          <UnstyledButton className={classes.card} onClick={() => navigate({ screen: 'setup', generatorId: id })}>
            <strong>{localized(title)}</strong>
            <span className={classes.introduction}>{localized(description)}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
