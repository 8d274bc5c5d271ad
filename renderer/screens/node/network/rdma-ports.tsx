import { Anchor } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { RdmaFacts, RdmaPort } from '#shared/domain/facts/network';
import { linkTroubles } from '#shared/domain/link-troubles';
import { isErrorCounter } from '#shared/domain/rdma-counters';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import { PortDetail, type PortRow } from './port-detail';
import { useNetworkFacts } from './use-network-facts';

/** Every port of every RDMA device; choosing one shows its names, addresses and counters. */
export function RdmaPorts({ facts }: { facts: RdmaFacts }) {
  const { t } = useWords();
  const [selected, setSelected] = useState<string | null>(null);
  const rows = facts.devices.flatMap((device, deviceIndex) =>
    device.ports.map(
      (port, portIndex): PortRow => ({
        device,
        port,
        devicePath: `devices.${deviceIndex}`,
        path: `devices.${deviceIndex}.ports.${portIndex}`,
      }),
    ),
  );
  const chosen = rows.find(({ path }) => path === selected);
  const network = useNetworkFacts();
  const troubled = useMemo(() => new Set(linkTroubles(network).map(({ name }) => name)), [network]);
  const isTroubled = ({ device, port }: PortRow) =>
    troubled.has(`${device.name}/${port.port}`) || (port.netdev !== null && troubled.has(port.netdev));
  return (
    <>
      <FactTable
        label={t('networkTab.rdma')}
        rows={rows}
        rowKey={(row) => row.path}
        empty={t('networkTab.noRdma')}
        selectedKey={selected}
        onSelect={({ path }) => setSelected(path === selected ? null : path)}
        columns={[
          {
            id: 'device',
            header: t('networkTab.port'),
            cell: ({ device, port, path }) => (
              <Anchor
                component="button"
                type="button"
                aria-expanded={path === selected}
                onClick={(event) => {
                  event.stopPropagation();
                  setSelected(path === selected ? null : path);
                }}
              >
                {`${device.name}/${port.port}`}
              </Anchor>
            ),
          },
          {
            id: 'state',
            header: t('networkTab.state'),
            cell: (row) => (
              <Value value={row.port.state} path={`${row.path}.state`}>
                <StateBadge
                  variant="plain"
                  tone={row.port.state === 'ACTIVE' ? 'ok' : isTroubled(row) ? 'warn' : 'unknown'}
                >
                  {row.port.state}
                </StateBadge>
              </Value>
            ),
          },
          {
            id: 'physical',
            header: t('networkTab.physical'),
            cell: ({ port, path }) => <Value value={port.physicalState} path={`${path}.physicalState`} />,
          },
          {
            id: 'rate',
            header: t('networkTab.rate'),
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
            header: t('networkTab.layer'),
            cell: ({ port, path }) => <Value value={port.linkLayer} path={`${path}.linkLayer`} />,
          },
          {
            id: 'netdev',
            header: t('networkTab.interface'),
            cell: ({ port, path }) => <Value value={port.netdev} path={`${path}.netdev`} />,
          },
          {
            id: 'mtu',
            header: t('networkTab.mtu'),
            isNumeric: true,
            cell: ({ port, path }) => <Value value={port.activeMtu} unit="count" path={`${path}.activeMtu`} />,
          },
          {
            id: 'lid',
            header: t('networkTab.lid'),
            isNumeric: true,
            cell: ({ port, path }) => (
              <>
                <Value value={port.lid} unit="count" path={`${path}.lid`} />
                {port.subnetManagerLid !== null && port.subnetManagerLid > 0 && (
                  <span className="dim"> / {port.subnetManagerLid}</span>
                )}
              </>
            ),
          },
          {
            id: 'firmware',
            header: t('networkTab.firmware'),
            cell: ({ device, devicePath }) => (
              <Value value={device.firmwareVersion} path={`${devicePath}.firmwareVersion`} />
            ),
          },
          {
            id: 'numa',
            header: t('networkTab.numa'),
            isNumeric: true,
            cell: ({ device, devicePath }) => (
              <Value value={device.numaNode} unit="count" path={`${devicePath}.numaNode`} />
            ),
          },
          {
            id: 'errors',
            header: t('networkTab.errors'),
            isNumeric: true,
            cell: ({ port, path }) => <Errors port={port} path={path} />,
          },
        ]}
      />
      {chosen && <PortDetail row={chosen} />}
    </>
  );
}

function Errors({ port, path }: { port: RdmaPort; path: string }) {
  const all = Object.entries({ ...port.counters, ...port.hardwareCounters }).filter(([name]) => isErrorCounter(name));
  const sum = all.reduce((total, [, value]) => total + value, 0);
  return (
    <Value value={all.length === 0 ? null : sum} unit="count" path={`${path}.counters`}>
      {sum > 0 ? (
        <StateBadge tone="warn" variant="plain">
          {sum}
        </StateBadge>
      ) : (
        '0'
      )}
    </Value>
  );
}
