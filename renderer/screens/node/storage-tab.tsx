import type { BlockDevice, FileSystemsFacts } from '#shared/domain/facts/storage';
import { useWords } from '../../app/i18n';
import { FactTable } from '../../components/fact-table';
import { useFormat } from '../../components/format';
import { Meter } from '../../components/meter';
import { Value } from '../../components/value';
import classes from './node.module.css';
import { ProbeSection } from './probe-section';

export function StorageTab() {
  const { t } = useWords();
  return (
    <>
      <ProbeSection probeId="file-systems" title={t('nodeScreen.storage.fileSystems')}>
        {(facts) => <FileSystems facts={facts} />}
      </ProbeSection>
      <ProbeSection probeId="block-devices" title={t('nodeScreen.storage.devices')}>
        {(facts) => <BlockDevices devices={facts.devices} />}
      </ProbeSection>
    </>
  );
}

function FileSystems({ facts }: { facts: FileSystemsFacts }) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <FactTable
      label={t('nodeScreen.storage.fileSystems')}
      rows={facts.fileSystems}
      rowKey={({ mountPoint, source }, index) => `${index}:${mountPoint}:${source}`}
      empty={t('nodeScreen.storage.noFileSystems')}
      columns={[
        {
          id: 'mountPoint',
          header: t('nodeScreen.storage.mountPoint'),
          cell: (row, index) => <Value value={row.mountPoint} path={`fileSystems.${index}.mountPoint`} />,
        },
        {
          id: 'source',
          header: t('nodeScreen.storage.source'),
          isWide: true,
          cell: (row, index) => <Value value={row.source} path={`fileSystems.${index}.source`} />,
        },
        {
          id: 'type',
          header: t('nodeScreen.storage.type'),
          cell: (row, index) => (
            <>
              <Value value={row.type} path={`fileSystems.${index}.type`} />{' '}
              {row.isNetwork && <span className="dim">{t('nodeScreen.storage.network')}</span>}
            </>
          ),
        },
        {
          id: 'share',
          header: t('nodeScreen.storage.share'),
          isNumeric: true,
          cell: ({ usedBytes, sizeBytes }) =>
            usedBytes !== null && sizeBytes !== null && sizeBytes > 0 ? (
              <span className={classes.metered}>
                <Meter
                  value={usedBytes}
                  max={sizeBytes}
                  warnFrom={0.9}
                  badFrom={0.97}
                  label={t('nodeScreen.memory.used', {
                    used: format.bytes(usedBytes),
                    total: format.bytes(sizeBytes),
                  })}
                />
                <span>{format.percent((100 * usedBytes) / sizeBytes)}</span>
              </span>
            ) : (
              <span className="dim">—</span>
            ),
        },
        {
          id: 'used',
          header: t('nodeScreen.storage.used'),
          isNumeric: true,
          cell: (row, index) => <Value value={row.usedBytes} unit="bytes" path={`fileSystems.${index}.usedBytes`} />,
        },
        {
          id: 'available',
          header: t('nodeScreen.storage.available'),
          isNumeric: true,
          cell: (row, index) => (
            <Value value={row.availableBytes} unit="bytes" path={`fileSystems.${index}.availableBytes`} />
          ),
        },
        {
          id: 'size',
          header: t('nodeScreen.storage.size'),
          isNumeric: true,
          cell: (row, index) => <Value value={row.sizeBytes} unit="bytes" path={`fileSystems.${index}.sizeBytes`} />,
        },
      ]}
    />
  );
}

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

function BlockDevices({ devices }: { devices: readonly BlockDevice[] }) {
  const { t } = useWords();
  return (
    <FactTable
      label={t('nodeScreen.storage.devices')}
      rows={flatten(devices)}
      rowKey={(row) => row.path}
      empty={t('nodeScreen.storage.noDevices')}
      columns={[
        {
          id: 'name',
          header: t('nodeScreen.storage.name'),
          cell: (row) => (
            <span style={{ paddingLeft: row.depth * 16 }}>
              <Value value={row.name} path={`${row.path}.name`} />
            </span>
          ),
        },
        {
          id: 'kind',
          header: t('nodeScreen.storage.kind'),
          cell: (row) => <Value value={row.kind} path={`${row.path}.kind`} />,
        },
        {
          id: 'size',
          header: t('nodeScreen.storage.size'),
          isNumeric: true,
          cell: (row) => <Value value={row.sizeBytes} unit="bytes" path={`${row.path}.sizeBytes`} />,
        },
        {
          id: 'medium',
          header: t('nodeScreen.storage.medium'),
          cell: (row) => (
            <Value value={row.isRotational} path={`${row.path}.isRotational`}>
              {t(row.isRotational ? 'nodeScreen.storage.rotational' : 'nodeScreen.storage.solid')}
            </Value>
          ),
        },
        {
          id: 'transport',
          header: t('nodeScreen.storage.transport'),
          cell: (row) => <Value value={row.transport} path={`${row.path}.transport`} />,
        },
        {
          id: 'model',
          header: t('nodeScreen.storage.model'),
          isWide: true,
          cell: (row) => <Value value={row.model} path={`${row.path}.model`} />,
        },
        {
          id: 'fileSystem',
          header: t('nodeScreen.storage.fileSystem'),
          cell: (row) => <Value value={row.fileSystem} path={`${row.path}.fileSystem`} />,
        },
        {
          id: 'mountPoints',
          header: t('nodeScreen.storage.mountPoint'),
          cell: (row) => <Value value={row.mountPoints.join(', ')} path={`${row.path}.mountPoints`} />,
        },
      ]}
    />
  );
}
