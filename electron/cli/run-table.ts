import type { EngineClient } from '#shared/contract/index';
import type { CliContext } from './context';
import { clockTime } from './format';
import { state } from './table';

/** `names`: of hosts by id, those that are gone as well. */
export function printRuns(
  context: CliContext,
  runs: Awaited<ReturnType<EngineClient['diagnosis']['list']>>,
  names: Readonly<Record<string, string>>,
): void {
  context.table(
    ['RUN', 'TREE', 'NODE', 'STATE', 'STARTED', 'FINDINGS'],
    runs.map((item) => [
      item.id,
      item.treeId,
      names[item.hostId] ?? item.hostId,
      item.isWhatIf ? `${item.state} (what if)` : state(item.state),
      clockTime(item.startedAtMs),
      item.findings.map(({ code }) => code).join(' '),
    ]),
  );
}
