import { Button } from '@mantine/core';
import { useState } from 'react';
import type { NetworkFacts, NetworkInterface } from '#shared/domain/facts/network';
import { linkLosses } from '#shared/domain/link-troubles';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Value } from '../../../components/value';

/** InfiniBand's hardware addresses have 20 bytes, of which the last 8 tell the ports apart; the evidence has all. */
function shortAddress(address: string): string {
  return address.length > 17 ? `…${address.slice(-23)}` : address;
}

/** A node with many addresses has them in the evidence; two tell what an interface is for. */
function shortList(addresses: readonly string[]): string {
  const more = addresses.length > 2 ? [`+${addresses.length - 2}`] : [];
  return [...addresses.slice(0, 2), ...more].join(', ');
}

/** What containers and virtual machines have, hundreds of them on some nodes. */
function isPlumbing(one: NetworkInterface): boolean {
  return one.isVirtualFunction || one.kind === 'veth' || one.kind === 'tun' || one.kind === 'loopback';
}

/** Cards, bonds, VLANs and bridges; the ends of containers and virtual functions only when they are asked for. */
export function InterfaceTable({ facts }: { facts: NetworkFacts }) {
  const { t } = useWords();
  const [isAll, setAll] = useState(false);
  const all = facts.interfaces.map((one, at) => ({ ...one, path: `interfaces.${at}` }));
  const hidden = all.filter(isPlumbing);
  return (
    <>
      <FactTable
        label={t('networkTab.interfaces')}
        rows={isAll ? all : all.filter((one) => !isPlumbing(one))}
        rowKey={(row) => row.name}
        empty={t('networkTab.noInterfaces')}
        columns={[
          {
            id: 'name',
            header: t('networkTab.interface'),
            cell: (row) => <Value value={row.name} path={`${row.path}.name`} />,
          },
          {
            id: 'kind',
            header: t('networkTab.kind'),
            cell: (row) => (
              <>
                <Value value={row.kind} path={`${row.path}.kind`} />
                {row.vlanId !== null && <span className="dim"> {row.vlanId}</span>}
              </>
            ),
          },
          {
            id: 'state',
            header: t('networkTab.state'),
            cell: (row) => (
              <Value value={row.operationalState} path={`${row.path}.operationalState`}>
                {row.operationalState?.toUpperCase()}
              </Value>
            ),
          },
          {
            id: 'speed',
            header: t('networkTab.speed'),
            isNumeric: true,
            cell: (row) => <Value value={row.speedMbitPerSec} unit="mbit" path={`${row.path}.speedMbitPerSec`} />,
          },
          {
            id: 'mtu',
            header: t('networkTab.mtu'),
            isNumeric: true,
            cell: (row) => <Value value={row.mtu} unit="count" path={`${row.path}.mtu`} />,
          },
          {
            id: 'addresses',
            header: t('networkTab.addresses'),
            cell: (row) => <Value value={shortList(row.addresses)} path={`${row.path}.addresses`} />,
          },
          {
            id: 'mac',
            header: t('networkTab.mac'),
            isWide: true,
            cell: (row) => (
              <Value value={row.macAddress} path={`${row.path}.macAddress`} isMono>
                {row.macAddress && shortAddress(row.macAddress)}
              </Value>
            ),
          },
          {
            id: 'driver',
            header: t('networkTab.driver'),
            cell: (row) => <Value value={row.driver} path={`${row.path}.driver`} />,
          },
          {
            id: 'part',
            header: t('networkTab.partOf'),
            cell: (row) => (
              <Value
                value={row.master ?? row.parent}
                path={row.master === null ? `${row.path}.parent` : `${row.path}.master`}
              />
            ),
          },
          {
            id: 'downs',
            header: t('networkTab.downs'),
            isNumeric: true,
            cell: (row) => <Value value={linkLosses(row)} unit="count" path={`${row.path}.linkUps`} />,
          },
          {
            id: 'errors',
            header: t('networkTab.errorsDrops'),
            isNumeric: true,
            cell: (row) => (
              <>
                <Value value={sum(row.rxErrors, row.txErrors)} unit="count" path={`${row.path}.rxErrors`} />
                {' / '}
                <Value value={sum(row.rxDropped, row.txDropped)} unit="count" path={`${row.path}.rxDropped`} />
              </>
            ),
          },
        ]}
      />
      {hidden.length > 0 && (
        <Button size="compact-xs" variant="subtle" mt={4} aria-expanded={isAll} onClick={() => setAll(!isAll)}>
          {t(isAll ? 'networkTab.hidePlumbing' : 'networkTab.showPlumbing', { count: hidden.length })}
        </Button>
      )}
    </>
  );
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
