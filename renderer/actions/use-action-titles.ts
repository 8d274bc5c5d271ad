import { useMemo } from 'react';
import type { ActionInfo } from '#shared/domain/action';
import type { ManualProcedure } from '#shared/domain/manual/manual-work';
import { useWords } from '../app/i18n';
import { engine } from '../rpc/client';
import { type Query, useQuery } from '../rpc/use-query';

/** Every action that this Gantry knows. */
export function useActionInfos(): Query<ActionInfo[]> {
  return useQuery('actions.list', (signal) => engine.actions.list(undefined, { signal }));
}

/** Every procedure for work by hand: findings propose them as they propose actions. */
export function useManualProcedures(): Query<ManualProcedure[]> {
  return useQuery('manual.procedures', (signal) => engine.manual.procedures(undefined, { signal }));
}

/** Titles by the id of an action or of work by hand, in the user's language. */
export function useActionTitles(): ReadonlyMap<string, string> {
  const { data: actions } = useActionInfos();
  const { data: procedures } = useManualProcedures();
  const { localized } = useWords();
  return useMemo(
    () => new Map([...(actions ?? []), ...(procedures ?? [])].map(({ id, title }) => [id, localized(title)])),
    [actions, procedures, localized],
  );
}
