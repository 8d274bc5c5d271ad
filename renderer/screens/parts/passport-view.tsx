import { ActionIcon, Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { eventWords } from '#shared/domain/parts/event-words';
import type { Passport } from '#shared/domain/parts/history';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { CopyButton } from '../../components/copy-button';
import { FactTable } from '../../components/fact-table';
import { useFormat } from '../../components/format';
import { KeyValueTable } from '../../components/key-value-table';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import { Toolbar } from '../../components/toolbar';
import classes from '../../parts/parts.module.css';
import { usePartWords } from '../../parts/use-part-words';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { useFleet, useHostNames } from '../../stores/fleet-store';
import screenClasses from './parts-screen.module.css';
import { Warranty } from './warranty';

/** One part: where it has been, what it counted, what happened to it, and what somebody wrote about it. */
export function PassportView({ id }: { id: number }) {
  const { t } = useWords();
  const words = usePartWords();
  const query = useQuery(`passport ${id}`, (signal) => engine.parts.passport({ id }, { signal }));
  const title = query.data ? (query.data.model ?? words.kind(query.data.kind)) : t('partsScreen.passport');
  return (
    <>
      <Toolbar
        title={
          <span>
            <ActionIcon
              size="sm"
              aria-label={t('partsScreen.one.back')}
              onClick={() => navigate({ screen: 'parts', section: 'search' })}
            >
              <IconArrowLeft size={16} />
            </ActionIcon>
            <span className="ellipsis">{title}</span>
          </span>
        }
        info={query.data && <span className="mono">{query.data.identities[0]?.value}</span>}
      />
      <div className={screenClasses.panel}>
        <StateView query={query}>
          {(passport) => (
            <div className={classes.columns}>
              <div className={classes.stack}>
                <Identities passport={passport} />
                <Stays passport={passport} />
                <Warranty key={passport.id} passport={passport} onSaved={(saved) => query.set(() => saved)} />
              </div>
              <div className={classes.stack}>
                <Counters passport={passport} />
                <Events passport={passport} />
              </div>
            </div>
          )}
        </StateView>
      </div>
    </>
  );
}

function Identities({ passport: { kind, identities } }: { passport: Passport }) {
  const { t } = useWords();
  const words = usePartWords();
  return (
    <section className={classes.group}>
      <h2>
        {t('partsScreen.one.identities')} <span className="dim">{words.kind(kind)}</span>
      </h2>
      <KeyValueTable
        rows={identities.map(({ name, value }) => ({
          key: value,
          label: name === 'serial' ? words.attribute('identity') : words.attribute(name),
          value: (
            <>
              <span className="mono">{value}</span>{' '}
              <CopyButton text={value} label={t('partsScreen.one.copy')} isCompact />
            </>
          ),
        }))}
      />
    </section>
  );
}

function Stays({ passport: { stays, nodesAtOnce } }: { passport: Passport }) {
  const { t } = useWords();
  const format = useFormat();
  const nameOf = useHostNames();
  const hosts = useFleet((state) => state.hosts);
  return (
    <section className={classes.group}>
      <h2>{t('partsScreen.one.stays')}</h2>
      {nodesAtOnce > 1 && (
        <StatePanel variant="inline" tone="warn" title={t('partsScreen.one.atOnce', { count: nodesAtOnce })} />
      )}
      <FactTable
        label={t('partsScreen.one.stays')}
        rows={stays}
        rowKey={({ hostId, slot, fromMs }) => `${hostId} ${slot} ${fromMs}`}
        empty={t('partsScreen.search.nowhere')}
        columns={[
          {
            id: 'node',
            header: t('partsScreen.one.node'),
            cell: ({ hostId }) =>
              hosts?.has(hostId) ? (
                <Anchor
                  component="button"
                  underline="always"
                  size="sm"
                  onClick={() => navigate({ screen: 'node', hostId, section: 'parts' })}
                >
                  {nameOf(hostId)}
                </Anchor>
              ) : (
                nameOf(hostId)
              ),
          },
          { id: 'slot', header: t('partsScreen.slot'), cell: ({ slot }) => <span className="mono">{slot}</span> },
          { id: 'from', header: t('partsScreen.one.from'), cell: ({ fromMs }) => format.dateTime(fromMs) },
          {
            id: 'to',
            header: t('partsScreen.one.to'),
            isWide: true,
            cell: ({ toMs, isOpen, isOutdated }) => {
              const time = format.dateTime(toMs);
              const words = isOutdated ? 'seenElsewhere' : 'stillThere';
              return (
                <span className={isOutdated ? 'dim' : undefined} style={{ whiteSpace: 'normal' }}>
                  {isOpen || isOutdated ? t(`partsScreen.one.${words}`, { time }) : time}
                </span>
              );
            },
          },
        ]}
      />
    </section>
  );
}

/** Values before the newest one; a counter that runs wild has more than anybody reads. */
const shownEarlier = 5;

function Counters({ passport: { kind, counters } }: { passport: Passport }) {
  const { t } = useWords();
  const words = usePartWords();
  const format = useFormat();
  const names = [...new Set(counters.flatMap(({ values }) => Object.keys(values)))];
  const rows = names.map((name) => ({ name, points: changesOf(counters, name) }));
  return (
    <section className={classes.group}>
      <h2>{t('partsScreen.one.counters')}</h2>
      <FactTable
        label={t('partsScreen.one.counters')}
        rows={rows}
        rowKey={({ name }) => name}
        empty={t('partsScreen.one.noCounters')}
        columns={[
          {
            id: 'counter',
            header: t('partsScreen.one.counter'),
            isWide: true,
            cell: ({ name }) => <span style={{ whiteSpace: 'normal' }}>{words.attribute(name)}</span>,
          },
          {
            id: 'value',
            header: t('partsScreen.one.value'),
            isNumeric: true,
            cell: ({ name, points }) => words.value(kind, name, points[0]?.value ?? null),
          },
          {
            id: 'since',
            header: t('partsScreen.one.since'),
            cell: ({ points }) => (points[0] ? format.dateTime(points[0].atMs) : '—'),
          },
          {
            id: 'earlier',
            header: t('partsScreen.one.earlier'),
            cell: ({ name, points }) => (
              <span className="dim">
                {points.slice(1, 1 + shownEarlier).map(({ atMs, value }) => (
                  <span key={atMs} style={{ display: 'block' }}>
                    {words.value(kind, name, value)} · {format.dateTime(atMs)}
                  </span>
                ))}
              </span>
            ),
          },
        ]}
      />
    </section>
  );
}

/** When a counter came to each of its values, newest first. */
function changesOf(counters: Passport['counters'], name: string): Array<{ atMs: number; value: number }> {
  const points: Array<{ atMs: number; value: number }> = [];
  for (const { atMs, values } of counters) {
    const value = values[name] ?? null;
    if (value !== null && points[0]?.value !== value) points.unshift({ atMs, value });
  }
  return points;
}

function Events({ passport: { kind, events } }: { passport: Passport }) {
  const { t, message } = useWords();
  const format = useFormat();
  const nameOf = useHostNames();
  return (
    <section className={classes.group}>
      <h2>{t('partsScreen.one.events')}</h2>
      <FactTable
        label={t('partsScreen.one.events')}
        rows={events}
        rowKey={(_, index) => index}
        empty={t('partsScreen.one.noEvents')}
        columns={[
          {
            id: 'time',
            header: t('partsScreen.one.time'),
            cell: ({ atMs }) =>
              atMs === null ? <span className="dim">{t('partsScreen.one.noTime')}</span> : format.dateTime(atMs),
          },
          { id: 'node', header: t('partsScreen.one.node'), cell: ({ hostId }) => nameOf(hostId) },
          {
            id: 'what',
            header: t('partsScreen.one.what'),
            isWide: true,
            cell: ({ event }) => (
              <span className={event.kind === 'log' ? 'mono' : undefined} style={{ whiteSpace: 'normal' }}>
                {eventWords(event, kind, message)}
              </span>
            ),
          },
        ]}
      />
    </section>
  );
}
