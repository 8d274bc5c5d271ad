import type { RaidArray, RaidFacts } from '#shared/domain/facts/storage';
import { isArrayWell } from '#shared/domain/storage-concerns';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import { ProbeSection } from '../probe-section';
import classes from './storage.module.css';

export function RaidSection() {
  const { t } = useWords();
  return (
    <ProbeSection probeId="raid" title={t('storage.raid')}>
      {(facts) => <Raid facts={facts} />}
    </ProbeSection>
  );
}

function Raid({ facts }: { facts: RaidFacts }) {
  const { t } = useWords();
  const { arrays, volumes, multipaths } = facts;
  if (arrays.length + volumes.length + multipaths.length === 0) return <p className="dim">{t('storage.noArrays')}</p>;
  return (
    <>
      {arrays.length > 0 && <Arrays arrays={arrays} />}
      {volumes.length > 0 && <Volumes volumes={volumes} />}
      {multipaths.length > 0 && <Multipaths multipaths={multipaths} />}
    </>
  );
}

function Arrays({ arrays }: { arrays: readonly RaidArray[] }) {
  const { t } = useWords();
  return (
    <FactTable
      label={t('storage.arrays')}
      rows={arrays}
      rowKey={({ name }, index) => `${index}:${name}`}
      empty={t('storage.noArrays')}
      columns={[
        {
          id: 'name',
          header: t('storage.array'),
          cell: (row, index) => <Value value={row.name} path={`arrays.${index}.name`} />,
        },
        {
          id: 'level',
          header: t('storage.level'),
          cell: (row, index) => <Value value={row.level} path={`arrays.${index}.level`} />,
        },
        {
          id: 'state',
          header: t('storage.state'),
          cell: (row, index) => (
            <Value value={row.state} path={`arrays.${index}.state`}>
              <StateBadge tone={toneOf(isArrayWell(row))} variant="plain">
                {row.state}
              </StateBadge>
            </Value>
          ),
        },
        {
          id: 'operation',
          header: t('storage.operation'),
          cell: (row, index) => <Operation array={row} path={`arrays.${index}.operation`} />,
        },
        {
          id: 'size',
          header: t('storage.size'),
          isNumeric: true,
          cell: (row, index) => <Value value={row.sizeBytes} unit="bytes" path={`arrays.${index}.sizeBytes`} />,
        },
        {
          id: 'members',
          header: t('storage.members'),
          isWide: true,
          cell: (row, index) => <Members array={row} path={`arrays.${index}.members`} />,
        },
      ]}
    />
  );
}

function toneOf(isWell: boolean | null): Tone {
  return isWell === null ? 'unknown' : isWell ? 'ok' : 'bad';
}

function Operation({ array: { operation }, path }: { array: RaidArray; path: string }) {
  const { t } = useWords();
  if (operation === null) return null;
  const { name, percent, finishMinutes: minutes } = operation;
  return (
    <Value value={name} path={path}>
      {percent === null
        ? t('storage.operationWaits', { name })
        : minutes === null
          ? t('storage.operationAt', { name, percent })
          : t('storage.operationLeft', { name, percent, minutes: Math.round(minutes) })}
    </Value>
  );
}

/** Names of members that work, and what is the matter with the others. */
function Members({ array, path }: { array: RaidArray; path: string }) {
  const { t } = useWords();
  const told = array.members.map(({ name, state }) =>
    state === 'active' ? name : `${name} ${t(`storage.memberState.${state}`)}`.trim(),
  );
  const counts =
    array.membersWanted === null
      ? ''
      : `${array.membersActive ?? '?'} / ${array.membersWanted}${told.length > 0 ? ': ' : ''}`;
  return <Value value={`${counts}${told.join(', ')}`} path={path} />;
}

/** Many volumes of one kind, as Ceph makes them, are told by their group alone. */
function Volumes({ volumes }: { volumes: RaidFacts['volumes'] }) {
  const { t } = useWords();
  const isCeph = ({ group }: RaidFacts['volumes'][number]) => group.startsWith('ceph-');
  const own = volumes.map((volume, index) => ({ ...volume, index })).filter((volume) => !isCeph(volume));
  const osds = volumes.filter(isCeph);
  const total = osds.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  const format = useFormat();
  return (
    <>
      <h3 className={classes.subhead}>{t('storage.volumes')}</h3>
      {osds.length > 0 && (
        <p>
          <Value value={osds.length} path="volumes">
            {t('storage.cephVolumes', { count: osds.length, size: format.bytes(total) })}
          </Value>
        </p>
      )}
      {own.length > 0 && (
        <FactTable
          label={t('storage.volumes')}
          rows={own}
          rowKey={({ index }) => index}
          empty={t('storage.noArrays')}
          columns={[
            {
              id: 'name',
              header: t('storage.volume'),
              cell: (row) => <Value value={`${row.group}/${row.name}`} path={`volumes.${row.index}.name`} />,
            },
            {
              id: 'size',
              header: t('storage.size'),
              isNumeric: true,
              cell: (row) => <Value value={row.sizeBytes} unit="bytes" path={`volumes.${row.index}.sizeBytes`} />,
            },
            {
              id: 'data',
              header: t('storage.dataFull'),
              isNumeric: true,
              cell: (row) => <Value value={row.dataPercent} unit="percent" path={`volumes.${row.index}.dataPercent`} />,
            },
            {
              id: 'metadata',
              header: t('storage.metadataFull'),
              isNumeric: true,
              cell: (row) => (
                <Value value={row.metadataPercent} unit="percent" path={`volumes.${row.index}.metadataPercent`} />
              ),
            },
            {
              id: 'attributes',
              header: t('storage.attributes'),
              isWide: true,
              cell: (row) => <Value value={row.attributes} path={`volumes.${row.index}.attributes`} isMono />,
            },
          ]}
        />
      )}
    </>
  );
}

function Multipaths({ multipaths }: { multipaths: RaidFacts['multipaths'] }) {
  const { t } = useWords();
  return (
    <>
      <h3 className={classes.subhead}>{t('storage.multipaths')}</h3>
      <FactTable
        label={t('storage.multipaths')}
        rows={multipaths}
        rowKey={({ name }, index) => `${index}:${name}`}
        empty={t('storage.noArrays')}
        columns={[
          {
            id: 'name',
            header: t('storage.name'),
            cell: (row, index) => <Value value={row.name} path={`multipaths.${index}.name`} />,
          },
          {
            id: 'paths',
            header: t('storage.paths'),
            cell: ({ paths }, index) => {
              const usable = paths.filter(({ isUsable }) => isUsable).length;
              return (
                <Value value={usable} path={`multipaths.${index}.paths`}>
                  <StateBadge tone={usable === paths.length && usable > 0 ? 'ok' : 'warn'} variant="plain">
                    {t('storage.pathCount', { usable, total: paths.length })}
                  </StateBadge>
                </Value>
              );
            },
          },
          {
            id: 'size',
            header: t('storage.size'),
            isNumeric: true,
            cell: (row, index) => <Value value={row.sizeBytes} unit="bytes" path={`multipaths.${index}.sizeBytes`} />,
          },
          {
            id: 'product',
            header: t('storage.product'),
            isWide: true,
            cell: (row, index) => <Value value={row.product} path={`multipaths.${index}.product`} />,
          },
        ]}
      />
    </>
  );
}
