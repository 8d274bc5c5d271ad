import type { NetworkFacts, RdmaFacts } from '#shared/domain/facts/network';
import { useWords } from '../../app/i18n';
import { FactTable } from '../../components/fact-table';
import { StateBadge } from '../../components/state-badge';
import { Value } from '../../components/value';
import { ProbeSection } from './probe-section';

export function NetworkTab() {
  const { t } = useWords();
  return (
    <>
      <ProbeSection probeId="rdma" title={t('nodeScreen.network.rdma')}>
        {(facts) => <RdmaPorts facts={facts} />}
      </ProbeSection>
      <ProbeSection probeId="network" title={t('nodeScreen.network.interfaces')}>
        {(facts) => <Interfaces facts={facts} />}
      </ProbeSection>
    </>
  );
}

function RdmaPorts({ facts }: { facts: RdmaFacts }) {
  const { t } = useWords();
  const rows = facts.devices.flatMap((device, deviceIndex) =>
    device.ports.map((port, portIndex) => ({
      device,
      port,
      devicePath: `devices.${deviceIndex}`,
      path: `devices.${deviceIndex}.ports.${portIndex}`,
    })),
  );
  return (
    <FactTable
      label={t('nodeScreen.network.rdma')}
      rows={rows}
      rowKey={(row) => row.path}
      empty={t('nodeScreen.network.noRdma')}
      columns={[
        {
          id: 'device',
          header: t('nodeScreen.network.device'),
          cell: ({ device, devicePath }) => <Value value={device.name} path={`${devicePath}.name`} />,
        },
        {
          id: 'port',
          header: t('nodeScreen.network.port'),
          isNumeric: true,
          cell: ({ port, path }) => <Value value={port.port} unit="count" path={`${path}.port`} />,
        },
        {
          id: 'state',
          header: t('nodeScreen.network.state'),
          cell: ({ port, path }) => (
            <Value value={port.state} path={`${path}.state`}>
              <StateBadge variant="plain" tone={port.state === 'ACTIVE' ? 'ok' : 'warn'}>
                {port.state}
              </StateBadge>
            </Value>
          ),
        },
        {
          id: 'physical',
          header: t('nodeScreen.network.physical'),
          cell: ({ port, path }) => <Value value={port.physicalState} path={`${path}.physicalState`} />,
        },
        {
          id: 'rate',
          header: t('nodeScreen.network.rate'),
          isNumeric: true,
          cell: ({ port, path }) => (
            <>
              <Value value={port.rateGbitPerSec} unit="gbit" path={`${path}.rateGbitPerSec`} />{' '}
              {port.rateText && <span className="dim">{port.rateText}</span>}
            </>
          ),
        },
        {
          id: 'layer',
          header: t('nodeScreen.network.layer'),
          cell: ({ port, path }) => <Value value={port.linkLayer} path={`${path}.linkLayer`} />,
        },
        {
          id: 'netdev',
          header: t('nodeScreen.network.netdev'),
          cell: ({ port, path }) => <Value value={port.netdev} path={`${path}.netdev`} />,
        },
        {
          id: 'lid',
          header: t('nodeScreen.network.lid'),
          isNumeric: true,
          cell: ({ port, path }) => <Value value={port.lid} unit="count" path={`${path}.lid`} />,
        },
        {
          id: 'firmware',
          header: t('nodeScreen.network.firmware'),
          cell: ({ device, devicePath }) => (
            <Value value={device.firmwareVersion} path={`${devicePath}.firmwareVersion`} />
          ),
        },
        {
          id: 'numa',
          header: t('nodeScreen.network.numa'),
          isNumeric: true,
          cell: ({ device, devicePath }) => (
            <Value value={device.numaNode} unit="count" path={`${devicePath}.numaNode`} />
          ),
        },
      ]}
    />
  );
}

/** InfiniBand's hardware addresses have 20 bytes, of which the last 8 tell the ports apart; the evidence has all. */
function shortAddress(address: string): string {
  return address.length > 17 ? `…${address.slice(-23)}` : address;
}

function Interfaces({ facts }: { facts: NetworkFacts }) {
  const { t } = useWords();
  return (
    <FactTable
      label={t('nodeScreen.network.interfaces')}
      rows={facts.interfaces}
      rowKey={(row) => row.name}
      empty={t('nodeScreen.network.none')}
      columns={[
        {
          id: 'name',
          header: t('nodeScreen.network.name'),
          cell: (row, index) => <Value value={row.name} path={`interfaces.${index}.name`} />,
        },
        {
          id: 'kind',
          header: t('nodeScreen.network.kind'),
          cell: (row, index) => <Value value={row.kind} path={`interfaces.${index}.kind`} />,
        },
        {
          id: 'state',
          header: t('nodeScreen.network.state'),
          cell: (row, index) => (
            <Value value={row.operationalState} path={`interfaces.${index}.operationalState`}>
              {row.operationalState?.toUpperCase()}
            </Value>
          ),
        },
        {
          id: 'speed',
          header: t('nodeScreen.network.speed'),
          isNumeric: true,
          cell: (row, index) => (
            <Value value={row.speedMbitPerSec} unit="mbit" path={`interfaces.${index}.speedMbitPerSec`} />
          ),
        },
        {
          id: 'mtu',
          header: t('nodeScreen.network.mtu'),
          isNumeric: true,
          cell: (row, index) => <Value value={row.mtu} unit="count" path={`interfaces.${index}.mtu`} />,
        },
        {
          id: 'addresses',
          header: t('nodeScreen.network.addresses'),
          isWide: true,
          cell: (row, index) => <Value value={row.addresses.join(', ')} path={`interfaces.${index}.addresses`} />,
        },
        {
          id: 'mac',
          header: t('nodeScreen.network.mac'),
          cell: (row, index) => (
            <Value value={row.macAddress} path={`interfaces.${index}.macAddress`} isMono>
              {row.macAddress && shortAddress(row.macAddress)}
            </Value>
          ),
        },
        {
          id: 'driver',
          header: t('nodeScreen.network.driver'),
          cell: (row, index) => <Value value={row.driver} path={`interfaces.${index}.driver`} />,
        },
        {
          id: 'numa',
          header: t('nodeScreen.network.numa'),
          isNumeric: true,
          cell: (row, index) => <Value value={row.numaNode} unit="count" path={`interfaces.${index}.numaNode`} />,
        },
        {
          id: 'master',
          header: t('nodeScreen.network.master'),
          cell: (row, index) => <Value value={row.master} path={`interfaces.${index}.master`} />,
        },
      ]}
    />
  );
}
