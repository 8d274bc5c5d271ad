import type { EthernetSettingsFacts } from '#shared/domain/facts/network';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Value } from '../../../components/value';

/** Firmware and settings of each port, as ethtool tells them, with what it has counted that is not zero. */
export function EthernetSettingsTable({ facts: { interfaces } }: { facts: EthernetSettingsFacts }) {
  const { t } = useWords();
  const onOff = (value: boolean | null) => (value === null ? '—' : t(value ? 'shell.value.on' : 'shell.value.off'));
  return (
    <FactTable
      label={t('networkTab.settings')}
      rows={interfaces}
      rowKey={({ name }) => name}
      empty={t('networkTab.noSettings')}
      columns={[
        {
          id: 'name',
          header: t('networkTab.interface'),
          cell: (row, at) => <Value value={row.name} path={`interfaces.${at}.name`} />,
        },
        {
          id: 'firmware',
          header: t('networkTab.firmware'),
          cell: (row, at) => <Value value={row.firmwareVersion} path={`interfaces.${at}.firmwareVersion`} />,
        },
        {
          id: 'speed',
          header: t('networkTab.speedOf'),
          isNumeric: true,
          cell: (row, at) => (
            <>
              <Value value={row.speedMbitPerSec} unit="mbit" path={`interfaces.${at}.speedMbitPerSec`} />
              {row.maxSpeedMbitPerSec !== null && (
                <>
                  {' / '}
                  <Value value={row.maxSpeedMbitPerSec} unit="mbit" path={`interfaces.${at}.maxSpeedMbitPerSec`} />
                </>
              )}
            </>
          ),
        },
        {
          id: 'auto',
          header: t('networkTab.autonegotiation'),
          cell: (row, at) => (
            <Value value={row.isAutonegotiationOn} unit="switch" path={`interfaces.${at}.isAutonegotiationOn`} />
          ),
        },
        {
          id: 'fec',
          header: t('networkTab.fec'),
          cell: (row, at) => (
            <Value value={row.forwardErrorCorrection.join(', ')} path={`interfaces.${at}.forwardErrorCorrection`} />
          ),
        },
        {
          id: 'pause',
          header: t('networkTab.pause'),
          cell: (row, at) => (
            <Value
              value={
                row.pauseRx === null && row.pauseTx === null ? null : `${onOff(row.pauseRx)} / ${onOff(row.pauseTx)}`
              }
              path={`interfaces.${at}.pauseRx`}
            />
          ),
        },
        {
          id: 'ring',
          header: t('networkTab.ring'),
          isNumeric: true,
          cell: (row, at) => (
            <>
              <Value value={row.ringRx} unit="count" path={`interfaces.${at}.ringRx`} />
              {row.ringRxMax !== null && <span className="dim"> / {row.ringRxMax}</span>}
            </>
          ),
        },
        {
          id: 'port',
          header: t('networkTab.medium'),
          cell: (row, at) => <Value value={row.port} path={`interfaces.${at}.port`} />,
        },
        {
          id: 'counters',
          header: t('networkTab.counted'),
          isWide: true,
          cell: (row, at) => {
            const counted = Object.entries(row.counters).filter(([, value]) => value > 0);
            if (Object.keys(row.counters).length === 0) return <Value value={null} />;
            return (
              <Value
                value={counted.map(([name, value]) => `${name} ${value}`).join(', ') || t('networkTab.nothingCounted')}
                path={`interfaces.${at}.counters`}
              />
            );
          },
        },
      ]}
    />
  );
}
