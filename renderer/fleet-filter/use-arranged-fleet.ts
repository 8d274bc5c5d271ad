import { useMemo, useRef } from 'react';
import { groupNodes, type NodeGroup, sortNodes } from '#shared/domain/fleet/arrange';
import { fleetFieldIds } from '#shared/domain/fleet/fields';
import type { Filter, FilterError } from '#shared/domain/fleet/filter/ast';
import { compileFilter, type MatchContext, matchContext } from '#shared/domain/fleet/filter/match-filter';
import { parseFilter } from '#shared/domain/fleet/filter/parse-filter';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../app/i18n';
import { useFleetView, wholeFilter } from '../stores/fleet-view-store';

export interface ArrangedFleet {
  /** What the filter lets through, in order. */
  shown: readonly FleetNode[];
  groups: readonly NodeGroup[] | null;
  /** What is wrong with the filter line; what is shown is then as of the last filter that was right. */
  error: FilterError | null;
  /** The filter that made `shown`. */
  filter: string;
  context: MatchContext;
}

/** The nodes as they are filtered, sorted and grouped now. */
export function useArrangedFleet(rows: readonly FleetNode[]): ArrangedFleet {
  const { message } = useWords();
  const text = useFleetView((state) => state.text);
  const quick = useFleetView((state) => state.quick);
  const sort = useFleetView((state) => state.sort);
  const group = useFleetView((state) => state.group);
  const context = useMemo(() => matchContext(message, Date.now()), [message]);

  const { error } = useMemo(() => parseFilter(text), [text]);
  const latest = useRef<{ text: string; filter: Filter | null }>({ text: '', filter: null });
  const whole = wholeFilter({ text, quick });
  const current = useMemo(() => {
    const { filter, error: problem } = parseFilter(whole);
    if (problem) return latest.current;
    // Half a name of a field, on its way to a comparison, is no word to look for unless some node has it.
    const matches = compileFilter(filter, { ...context, nowMs: Date.now() });
    if (isFieldBegun(text) && !rows.some(matches)) return latest.current;
    latest.current = { text: whole, filter };
    return latest.current;
  }, [whole, text, rows, context]);
  const shown = useMemo(() => {
    // The clock of an age is that of the moment; what is known of nodes changes more often than that matters.
    const matches = compileFilter(current.filter, { ...context, nowMs: Date.now() });
    return sortNodes(
      rows.filter((row) => matches(row)),
      sort,
      context,
    );
  }, [rows, current, sort, context]);
  const groups = useMemo(() => (group === null ? null : groupNodes(shown, group, context)), [shown, group, context]);
  return { shown, groups, error, filter: current.text, context };
}

function isFieldBegun(text: string): boolean {
  const [, word] = /(?:^|[\s(])([a-z.]+)\s*$/i.exec(text) ?? [];
  return word !== undefined && fleetFieldIds.some((id) => id.startsWith(word.toLowerCase()));
}
