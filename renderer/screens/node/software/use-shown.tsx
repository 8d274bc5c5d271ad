import { Anchor } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../../app/i18n';

/** More than this is not drawn at once: a search finds the rest. */
export const shownAtOnce = 200;

/** A long list is closed until it is asked for. */
export function useShown(count: number) {
  const { t } = useWords();
  const [isShown, setShown] = useState(false);
  const button = (
    <Anchor
      component="button"
      type="button"
      size="sm"
      underline="always"
      aria-expanded={isShown}
      onClick={() => setShown(!isShown)}
    >
      {isShown ? t('software.hide') : t('software.show', { count })}
    </Anchor>
  );
  return { isShown, button };
}
