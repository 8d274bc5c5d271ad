import { Anchor } from '@mantine/core';
import { IconEqual, IconServer2 } from '@tabler/icons-react';
import type { DriftRow, SystemType } from '#shared/domain/profile/drift';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { FactTable } from '../../components/fact-table';
import { StateBadge } from '../../components/state-badge';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import classes from '../../parts/parts.module.css';
import { usePartWords } from '../../parts/use-part-words';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { useHostNames } from '../../stores/fleet-store';
import screenClasses from './parts-screen.module.css';

/** Nodes named beside a value; more are counted. */
const shownNodes = 12;

/** Drivers, firmware and settings that are not the same on all nodes of a system type. */
export function DriftTab() {
  const { t } = useWords();
  const query = useQuery('drift', (signal) => engine.parts.drift(undefined, { signal }));
  return (
    <>
      <p className={screenClasses.explain}>{t('partsScreen.drift.explain')}</p>
      <StateView
        query={query}
        isEmpty={(types) => types.length === 0}
        empty={<StatePanel icon={IconServer2} title={t('partsScreen.drift.empty')} />}
      >
        {(types) => (
          <div className={classes.stack}>
            {types.every(({ rows }) => rows.length === 0) && (
              <StatePanel
                variant="inline"
                icon={IconEqual}
                title={t('partsScreen.drift.none')}
                detail={t('partsScreen.drift.noneDetail')}
              />
            )}
            {types.map((type) => (
              <TypeSection key={type.title} type={type} />
            ))}
          </div>
        )}
      </StateView>
    </>
  );
}

function TypeSection({ type: { title, hostIds, rows } }: { type: SystemType }) {
  const { t } = useWords();
  const words = usePartWords();
  const name = title || t('partsScreen.drift.unknownType');
  const empty = t(hostIds.length === 1 ? 'partsScreen.drift.single' : 'partsScreen.drift.none');
  return (
    <section className={classes.group}>
      <h2>
        {name} <span className="dim">{t('partsScreen.drift.nodes', { count: hostIds.length })}</span>
      </h2>
      <FactTable
        label={name}
        rows={rows}
        rowKey={({ kind, model, attribute }) => `${kind} ${model} ${attribute}`}
        empty={empty}
        columns={[
          {
            id: 'attribute',
            header: t('partsScreen.drift.attribute'),
            width: '32%',
            cell: ({ kind, model, attribute }) => (
              <>
                {words.attribute(attribute)} <span className="dim">{model ?? words.kind(kind)}</span>
              </>
            ),
          },
          { id: 'values', header: t('partsScreen.drift.values'), cell: (row) => <Values row={row} /> },
        ]}
      />
    </section>
  );
}

function Values({ row: { kind, attribute, values } }: { row: DriftRow }) {
  const { t } = useWords();
  const words = usePartWords();
  const nameOf = useHostNames();
  return (
    <div className={classes.values}>
      {values.map(({ value, hostIds, isMinority }) => {
        const shown = isMinority ? hostIds.slice(0, shownNodes) : [];
        const text = words.value(kind, attribute, value);
        return (
          <div key={String(value)}>
            {isMinority ? (
              <StateBadge tone="warn" variant="plain">
                {text}
              </StateBadge>
            ) : (
              text
            )}{' '}
            <span className="dim">{t('partsScreen.drift.nodes', { count: hostIds.length })}</span>{' '}
            <span className={classes.nodes}>
              {shown.map((hostId) => (
                <Anchor
                  key={hostId}
                  component="button"
                  underline="always"
                  size="sm"
                  onClick={() => navigate({ screen: 'node', hostId, section: 'parts' })}
                >
                  {nameOf(hostId)}
                </Anchor>
              ))}
            </span>
          </div>
        );
      })}
    </div>
  );
}
