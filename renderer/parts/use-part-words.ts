import { useMemo } from 'react';
import type { PartKind, PartValue } from '#shared/domain/parts/part';
import { attributeWords, unitOf, valueWords } from '#shared/domain/parts/part-words';
import { useWords } from '../app/i18n';

export interface PartWords {
  kind: (kind: PartKind) => string;
  attribute: (name: string) => string;
  value: (kind: PartKind, name: string, value: PartValue) => string;
}

/** Words for kinds of parts, their attributes and values. */
export function usePartWords(): PartWords {
  const { t, message } = useWords();
  return useMemo(
    () => ({
      kind: (kind) => t(`parts.kind.${kind}`),
      attribute: (name) => attributeWords(name, message),
      value: (kind, name, value) => valueWords(value, unitOf(kind, name), message),
    }),
    [t, message],
  );
}
