import { Anchor } from '@mantine/core';
import { useState } from 'react';
import type { BlockDevice } from '#shared/domain/facts/storage';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Value } from '../../../components/value';

interface FlatDevice extends BlockDevice {
  depth: number;
  path: string;
}

/** Partitions, RAID and crypt devices follow the device they lie on, one step in. */
function flatten(devices: readonly BlockDevice[], depth = 0, prefix = 'devices'): FlatDevice[] {
  return devices.flatMap((device, index) => {
    const path = `${prefix}.${index}`;
    return [{ ...device, depth, path }, ...flatten(device.children, depth + 1, `${path}.children`)];
  });
}

/** A node full of disks has a hundred, with all that lies on them. */
const shownAtOnce = 24;

export function BlockDeviceTable({ devices }: { devices: readonly BlockDevice[] }) {
  const { t } = useWords();
  const [isWhole, setIsWhole] = useState(false);
  const all = flatten(devices);
  const rows = isWhole ? all : all.slice(0, shownAtOnce);
  return (
    <>
      <FactTable
        label={t('storage.blockDevices')}
        rows={rows}
        rowKey={(row) => row.path}
        empty={t('storage.noDevices')}
        columns={[
          {
            id: 'name',
            header: t('storage.name'),
            cell: (row) => (
              <span style={{ paddingLeft: row.depth * 16 }}>
                <Value value={row.name} path={`${row.path}.name`} />
              </span>
            ),
          },
          {
            id: 'kind',
            header: t('storage.kind'),
            cell: (row) => <Value value={row.kind} path={`${row.path}.kind`} />,
          },
          {
            id: 'size',
            header: t('storage.size'),
            isNumeric: true,
            cell: (row) => <Value value={row.sizeBytes} unit="bytes" path={`${row.path}.sizeBytes`} />,
          },
          {
            id: 'medium',
            header: t('storage.medium'),
            cell: (row) => (
              <Value value={row.isRotational} path={`${row.path}.isRotational`}>
                {t(row.isRotational ? 'storage.rotational' : 'storage.solid')}
              </Value>
            ),
          },
          {
            id: 'transport',
            header: t('storage.transport'),
            cell: (row) => <Value value={row.transport} path={`${row.path}.transport`} />,
          },
          {
            id: 'model',
            header: t('storage.model'),
            isWide: true,
            cell: (row) => <Value value={row.model} path={`${row.path}.model`} />,
          },
          {
            id: 'fileSystem',
            header: t('storage.fileSystem'),
            cell: (row) => <Value value={row.fileSystem} path={`${row.path}.fileSystem`} />,
          },
          {
            id: 'mountPoints',
            header: t('storage.mountPoint'),
            cell: (row) => <Value value={row.mountPoints.join(', ')} path={`${row.path}.mountPoints`} />,
          },
        ]}
      />
      {all.length > rows.length && (
        <Anchor component="button" type="button" size="sm" underline="always" onClick={() => setIsWhole(true)}>
          {t('storage.allDevices', { count: all.length })}
        </Anchor>
      )}
    </>
  );
}
