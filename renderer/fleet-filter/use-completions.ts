import { useMemo, useState } from 'react';
import type { FleetFieldId } from '#shared/domain/fleet/fields';
import { fieldOf } from '#shared/domain/fleet/fields';
import { type Completion, completeFilter } from '#shared/domain/fleet/filter/complete';
import type { FieldContext, FleetNode } from '#shared/domain/fleet/fleet-node';

interface CompletionsOptions {
  text: string;
  rows: readonly FleetNode[];
  context: FieldContext;
}

export interface FilterCompletions {
  items: readonly Completion[];
  /** Index of the one that Enter takes; -1: none yet. */
  active: number;
  isOpen: boolean;
  openAt: (caret: number) => void;
  close: () => void;
  move: (step: 1 | -1) => void;
  /** The text and the place of the caret once this one is taken. */
  taken: (index: number) => { text: string; caret: number } | null;
}

/** What may stand where the caret is. Values are those that the nodes have. */
export function useCompletions({ text, rows, context }: CompletionsOptions): FilterCompletions {
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(-1);
  const found = useMemo(() => {
    if (caret === null) return null;
    return completeFilter(text, caret, (field) => valuesOf(field, rows, context));
  }, [text, caret, rows, context]);
  const items = found?.items ?? [];
  return {
    items,
    active: active < items.length ? active : -1,
    isOpen: items.length > 0,
    openAt: (at) => {
      setCaret(at);
      setActive(-1);
    },
    close: () => setCaret(null),
    move: (step) =>
      setActive((index) => {
        const next = index + step;
        return next >= items.length ? -1 : next < -1 ? items.length - 1 : next;
      }),
    taken: (index) => {
      const item = items[index];
      if (!found || !item) return null;
      const rest = text.slice(found.to);
      const gap = /^\s|^[),]/.test(rest) || item.text.endsWith('(') ? '' : ' ';
      const before = text.slice(0, found.from) + item.text + gap;
      return { text: before + rest, caret: before.length };
    },
  };
}

/** The values that nodes have of a field, the most frequent first. */
function valuesOf(id: FleetFieldId, rows: readonly FleetNode[], context: FieldContext): string[] {
  const counts = new Map<string, number>();
  const field = fieldOf(id);
  for (const row of rows) {
    const value = field.read(row, context);
    const values: readonly unknown[] = Array.isArray(value) ? value : value === null ? [] : [value];
    for (const one of values) counts.set(String(one), (counts.get(String(one)) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one).map(([value]) => value);
}
