import { Checkbox } from '@mantine/core';
import { type ReactNode, useId, useRef, useState } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../app/i18n';
import { ConnectionBadge } from '../../components/connection-badge';
import { StateBadge } from '../../components/state-badge';
import { FilterBar } from '../../fleet-filter/filter-bar';
import { useArrangedFleet } from '../../fleet-filter/use-arranged-fleet';
import classes from './scan/scan.module.css';

interface ChooseNodesProps {
  rows: readonly FleetNode[];
  /** What the choice is for. */
  lead: string;
  /** Chosen from the start; all without it. */
  initialIds?: readonly string[];
  /** Around the choice: what is above it and below it, by what is chosen. */
  head: (chosenIds: readonly string[]) => ReactNode;
  /** Between the lead and the nodes. */
  notice?: ReactNode;
  children?: ReactNode;
}

/** Nodes to choose from, by the filter of the fleet. */
export function ChooseNodes({ rows, lead, initialIds, head, notice, children }: ChooseNodesProps) {
  const { t, message } = useWords();
  const { shown, error, context } = useArrangedFleet(rows);
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(
    () => new Set(initialIds ? rows.map(({ id }) => id).filter((id) => !initialIds.includes(id)) : []),
  );
  const filterInput = useRef<HTMLInputElement>(null);
  const errorId = useId();
  const chosen = shown.filter(({ id }) => !leftOut.has(id)).map(({ id }) => id);
  const choose = (ids: readonly string[], isChosen: boolean) =>
    setLeftOut((before) => {
      const next = new Set(before);
      for (const id of ids)
        if (isChosen) next.delete(id);
        else next.add(id);
      return next;
    });
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
            {shown.map(({ id, host, summary }) => (
              <li key={id}>
                <Checkbox
                  label={host.spec.name}
                  checked={!leftOut.has(id)}
                  onChange={({ currentTarget }) => choose([id], currentTarget.checked)}
                />
                <span className="dim small ellipsis">
                  {summary?.gpuModels?.map(({ name, count }) => `${count} × ${name}`).join(', ')}
                </span>
                <ConnectionBadge host={host} />
              </li>
            ))}
          </ul>
        </fieldset>
        {children}
      </div>
    </>
  );
}
