import type { RdmaDevice, RdmaPort } from '#shared/domain/facts/network';
import { isErrorCounter, isSaturated } from '#shared/domain/rdma-counters';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { KeyValueTable } from '../../../components/key-value-table';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import nodeClasses from '../node.module.css';
import classes from './network.module.css';

export interface PortRow {
  device: RdmaDevice;
  port: RdmaPort;
  devicePath: string;
  path: string;
}

/** What one port is called, where it is reached, and what it has counted. */
export function PortDetail({ row: { device, port, devicePath, path } }: { row: PortRow }) {
  const { t } = useWords();
  const names = [
    ['type', device.hcaType, `${devicePath}.hcaType`],
    ['board', device.boardId, `${devicePath}.boardId`],
    ['pci', device.pciBusId, `${devicePath}.pciBusId`],
    ['nodeGuid', device.nodeGuid, `${devicePath}.nodeGuid`],
    ['imageGuid', device.systemImageGuid, `${devicePath}.systemImageGuid`],
    ['portGuid', port.portGuid, `${path}.portGuid`],
    ['capabilities', port.capabilityMask, `${path}.capabilityMask`],
  ] as const;
  const counters = [
    ...Object.entries(port.counters).map(([name, value]) => ({ name, value, path: `${path}.counters` })),
    ...Object.entries(port.hardwareCounters).map(([name, value]) => ({
      name,
      value,
      path: `${path}.hardwareCounters`,
    })),
  ].sort((one, other) => Number(other.value > 0) - Number(one.value > 0));
  return (
    <section className={`${nodeClasses.detail} ${classes.detail}`} aria-label={`${device.name}/${port.port}`}>
      <div className={classes.detailColumns}>
        <div>
          <h3>{t('networkTab.identity')}</h3>
          <KeyValueTable
            rows={names.map(([name, value, at]) => ({
              key: name,
              label: t(`networkTab.name.${name}`),
              value: <Value value={value} path={at} isMono />,
            }))}
          />
          {port.gids.length > 0 && (
            <>
              <h3>{t('networkTab.gids')}</h3>
              <FactTable
                label={t('networkTab.gids')}
                rows={port.gids}
                rowKey={({ index }) => index}
                empty=""
                columns={[
                  { id: 'index', header: t('networkTab.index'), isNumeric: true, cell: ({ index }) => index },
                  { id: 'type', header: t('networkTab.type'), cell: ({ type }) => type ?? '—' },
                  { id: 'gid', header: 'GID', cell: ({ gid }) => <Value value={gid} path={`${path}.gids`} isMono /> },
                ]}
              />
            </>
          )}
        </div>
        <div>
          <h3>{t('networkTab.counters')}</h3>
          <FactTable
            label={t('networkTab.counters')}
            rows={counters}
            rowKey={({ name }) => name}
            empty={t('networkTab.noCounters')}
            columns={[
              { id: 'name', header: t('networkTab.counter'), cell: ({ name }) => <code>{name}</code> },
              {
                id: 'value',
                header: t('networkTab.count'),
                isNumeric: true,
                cell: ({ name, value, path: at }) => (
                  <Value value={value} unit="count" path={`${at}.${name}`}>
                    {value > 0 && isErrorCounter(name) ? (
                      <StateBadge tone="warn" variant="plain">
                        {value}
                      </StateBadge>
                    ) : undefined}
                  </Value>
                ),
              },
              {
                id: 'note',
                header: '',
                cell: ({ name, value }) =>
                  isSaturated(name, value) && <span className="dim">{t('networkTab.saturated')}</span>,
              },
            ]}
          />
          <p className="dim">{t('networkTab.countersNote')}</p>
        </div>
      </div>
    </section>
  );
}
