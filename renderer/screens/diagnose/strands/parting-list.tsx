import { Anchor, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { TreeGraph } from '#shared/domain/diagnosis';
import { asWalked } from '#shared/domain/run-trees';
import type { Parting, Strands } from '#shared/domain/strands/strands';
import { printable } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { useHostNames } from '../../../stores/fleet-store';
import { GroupMark } from './group-mark';
import { readableValue, spreadOf } from './spread-of';
import classes from './strands.module.css';

interface PartingListProps {
  strands: Strands;
  /** Trees that are loaded, to name steps by. */
  treesById: ReadonlyMap<string, TreeGraph>;
  stepId: string | null;
  onSelect: (stepId: string) => void;
}

const shownReasons = 3;
const shownValues = 6;
const shownMarks = 8;

/** Where walks part, and the values that made them. */
export function PartingList({ strands, treesById, stepId, onSelect }: PartingListProps) {
  const { t, localized } = useWords();
  const steps = new Map(
    [...treesById.values()].flatMap((tree) =>
      asWalked(tree, strands).steps.map(({ id, title }) => [id, localized(title)] as const),
    ),
  );
  const { partings, groups } = strands;
  if (groups.length === 0) return null;
  return (
    <section>
      <h2 className={classes.heading}>{t('strands.partings')}</h2>
      {partings.length === 0 ? (
        <Text c="dimmed">{t('strands.noPartings', { count: groups[0]?.hostIds.length ?? 0 })}</Text>
      ) : (
        <ul className={classes.cards}>
          {partings.map((parting) => (
            <PartingCard
              key={parting.stepId}
              parting={parting}
              groups={groups}
              title={steps.get(parting.stepId) ?? parting.stepId}
              isSelected={parting.stepId === stepId}
              onSelect={() => onSelect(parting.stepId)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface PartingCardProps {
  parting: Parting;
  groups: Strands['groups'];
  title: string;
  isSelected: boolean;
  onSelect: () => void;
}

function PartingCard({ parting, groups, title, isSelected, onSelect }: PartingCardProps) {
  const { t, localized } = useWords();
  const card = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isSelected) card.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  const places = new Map(groups.map(({ id }, place) => [id, place]));
  const { ways, values } = parting;
  return (
    <li ref={card} className={classes.card} data-is-selected={isSelected}>
      <Anchor component="button" type="button" className={classes.cardTitle} onClick={onSelect}>
        {title}
      </Anchor>
      <ul className={classes.ways}>
        {ways.map((way) => (
          <li key={way.branchId ?? ''} className={classes.way}>
            <span className={classes.wayMarks}>
              {way.groupIds.slice(0, shownMarks).map((id) => (
                <GroupMark key={id} id={id} place={places.get(id) ?? 0} />
              ))}
              {way.groupIds.length > shownMarks && `+${way.groupIds.length - shownMarks}`}
            </span>
            <div>
              <p>
                <strong>{way.branchId === null ? t('strands.waits') : localized(way.label)}</strong>{' '}
                <span className="dim">
                  <HostNames hostIds={way.hostIds} />
                </span>
              </p>
              {way.reasons.slice(0, shownReasons).map(({ text, hostIds }) => (
                <p key={text.en} className="small">
                  {localized(text)}
                  {hostIds.length < way.hostIds.length && (
                    <span className="dim">
                      {' '}
                      (<HostNames hostIds={hostIds} />)
                    </span>
                  )}
                </p>
              ))}
              {way.reasons.length > shownReasons && (
                <p className="small dim">{t('strands.moreReasons', { count: way.reasons.length - shownReasons })}</p>
              )}
            </div>
          </li>
        ))}
      </ul>
      {values.length > 0 && <Values values={values} ways={ways} places={places} />}
    </li>
  );
}

interface ValuesProps extends Pick<Parting, 'values' | 'ways'> {
  places: ReadonlyMap<string, number>;
}

/** Each value that differs, a column for each way. */
function Values({ values, ways, places }: ValuesProps) {
  const { t } = useWords();
  return (
    <table className={classes.values} aria-label={t('diagnoseScreen.values')}>
      <thead>
        <tr>
          {ways.map(({ branchId, groupIds }) => (
            <th key={branchId ?? ''} scope="col">
              <span className={classes.wayMarks}>
                {groupIds.slice(0, 3).map((id) => (
                  <GroupMark key={id} id={id} place={places.get(id) ?? 0} />
                ))}
                {groupIds.length > 3 && `+${groupIds.length - 3}`}
              </span>
            </th>
          ))}
        </tr>
      </thead>
      {values.slice(0, shownValues).map(({ expression, isDeciding, ways: columns }) => (
        <tbody key={expression}>
          <tr>
            <th scope="rowgroup" colSpan={ways.length}>
              <code>{expression}</code> {isDeciding && <span className="small dim">{t('strands.deciding')}</span>}
            </th>
          </tr>
          <tr>
            {columns.map((column, index) => (
              <td key={ways[index]?.branchId ?? ''}>
                <Spread values={column} />
              </td>
            ))}
          </tr>
        </tbody>
      ))}
    </table>
  );
}

function Spread({ values }: { values: Parting['values'][number]['ways'][number] }) {
  const { t } = useWords();
  const spread = spreadOf(values);
  switch (spread.kind) {
    case 'none':
      return <span className="dim">{t('strands.notRead')}</span>;
    case 'range':
      return (
        <code>
          <strong>{t('strands.range', { from: spread.from, to: spread.to })}</strong>
        </code>
      );
    case 'each':
      return (
        <>
          {spread.values.map(({ value, hostIds }) => (
            <div key={value}>
              <code>
                <strong>{printable(readableValue(value))}</strong>
              </code>{' '}
              {values.length > 1 && (
                <span className="small dim">
                  <HostNames hostIds={hostIds} />
                </span>
              )}
            </div>
          ))}
          {spread.more > 0 && <span className="small dim">{t('strands.moreValues', { count: spread.more })}</span>}
        </>
      );
  }
}

/** A few by name, many by how many. */
export function HostNames({ hostIds }: { hostIds: readonly string[] }) {
  const { t } = useWords();
  const hostName = useHostNames();
  if (hostIds.length > 3)
    return (
      <span title={hostIds.slice(0, 40).map(hostName).join(', ')}>{t('strands.nodes', { count: hostIds.length })}</span>
    );
  return <>{hostIds.map(hostName).join(', ')}</>;
}
