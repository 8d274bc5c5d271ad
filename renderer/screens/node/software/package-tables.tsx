import { TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { KernelModulesFacts, PackagesFacts } from '#shared/domain/facts/software';
import { useWords } from '../../../app/i18n';
import { type FactColumn, FactTable } from '../../../components/fact-table';
import { Value } from '../../../components/value';
import classes from './software.module.css';
import { shownAtOnce, useShown } from './use-shown';

interface LongTableProps<Row> {
  label: string;
  summary: string;
  rows: readonly Row[];
  columns: ReadonlyArray<FactColumn<Row & { at: number }>>;
}

/** A table that is closed until it is wanted, with a filter by name. `at` is the row's place in the facts. */
function LongTable<Row extends { name: string }>({ label, summary, rows, columns }: LongTableProps<Row>): ReactNode {
  const { t } = useWords();
  const [filter, setFilter] = useState('');
  const { isShown, button } = useShown(rows.length);
  const wanted = filter.trim().toLowerCase();
  const matching = rows
    .map((row, at) => ({ ...row, at }))
    .filter(({ name }) => wanted === '' || name.toLowerCase().includes(wanted));
  const rest = matching.length - shownAtOnce;
  return (
    <>
      <p>
        {summary} {rows.length > 0 && button}
      </p>
      {isShown && (
        <>
          <div className={classes.tools}>
            <TextInput
              size="xs"
              leftSection={<IconFilter size={14} aria-hidden />}
              aria-label={t('software.filter')}
              placeholder={t('software.filter')}
              value={filter}
              onChange={(event) => setFilter(event.currentTarget.value)}
            />
          </div>
          <FactTable
            label={label}
            rows={matching.slice(0, shownAtOnce)}
            rowKey={({ at }) => at}
            empty={t('nodeScreen.list.none')}
            columns={columns}
          />
          {rest > 0 && <p className="dim">{t('software.more', { count: rest })}</p>}
        </>
      )}
    </>
  );
}

export function PackageTable({ facts: { packages, installedCount } }: { facts: PackagesFacts }) {
  const { t } = useWords();
  return (
    <LongTable
      label={t('software.packages')}
      summary={t('software.packagesDetail', { shown: packages.length, count: installedCount })}
      rows={packages}
      columns={[
        {
          id: 'name',
          header: t('software.package'),
          isWide: true,
          cell: ({ name, at }) => <Value value={name} path={`packages.${at}.name`} />,
        },
        {
          id: 'version',
          header: t('software.version'),
          cell: ({ version, at }) => <Value value={version} path={`packages.${at}.version`} />,
        },
        {
          id: 'architecture',
          header: t('software.architecture'),
          cell: ({ architecture, at }) => <Value value={architecture} path={`packages.${at}.architecture`} />,
        },
      ]}
    />
  );
}

/** Modules of a GPU node's own hardware; the rest is what every Linux has. */
const isTelling = (name: string) =>
  /^(nvidia|nouveau|nova|amdgpu|amdkfd|i915|xe$|gdrdrv|nv_peer|mlx|ib_|rdma|irdma|bnxt|iw_|nvme|lustre|lnet|ceph|rbd|nfs|xfs|zfs|md_|raid|dm_|vfio|kvm|ipmi|st$|sg$)/.test(
    name,
  );

export function KernelModuleTable({ facts: { modules } }: { facts: KernelModulesFacts }) {
  const { t } = useWords();
  const telling = modules.map((module, at) => ({ ...module, place: at })).filter(({ name }) => isTelling(name));
  return (
    <LongTable
      label={t('software.kernelModules')}
      summary={t('software.modulesDetail', { shown: telling.length, count: modules.length })}
      rows={telling}
      columns={[
        {
          id: 'name',
          header: t('software.packageName'),
          cell: ({ name, place }) => <Value value={name} path={`modules.${place}.name`} />,
        },
        {
          id: 'size',
          header: t('software.size'),
          isNumeric: true,
          cell: ({ sizeBytes, place }) => <Value value={sizeBytes} unit="bytes" path={`modules.${place}.sizeBytes`} />,
        },
        {
          id: 'taints',
          header: t('software.taints'),
          cell: ({ taints, place }) => <Value value={taints} path={`modules.${place}.taints`} />,
        },
        {
          id: 'usedBy',
          header: t('software.usedBy'),
          isWide: true,
          cell: ({ usedBy, place }) => <Value value={usedBy.join(', ')} path={`modules.${place}.usedBy`} />,
        },
      ]}
    />
  );
}
