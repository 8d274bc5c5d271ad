import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import { engine } from '../../rpc/client';
import { type Query, useQuery } from '../../rpc/use-query';

export function usePlaybooks(): Query<PlaybookInfo[]> {
  return useQuery('playbooks.list', (signal) => engine.playbooks.list(undefined, { signal }));
}
