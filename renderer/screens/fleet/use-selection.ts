import { useCallback, useMemo, useRef, useState } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';

export interface Selection {
  ids: ReadonlySet<string>;
  /** `isRange`: everything from the one that was last clicked on to this one. */
  toggle: (id: string, isRange?: boolean) => void;
  /** Selects these, or none of them when all are. */
  toggleAll: () => void;
  clear: () => void;
}

const none: ReadonlySet<string> = new Set();

/** Which of the nodes shown are selected. One that a filter hides is not: nothing happens to what is not seen. */
export function useSelection(shown: readonly FleetNode[]): Selection & { nodes: readonly FleetNode[] } {
  const [chosen, setChosen] = useState(none);
  const nodes = useMemo(() => (chosen.size === 0 ? [] : shown.filter(({ id }) => chosen.has(id))), [shown, chosen]);
  const ids = useMemo(() => (nodes.length === 0 ? none : new Set(nodes.map(({ id }) => id))), [nodes]);
  const anchor = useRef<string | null>(null);
  const latest = useRef({ shown, ids });
  latest.current = { shown, ids };

  const toggle = useCallback((id: string, isRange = false) => {
    const { shown: list, ids: before } = latest.current;
    const next = new Set(before);
    const from = list.findIndex((node) => node.id === anchor.current);
    const to = list.findIndex((node) => node.id === id);
    if (isRange && from >= 0 && to >= 0) {
      for (const node of list.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(node.id);
    } else {
      if (!next.delete(id)) next.add(id);
      anchor.current = id;
    }
    setChosen(next);
  }, []);
  const toggleAll = useCallback(() => {
    const { shown: list, ids: before } = latest.current;
    setChosen(before.size === list.length ? none : new Set(list.map(({ id }) => id)));
  }, []);
  const clear = useCallback(() => setChosen(none), []);
  return useMemo(() => ({ ids, nodes, toggle, toggleAll, clear }), [ids, nodes, toggle, toggleAll, clear]);
}
