import { Switch } from '@mantine/core';
import { useState } from 'react';
import type { MemoryModule, MemoryModulesFacts } from '#shared/domain/facts/platform';
import { memoryShortfall } from '#shared/domain/memory-shortfall';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import classes from './system.module.css';

/** One line a slot. Machines with a hundred empty ones show them when asked to. */
export function MemoryModules({ facts }: { facts: MemoryModulesFacts }) {
  const { t } = useWords();
  const format = useFormat();
  const rows = facts.modules.map((module, index) => ({ module, path: `modules.${index}` }));
  const fitted = rows.filter(({ module }) => !module.isEmpty);
  const emptyCount = rows.length - fitted.length;
  const [isAll, setAll] = useState(emptyCount <= 16);
  const shortfall = memoryShortfall(facts);
  if (rows.length === 0) return null;
  return (
    <>
      <div className={classes.summary}>
        <span>
          {t('systemTab.modules.summary', {
            count: fitted.length,
            slots: rows.length,
            installed: facts.installedBytes === null ? '—' : format.bytes(facts.installedBytes),
          })}
        </span>
        {facts.maximumBytes !== null && (
          <span className="dim">{t('systemTab.modules.maximum', { size: format.bytes(facts.maximumBytes) })}</span>
        )}
        <span className="dim">
          {t('systemTab.modules.correction')} <Value value={facts.errorCorrection} path="errorCorrection" />
        </span>
        {emptyCount > 16 && (
          <Switch
            size="xs"
            checked={isAll}
            onChange={(event) => setAll(event.currentTarget.checked)}
            label={t('systemTab.modules.showEmpty', { count: emptyCount })}
          />
        )}
      </div>
      {facts.isEmulated && <p className="dim">{t('systemTab.modules.emulated')}</p>}
      {shortfall !== null && (
        <p className={classes.warning}>
          <StateBadge tone="warn">
            {t('systemTab.modules.shortfall', {
              installed: format.bytes(facts.installedBytes ?? 0),
              kernel: format.bytes(facts.kernelTotalBytes ?? 0),
              missing: format.bytes(shortfall),
            })}
          </StateBadge>
        </p>
      )}
      <FactTable
        label={t('systemTab.modules.title')}
        rows={isAll ? rows : fitted}
        rowKey={({ path }) => path}
        empty={t('systemTab.modules.none')}
        columns={[
          {
            id: 'slot',
            header: t('systemTab.modules.slot'),
            cell: ({ module, path }) => <Value value={module.locator} path={`${path}.locator`} />,
          },
          { id: 'size', header: t('systemTab.modules.size'), isNumeric: true, cell: (row) => <Size {...row} /> },
          {
            id: 'type',
            header: t('systemTab.modules.type'),
            cell: ({ module, path }) => known(module, <Value value={module.type} path={`${path}.type`} />),
          },
          { id: 'speed', header: t('systemTab.modules.speed'), isNumeric: true, cell: (row) => <Speed {...row} /> },
          {
            id: 'maker',
            header: t('systemTab.modules.maker'),
            cell: ({ module, path }) =>
              known(module, <Value value={module.manufacturer} path={`${path}.manufacturer`} />),
          },
          {
            id: 'part',
            header: t('systemTab.modules.part'),
            cell: ({ module, path }) => known(module, <Value value={module.partNumber} path={`${path}.partNumber`} />),
          },
          {
            id: 'serial',
            header: t('systemTab.modules.serial'),
            cell: ({ module, path }) => known(module, <Value value={module.serial} path={`${path}.serial`} />),
          },
          {
            id: 'bank',
            header: t('systemTab.modules.bank'),
            cell: ({ module, path }) => <Value value={module.bank} path={`${path}.bank`} />,
          },
        ]}
      />
    </>
  );
}

interface Row {
  module: MemoryModule;
  path: string;
}

/** Of an empty slot nothing is unknown. */
function known(module: MemoryModule, value: React.ReactNode) {
  return module.isEmpty ? null : value;
}

function Size({ module, path }: Row) {
  const { t } = useWords();
  if (module.isEmpty) return <span className="dim">{t('systemTab.modules.empty')}</span>;
  return <Value value={module.sizeBytes} unit="bytes" path={`${path}.sizeBytes`} />;
}

/** What it runs at; what it could beside it where that is more, as a second module in a channel often costs speed. */
function Speed({ module, path }: Row) {
  const { t } = useWords();
  if (module.isEmpty) return null;
  const { configuredSpeedMTs: set, speedMTs: able } = module;
  return (
    <Value value={set ?? able} path={`${path}.configuredSpeedMTs`}>
      {set !== null && able !== null && set !== able
        ? t('systemTab.modules.speedOf', { set, able })
        : t('systemTab.modules.speedIs', { speed: set ?? able ?? 0 })}
    </Value>
  );
}
