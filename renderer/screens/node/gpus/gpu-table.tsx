import { Radio } from '@mantine/core';
import type { Gpu } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { type FactColumn, FactTable } from '../../../components/fact-table';
import { StateBadge } from '../../../components/state-badge';
import classes from '../node.module.css';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';
import { GpuMemoryCell } from './gpu-memory-cell';
import { GpuFact, type GpuField, GpuRecord } from './record-fact';
import { isSlowedDown } from './slowdown';

interface GpuTableProps {
  gpus: readonly Gpu[];
  /** Position in the list. */
  selected: number;
  onSelect: (position: number) => void;
}

export function GpuTable({ gpus, selected, onSelect }: GpuTableProps) {
  const { t } = useWords();
  const { results } = useResults();
  const nvlinks = new Map(
    (factsOf('nvlink', results.get('nvlink'))?.gpus ?? []).map((gpu) => [gpu.uuid ?? gpu.index, gpu]),
  );
  const linksOf = (gpu: Gpu) => nvlinks.get(gpu.uuid ?? gpu.index)?.links ?? [];
  const fact = (id: string, header: string, at: GpuField, limit?: GpuField): FactColumn<Gpu> => ({
    id,
    header,
    isNumeric: true,
    cell: (gpu, position) => (
      <GpuRecord record={gpu} path={`gpus.${position}`}>
        <GpuFact at={at} />
        {limit && (
          <span className="dim">
            {' / '}
            <GpuFact at={limit} />
          </span>
        )}
      </GpuRecord>
    ),
  });
  return (
    <FactTable
      label={t('nodeScreen.gpu.table')}
      rows={gpus}
      rowKey={(_gpu, position) => position}
      empty={t('nodeScreen.gpu.none')}
      selectedKey={selected}
      onSelect={(_gpu, position) => onSelect(position)}
      columns={[
        {
          id: 'index',
          header: t('nodeScreen.gpu.index'),
          cell: (gpu, position) => (
            <span className={classes.choice}>
              <Radio
                size="xs"
                name="gpu"
                aria-label={t('nodeScreen.gpu.detail', { index: gpu.index })}
                checked={position === selected}
                onChange={() => onSelect(position)}
              />
              {gpu.index}
            </span>
          ),
        },
        {
          id: 'name',
          header: t('nodeScreen.gpu.name'),
          cell: (gpu, position) => (
            <GpuRecord record={gpu} path={`gpus.${position}`}>
              <GpuFact at="name">{gpu.name?.replace(/^NVIDIA\s+/i, '')}</GpuFact>
            </GpuRecord>
          ),
        },
        { id: 'state', header: t('nodeScreen.gpu.state'), cell: (gpu) => <GpuState gpu={gpu} /> },
        {
          id: 'memory',
          header: t('nodeScreen.gpu.memory'),
          isNumeric: true,
          cell: (gpu, position) => (
            <GpuRecord record={gpu} path={`gpus.${position}`}>
              <GpuMemoryCell memory={gpu.memory} isShared={gpu.memoryKind === 'shared'} />
            </GpuRecord>
          ),
        },
        fact('utilization', t('nodeScreen.gpu.utilization'), 'utilization.gpuPercent'),
        fact('temperature', t('nodeScreen.gpu.temperature'), 'temperature.gpuC'),
        fact('power', t('nodeScreen.gpu.power'), 'power.drawW', 'power.limitW'),
        fact('clock', t('nodeScreen.gpu.clock'), 'clocks.smMHz'),
        fact('ecc', t('nodeScreen.gpu.ecc'), 'ecc.volatile.uncorrected'),
        {
          id: 'pcie',
          header: t('nodeScreen.gpu.pcie'),
          cell: ({ pcie, ...gpu }, position) => (
            <GpuRecord record={{ ...gpu, pcie }} path={`gpus.${position}`}>
              <GpuFact at="pcie.width">
                {pcie.generation !== null && pcie.width !== null
                  ? t('nodeScreen.gpu.pcieLink', { generation: pcie.generation, width: pcie.width })
                  : undefined}
              </GpuFact>
            </GpuRecord>
          ),
        },
        ...(gpus.some((gpu) => linksOf(gpu).length > 0)
          ? [
              {
                id: 'nvlink',
                header: t('gpuTab.nvlink.column'),
                isNumeric: true,
                cell: (gpu: Gpu) => <NvlinkCount links={linksOf(gpu)} />,
              },
            ]
          : []),
        {
          id: 'processes',
          header: t('nodeScreen.gpu.processes'),
          isNumeric: true,
          cell: (gpu) => gpu.processes.length,
        },
      ]}
    />
  );
}

function GpuState({ gpu }: { gpu: Gpu }) {
  const { t } = useWords();
  return (
    <span className={classes.choice}>
      <StateBadge variant="plain" tone={gpu.state === 'present' ? 'ok' : 'bad'}>
        {t(`nodeScreen.gpu.stateName.${gpu.state}`)}
      </StateBadge>
      {isSlowedDown(gpu) && (
        <StateBadge variant="plain" tone="warn">
          {t('nodeScreen.gpu.throttled')}
        </StateBadge>
      )}
    </span>
  );
}

function NvlinkCount({ links }: { links: ReadonlyArray<{ isActive: boolean }> }) {
  if (links.length === 0) return <span className="dim">—</span>;
  const active = links.filter(({ isActive }) => isActive).length;
  return (
    <>
      {active}
      <span className="dim"> / {links.length}</span>
    </>
  );
}
