import { Checkbox } from '@mantine/core';
import { type ReactNode, useId, useRef, useState } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../app/i18n';
import { ConnectionBadge } from '../components/connection-badge';
import { StateBadge } from '../components/state-badge';
import classes from './choose-nodes.module.css';
import { FilterBar } from './filter-bar';
import { useArrangedFleet } from './use-arranged-fleet';

interface ChooseNodesProps {
  rows: readonly FleetNode[];
  /** What the choice is for. */
  lead: string;
  /** Chosen from the start; all without it. */
  initialIds?: readonly string[];
  /** Above and below the choice, by what is chosen. */
  head: (chosenIds: readonly string[]) => ReactNode;
  children?: (chosenIds: readonly string[]) => ReactNode;
  /** Between the lead and the nodes. */
  notice?: ReactNode;
  /** Said beside a node: why it does not suit. */
  noteOf?: (row: FleetNode) => ReactNode;
}

/** Nodes to choose from, by the filter of the fleet. */
export function ChooseNodes({ rows, lead, initialIds, head, notice, noteOf, children }: ChooseNodesProps) {
  const { t, message } = useWords();
  const { shown, error, context } = useArrangedFleet(rows);
  /** Those that were ticked or unticked; the others are as they began, also ones that come later. */
  const [decided, setDecided] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isChosen = (id: string) => decided.get(id) ?? initialIds?.includes(id) ?? true;
  const filterInput = useRef<HTMLInputElement>(null);
  const errorId = useId();
  const chosen = shown.filter(({ id }) => isChosen(id)).map(({ id }) => id);
  const choose = (ids: readonly string[], isWanted: boolean) =>
    setDecided((before) => new Map([...before, ...ids.map((id) => [id, isWanted] as const)]));
  return (
    <>
      {head(chosen)}
      <FilterBar input={filterInput} rows={rows} context={context} error={error} errorId={errorId} />
      <div className={classes.body}>
        <p id={errorId} role="status" className={classes.lead}>
          {error ? (
            <StateBadge tone="bad" variant="plain">
              {t('fleet.atColumn', { column: error.from + 1, problem: message(error.message) })}
            </StateBadge>
          ) : (
            <span className="dim">{lead}</span>
          )}
        </p>
        {notice}
        <fieldset className={classes.nodes}>
          <legend>
            <Checkbox
              label={t('scan.allShown', { count: shown.length })}
              checked={shown.length > 0 && chosen.length === shown.length}
              indeterminate={chosen.length > 0 && chosen.length < shown.length}
              onChange={({ currentTarget }) =>
                choose(
                  shown.map(({ id }) => id),
                  currentTarget.checked,
                )
              }
            />
          </legend>
          <ul>
            {shown.map((row) => (
              <li key={row.id}>
                <Checkbox
                  label={row.host.spec.name}
                  checked={isChosen(row.id)}
                  onChange={({ currentTarget }) => choose([row.id], currentTarget.checked)}
                />
                <span className="dim small ellipsis">
                  {row.summary?.gpuModels?.map(({ name, count }) => `${count} × ${name}`).join(', ')}
                </span>
                <span className={classes.noted}>
                  {noteOf?.(row)}
                  <ConnectionBadge host={row.host} />
                </span>
              </li>
            ))}
          </ul>
        </fieldset>
        {children?.(chosen)}
      </div>
    </>
  );
}
