import { Radio } from '@mantine/core';
import type { Gpu } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { Meter } from '../../../components/meter';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import classes from '../node.module.css';
import { isSlowedDown } from './slowdown';

interface GpuTableProps {
  gpus: readonly Gpu[];
  /** Position in the list. */
  selected: number;
  onSelect: (position: number) => void;
}

export function GpuTable({ gpus, selected, onSelect }: GpuTableProps) {
  const { t } = useWords();
  const format = useFormat();
  const path = (position: number, field: string) => `gpus.${position}.${field}`;
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
            <span style={{ display: 'flex', alignItems: 'center', gap: 8 }}>
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
            <Value value={gpu.name} path={path(position, 'name')} absence={gpu.absences.name}>
              {gpu.name?.replace(/^NVIDIA\s+/i, '')}
            </Value>
          ),
        },
        {
          id: 'state',
          header: t('nodeScreen.gpu.state'),
          cell: (gpu) => (
            <span style={{ display: 'inline-flex', gap: 8 }}>
              <StateBadge variant="plain" tone={gpu.state === 'present' ? 'ok' : 'bad'}>
                {t(`nodeScreen.gpu.stateName.${gpu.state}`)}
              </StateBadge>
              {isSlowedDown(gpu) && (
                <StateBadge variant="plain" tone="warn">
                  {t('nodeScreen.gpu.throttled')}
                </StateBadge>
              )}
            </span>
          ),
        },
        {
          id: 'memory',
          header: t('nodeScreen.gpu.memory'),
          isNumeric: true,
          cell: (gpu, position) => {
            const { usedBytes, totalBytes } = gpu.memory;
            return (
              <span className={classes.metered} data-is-long>
                {usedBytes !== null && totalBytes !== null && (
                  <Meter
                    isOptional
                    value={usedBytes}
                    max={totalBytes}
                    label={t('nodeScreen.memory.used', {
                      used: format.bytes(usedBytes),
                      total: format.bytes(totalBytes),
                    })}
                  />
                )}
                <span>
                  <Value
                    value={usedBytes}
                    unit="bytes"
                    path={path(position, 'memory.usedBytes')}
                    absence={gpu.absences['memory.usedBytes']}
                  />
                  <span className="dim">
                    {' / '}
                    <Value
                      value={totalBytes}
                      unit="bytes"
                      path={path(position, 'memory.totalBytes')}
                      absence={gpu.absences['memory.totalBytes']}
                    />
                  </span>
                </span>
              </span>
            );
          },
        },
        {
          id: 'utilization',
          header: t('nodeScreen.gpu.utilization'),
          isNumeric: true,
          cell: (gpu, position) => (
            <Value
              value={gpu.utilization.gpuPercent}
              unit="percent"
              path={path(position, 'utilization.gpuPercent')}
              absence={gpu.absences['utilization.gpuPercent']}
            />
          ),
        },
        {
          id: 'temperature',
          header: t('nodeScreen.gpu.temperature'),
          isNumeric: true,
          cell: (gpu, position) => (
            <Value
              value={gpu.temperature.gpuC}
              unit="celsius"
              path={path(position, 'temperature.gpuC')}
              absence={gpu.absences['temperature.gpuC']}
            />
          ),
        },
        {
          id: 'power',
          header: t('nodeScreen.gpu.power'),
          isNumeric: true,
          cell: (gpu, position) => (
            <>
              <Value
                value={gpu.power.drawW}
                unit="watts"
                path={path(position, 'power.drawW')}
                absence={gpu.absences['power.drawW']}
              />
              <span className="dim">
                {' / '}
                <Value
                  value={gpu.power.limitW}
                  unit="watts"
                  path={path(position, 'power.limitW')}
                  absence={gpu.absences['power.limitW']}
                />
              </span>
            </>
          ),
        },
        {
          id: 'clock',
          header: t('nodeScreen.gpu.clock'),
          isNumeric: true,
          cell: (gpu, position) => (
            <Value
              value={gpu.clocks.smMHz}
              unit="megahertz"
              path={path(position, 'clocks.smMHz')}
              absence={gpu.absences['clocks.smMHz']}
            />
          ),
        },
        {
          id: 'ecc',
          header: t('nodeScreen.gpu.ecc'),
          isNumeric: true,
          cell: (gpu, position) => (
            <Value
              value={gpu.ecc.volatile.uncorrected}
              unit="count"
              path={path(position, 'ecc.volatile.uncorrected')}
              absence={gpu.absences['ecc.volatile.uncorrected']}
            />
          ),
        },
        {
          id: 'pcie',
          header: t('nodeScreen.gpu.pcie'),
          cell: (gpu, position) => (
            <Value value={gpu.pcie.width} path={path(position, 'pcie.width')} absence={gpu.absences['pcie.width']}>
              {gpu.pcie.generation !== null && gpu.pcie.width !== null
                ? t('nodeScreen.gpu.pcieLink', { generation: gpu.pcie.generation, width: gpu.pcie.width })
                : undefined}
            </Value>
          ),
        },
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
