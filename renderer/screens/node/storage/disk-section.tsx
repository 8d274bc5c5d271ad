import { Anchor, Skeleton } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { type Disk, disksOf } from '#shared/domain/disks';
import { diskConcerns, wornPercent } from '#shared/domain/storage-concerns';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Meter } from '../../../components/meter';
import { StateBadge } from '../../../components/state-badge';
import { Value, ValueSourceProvider } from '../../../components/value';
import classes from '../node.module.css';
import { NoFacts, Reason, useResults } from '../probe-section';
import { DiskDetail } from './disk-detail';
import { useStorageView } from './use-storage-view';

/** The disks of the node by all that tells of them: the kernel, lsblk, nvme-cli, smartctl and the controller's tool. */
export function DiskSection() {
  const { t } = useWords();
  const { results, isLoading } = useResults();
  const { facts } = useStorageView();
  const disks = useMemo(() => disksOf(facts), [facts]);
  const [selected, setSelected] = useState<string | null>(null);
  const chosen = disks?.find(({ name }) => name === selected);
  const asked = (['block-devices', 'nvme', 'disk-health'] as const).flatMap((id) => results.get(id) ?? []);
  // What keeps wear and errors from being known, with the line that would allow it.
  const isUnread = disks?.some(({ healthSource }) => healthSource === null) ?? false;
  const limits = isUnread ? asked.filter(({ reason, probeId }) => reason !== null && probeId !== 'block-devices') : [];
  return (
    <section className={classes.section} aria-label={t('storage.disks')}>
      <div className={classes.sectionHead}>
        <h2>{t('storage.disks')}</h2>
      </div>
      {asked.length === 0 &&
        (isLoading ? <Skeleton height={72} /> : <p className="dim">{t('nodeScreen.probe.notYet')}</p>)}
      {asked.length > 0 && disks === null && asked.map((result) => <NoFacts key={result.probeId} result={result} />)}
      {disks !== null && (
        <DiskTable
          disks={disks}
          selected={selected}
          onSelect={(name) => setSelected(name === selected ? null : name)}
        />
      )}
      {chosen && <DiskDetail disk={chosen} />}
      {limits.map((result) => (
        <div key={result.probeId} className={classes.limit}>
          <Reason result={result} />
        </div>
      ))}
    </section>
  );
}

interface DiskTableProps {
  disks: readonly Disk[];
  selected: string | null;
  onSelect: (name: string) => void;
}

/** So many fit on a screen; of more, the first and all that need a look. */
const shownAtOnce = 14;

function DiskTable({ disks, selected, onSelect }: DiskTableProps) {
  const { t } = useWords();
  const [isWhole, setIsWhole] = useState(false);
  const rows = isWhole ? disks : disks.filter((disk, index) => index < shownAtOnce || diskConcerns(disk).length > 0);
  return (
    <>
      <FactTable
        label={t('storage.disks')}
        rows={rows}
        rowKey={({ name }) => name}
        empty={t('storage.noDisks')}
        selectedKey={selected}
        onSelect={({ name }) => onSelect(name)}
        columns={[
          {
            id: 'name',
            header: t('storage.disk'),
            cell: (disk) => (
              <>
                <Anchor
                  component="button"
                  type="button"
                  aria-expanded={disk.name === selected}
                  onClick={(event) => {
                    event.stopPropagation();
                    onSelect(disk.name);
                  }}
                >
                  {disk.name}
                </Anchor>{' '}
                {disk.use && <span className="dim">{t(`storage.uses.${disk.use}`)}</span>}
              </>
            ),
          },
          { id: 'state', header: t('storage.state'), cell: (disk) => <DiskState disk={disk} /> },
          {
            id: 'model',
            header: t('storage.model'),
            isWide: true,
            cell: (disk) => (
              <Identity disk={disk}>
                <Value value={disk.model} path={`${disk.source.factPath}.model`} />
              </Identity>
            ),
          },
          {
            id: 'serial',
            header: t('storage.serial'),
            cell: (disk) => (
              <Identity disk={disk}>
                <Value value={disk.serial} path={`${disk.source.factPath}.serial`} isMono />
              </Identity>
            ),
          },
          {
            id: 'size',
            header: t('storage.size'),
            isNumeric: true,
            cell: (disk) => (
              <Identity disk={disk}>
                <Value value={disk.sizeBytes} unit="bytes" path={disk.source.factPath} />
              </Identity>
            ),
          },
          { id: 'wear', header: t('storage.wear'), isNumeric: true, cell: (disk) => <Wear disk={disk} /> },
          {
            id: 'temperature',
            header: t('storage.temperature'),
            isNumeric: true,
            cell: (disk) => (
              <Health disk={disk}>
                <Value value={disk.temperatureC} unit="celsius" path={`${disk.healthSource?.factPath}.temperatureC`} />
              </Health>
            ),
          },
          {
            id: 'mediaErrors',
            header: t('storage.mediaErrors'),
            isNumeric: true,
            cell: (disk) => (
              <Health disk={disk}>
                <Value value={disk.mediaErrors} unit="count" path={`${disk.healthSource?.factPath}.mediaErrors`} />
              </Health>
            ),
          },
          {
            id: 'powerOn',
            header: t('storage.powerOn'),
            isNumeric: true,
            cell: (disk) => (
              <Health disk={disk}>
                <Value value={disk.powerOnHours} unit="count" path={`${disk.healthSource?.factPath}.powerOnHours`}>
                  {t('storage.hours', { hours: disk.powerOnHours })}
                </Value>
              </Health>
            ),
          },
        ]}
      />
      {disks.length > rows.length && (
        <Anchor component="button" type="button" size="sm" underline="always" onClick={() => setIsWhole(true)}>
          {t('storage.allDisks', { count: disks.length })}
        </Anchor>
      )}
    </>
  );
}

/** A click on what is inside shows the command that the disk's name and model came from. */
function Identity({ disk, children }: { disk: Disk; children: ReactNode }) {
  const { sourceOf } = useStorageView();
  return <ValueSourceProvider value={sourceOf(disk.source.probeId)}>{children}</ValueSourceProvider>;
}

/** And here the one that its wear and errors came from. */
export function Health({ disk, children }: { disk: Disk; children: ReactNode }) {
  const { sourceOf } = useStorageView();
  return (
    <ValueSourceProvider value={disk.healthSource && sourceOf(disk.healthSource.probeId)}>
      {children}
    </ValueSourceProvider>
  );
}

function DiskState({ disk }: { disk: Disk }) {
  const { t, message } = useWords();
  const concerns = diskConcerns(disk);
  const [first] = concerns;
  if (first) {
    const words = concerns.map((concern) => message(concern.message)).join('\n');
    return (
      <StateBadge tone={concerns.some(({ level }) => level === 'bad') ? 'bad' : 'warn'} variant="plain" title={words}>
        {t(concerns.some(({ level }) => level === 'bad') ? 'storage.isFailing' : 'storage.needsLook')}
      </StateBadge>
    );
  }
  if (disk.isStandby) return <span className="dim">{t('storage.isAsleep')}</span>;
  if (disk.healthSource === null) {
    return (
      <StateBadge tone="unknown" variant="plain">
        {t('storage.isNotKnown')}
      </StateBadge>
    );
  }
  return (
    <StateBadge tone="ok" variant="plain">
      {t('storage.isFine')}
    </StateBadge>
  );
}

function Wear({ disk }: { disk: Disk }) {
  const { t } = useWords();
  if (disk.medium === 'hdd') return null;
  const percent = disk.usedPercent;
  return (
    <Health disk={disk}>
      <Value value={percent} unit="percent" path={`${disk.healthSource?.factPath}.usedPercent`}>
        {percent !== null && (
          <span className={classes.metered}>
            <Meter
              value={percent}
              max={100}
              warnFrom={wornPercent / 100}
              badFrom={1}
              label={t('storage.wearLabel', { percent })}
              isOptional
            />
            <span>{percent} %</span>
          </span>
        )}
      </Value>
    </Health>
  );
}
