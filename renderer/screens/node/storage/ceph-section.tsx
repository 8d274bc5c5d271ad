import type { CephFacts } from '#shared/domain/facts/storage-services';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import { Meter } from '../../../components/meter';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import nodeClasses from '../node.module.css';
import { ProbeSection, useResults } from '../probe-section';
import { OsdTree } from './osd-tree';
import classes from './storage.module.css';

/** Left away on a node without ceph: the tiers say so already. */
export function CephSection() {
  const { t } = useWords();
  const { results } = useResults();
  if (results.get('ceph')?.state === 'missing-tool') return null;
  return (
    <ProbeSection probeId="ceph" title={t('storage.ceph')}>
      {(facts) => <Ceph facts={facts} />}
    </ProbeSection>
  );
}

/** nearfull is 85 % and full 95 % unless set otherwise (mon_osd_nearfull_ratio, mon_osd_full_ratio). */
export const nearFull = 0.85;
export const full = 0.95;

const healthTones: Readonly<Record<string, Tone>> = { HEALTH_OK: 'ok', HEALTH_WARN: 'warn', HEALTH_ERR: 'bad' };

function Ceph({ facts }: { facts: CephFacts }) {
  const { t } = useWords();
  return (
    <>
      <Overview facts={facts} />
      {facts.checks.length > 0 && (
        <>
          <h3 className={classes.subhead}>{t('storage.checks')}</h3>
          <FactTable
            label={t('storage.checks')}
            rows={facts.checks}
            rowKey={({ code }) => code}
            empty=""
            columns={[
              {
                id: 'code',
                header: t('storage.check'),
                cell: (row, index) => (
                  <Value value={row.code} path={`checks.${index}.code`}>
                    <StateBadge tone={healthTones[row.severity ?? ''] ?? 'unknown'} variant="plain">
                      {row.code}
                    </StateBadge>
                  </Value>
                ),
              },
              {
                id: 'summary',
                header: t('storage.summary'),
                isWide: true,
                cell: (row, index) => (
                  <span title={row.details.join('\n')}>
                    <Value value={row.summary} path={`checks.${index}.summary`} />{' '}
                    {row.isMuted && <span className="dim">{t('storage.muted')}</span>}
                  </span>
                ),
              },
            ]}
          />
        </>
      )}
      {facts.tree.length > 0 && (
        <>
          <h3 className={classes.subhead}>{t('storage.tree')}</h3>
          <OsdTree tree={facts.tree} />
        </>
      )}
      {facts.pools.length > 0 && (
        <>
          <h3 className={classes.subhead}>{t('storage.pools')}</h3>
          <Pools pools={facts.pools} />
        </>
      )}
    </>
  );
}

function Overview({ facts }: { facts: CephFacts }) {
  const { t } = useWords();
  const format = useFormat();
  const { osds, monitors, placementGroups: groups, capacity, metadataServers, throughput } = facts;
  const isShort = osds.up !== null && osds.total !== null && osds.up < osds.total;
  return (
    <KeyValueTable
      columns={2}
      rows={[
        {
          label: t('storage.state'),
          value: (
            <Value value={facts.health} path="health">
              <StateBadge tone={healthTones[facts.health ?? ''] ?? 'unknown'}>{facts.health}</StateBadge>
            </Value>
          ),
        },
        { label: t('storage.cluster'), value: <Value value={facts.fsid} path="fsid" isMono /> },
        {
          label: t('storage.monitors'),
          value: (
            <Value value={monitors.total} path="monitors">
              {t('storage.monitorCount', { up: monitors.inQuorum.length, total: monitors.total ?? '?' })}
            </Value>
          ),
        },
        {
          label: t('storage.osds'),
          value: (
            <Value value={osds.total} path="osds">
              <StateBadge tone={isShort ? 'warn' : 'ok'} variant="plain">
                {t('storage.osdCount', { up: osds.up ?? '?', in: osds.in ?? '?', total: osds.total ?? '?' })}
              </StateBadge>
            </Value>
          ),
        },
        {
          label: t('storage.capacity'),
          value: (
            <Value value={capacity.totalBytes} path="capacity">
              {capacity.totalBytes !== null && capacity.usedBytes !== null && (
                <span className={nodeClasses.metered} style={{ justifyContent: 'flex-start' }}>
                  <Meter
                    value={capacity.usedBytes}
                    max={capacity.totalBytes}
                    warnFrom={nearFull}
                    badFrom={full}
                    label={t('storage.usedOf', {
                      used: format.bytes(capacity.usedBytes),
                      total: format.bytes(capacity.totalBytes),
                    })}
                  />
                  <span>
                    {t('storage.usedOf', {
                      used: format.bytes(capacity.usedBytes),
                      total: format.bytes(capacity.totalBytes),
                    })}
                  </span>
                </span>
              )}
            </Value>
          ),
        },
        {
          label: t('storage.placementGroups'),
          value: (
            <Value value={groups.total} path="placementGroups">
              {groups.states.map(({ state, count }) => `${format.number(count)} ${state}`).join(', ')}
            </Value>
          ),
        },
        {
          label: t('storage.degradedObjects'),
          value: (
            <Value value={groups.degradedObjects} path="placementGroups.degradedObjects">
              {format.number(groups.degradedObjects ?? 0)}
              {groups.degradedPercent !== null && ` (${format.number(groups.degradedPercent, 2)} %)`}
            </Value>
          ),
        },
        {
          label: t('storage.metadataServers'),
          value: (
            <Value value={metadataServers.up} path="metadataServers">
              {t('storage.metadataServerCount', { up: metadataServers.up, standby: metadataServers.standby ?? 0 })}
            </Value>
          ),
        },
        {
          label: t('storage.throughput'),
          value: (
            <Value value={throughput.readBytesPerSec} path="throughput">
              {`${format.bytes(throughput.readBytesPerSec ?? 0)}/s · ${format.bytes(throughput.writtenBytesPerSec ?? 0)}/s`}
            </Value>
          ),
        },
        {
          label: t('storage.standbyManagers'),
          value: <Value value={facts.standbyManagers} unit="count" path="standbyManagers" />,
        },
      ]}
    />
  );
}

function Pools({ pools }: { pools: CephFacts['pools'] }) {
  const { t } = useWords();
  return (
    <FactTable
      label={t('storage.pools')}
      rows={pools}
      rowKey={({ name }) => name}
      empty=""
      columns={[
        {
          id: 'name',
          header: t('storage.pool'),
          isWide: true,
          cell: (row, index) => <Value value={row.name} path={`pools.${index}.name`} />,
        },
        {
          id: 'stored',
          header: t('storage.stored'),
          isNumeric: true,
          cell: (row, index) => <Value value={row.storedBytes} unit="bytes" path={`pools.${index}.storedBytes`} />,
        },
        {
          id: 'used',
          header: t('storage.usedRaw'),
          isNumeric: true,
          cell: (row, index) => <Value value={row.usedBytes} unit="bytes" path={`pools.${index}.usedBytes`} />,
        },
        {
          id: 'available',
          header: t('storage.available'),
          isNumeric: true,
          cell: (row, index) => (
            <Value value={row.availableBytes} unit="bytes" path={`pools.${index}.availableBytes`} />
          ),
        },
        {
          id: 'objects',
          header: t('storage.objects'),
          isNumeric: true,
          cell: (row, index) => <Value value={row.objects} unit="count" path={`pools.${index}.objects`} />,
        },
      ]}
    />
  );
}
