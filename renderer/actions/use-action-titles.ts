import { useMemo } from 'react';
import type { ActionInfo } from '#shared/domain/action';
import { useWords } from '../app/i18n';
import { engine } from '../rpc/client';
import { type Query, useQuery } from '../rpc/use-query';

/** Every action that this Gantry knows. */
export function useActionInfos(): Query<ActionInfo[]> {
  return useQuery('actions.list', (signal) => engine.actions.list(undefined, { signal }));
}

/** Titles by action id, in the user's language. */
export function useActionTitles(): ReadonlyMap<string, string> {
  const { data } = useActionInfos();
  const { localized } = useWords();
  return useMemo(() => new Map((data ?? []).map((info) => [info.id, localized(info.title)])), [data, localized]);
}
