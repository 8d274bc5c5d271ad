import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';
import type { Command } from './commands';
import { useWords } from './i18n';
import { navigate } from './router';

/** Shorter pieces of a serial number are in too many of them. */
const minLength = 4;

/** Parts whose serial number or UUID holds what was typed into the palette. */
export function useFoundParts(typed: string): readonly Command[] {
  const { t } = useWords();
  const [text] = useDebouncedValue(typed.trim(), 150);
  const isLong = text.length >= minLength;
  const { data } = useQuery(isLong ? `palette-parts ${text}` : null, (signal) =>
    engine.parts.search({ text, limit: 8 }, { signal }),
  );
  return useMemo(() => {
    if (!isLong || !data) return [];
    return data.map(({ id, kind, model, identities }) => ({
      id: `part.${id}`,
      label: identities.map(({ value }) => value).join('  '),
      description: model ?? t(`parts.kind.${kind}`),
      group: t('shell.palette.parts'),
      run: () => navigate({ screen: 'parts', partId: String(id) }),
    }));
  }, [isLong, data, t]);
}
