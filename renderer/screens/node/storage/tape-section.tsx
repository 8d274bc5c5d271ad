import type { TapeFacts, TapeLibrary } from '#shared/domain/facts/storage-services';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import { ProbeSection } from '../probe-section';
import classes from './storage.module.css';

export function TapeSection() {
  const { t } = useWords();
  return (
    <ProbeSection probeId="tape" title={t('storage.tape')}>
      {(facts) =>
        facts.drives.length + facts.libraries.length === 0 ? (
          <p className="dim">{t('storage.noTape')}</p>
        ) : (
          <>
            {facts.drives.length > 0 && <Drives drives={facts.drives} />}
            {facts.libraries.map((library, index) => (
              <Library key={library.device} library={library} path={`libraries.${index}`} />
            ))}
          </>
        )
      }
    </ProbeSection>
  );
}

type Drive = TapeFacts['drives'][number];

function Drives({ drives }: { drives: readonly Drive[] }) {
  const { t } = useWords();
  const at = (index: number, field: string) => `drives.${index}.${field}`;
  return (
    <FactTable
      label={t('storage.drives')}
      rows={drives}
      rowKey={({ device, scsiAddress }) => device ?? scsiAddress}
      empty={t('storage.noTape')}
      columns={[
        {
          id: 'device',
          header: t('storage.drive'),
          cell: (row, index) => <Value value={row.device ?? row.scsiAddress} path={at(index, 'device')} />,
        },
        {
          id: 'model',
          header: t('storage.model'),
          isWide: true,
          cell: (row, index) => (
            <Value value={[row.vendor, row.model].filter(Boolean).join(' ')} path={at(index, 'model')} />
          ),
        },
        {
          id: 'state',
          header: t('storage.state'),
          cell: (row, index) => <DriveState drive={row} path={at(index, 'status')} />,
        },
        {
          id: 'density',
          header: t('storage.density'),
          cell: (row, index) => <Value value={row.status?.density} path={at(index, 'status.density')} />,
        },
        {
          id: 'position',
          header: t('storage.position'),
          cell: (row, index) => (
            <Value value={row.status?.fileNumber} path={at(index, 'status.fileNumber')}>
              {row.status?.fileNumber} / {row.status?.blockNumber ?? '?'}
            </Value>
          ),
        },
        {
          id: 'read',
          header: t('storage.bytesRead'),
          isNumeric: true,
          cell: (row, index) => (
            <Value value={row.statistics?.readBytes} unit="bytes" path={at(index, 'statistics.readBytes')} />
          ),
        },
        {
          id: 'written',
          header: t('storage.bytesWritten'),
          isNumeric: true,
          cell: (row, index) => (
            <Value value={row.statistics?.writtenBytes} unit="bytes" path={at(index, 'statistics.writtenBytes')} />
          ),
        },
        {
          id: 'serial',
          header: t('storage.serial'),
          cell: (row, index) => <Value value={row.serial} path={at(index, 'serial')} isMono />,
        },
        {
          id: 'firmware',
          header: t('storage.firmware'),
          cell: (row, index) => <Value value={row.firmware} path={at(index, 'firmware')} />,
        },
      ]}
    />
  );
}

function DriveState({ drive: { status }, path }: { drive: Drive; path: string }) {
  const { t } = useWords();
  const words = [
    t(status?.isOnline ? 'storage.tapeOnline' : 'storage.tapeEmpty'),
    ...(status?.isWriteProtected ? [t('storage.tapeProtected')] : []),
    ...(status?.needsCleaning ? [t('storage.needsCleaning')] : []),
  ].join(', ');
  return (
    <Value value={status === null ? null : words} path={path}>
      <StateBadge tone={status?.needsCleaning ? 'warn' : status?.isOnline ? 'ok' : 'info'} variant="plain">
        {words}
      </StateBadge>
    </Value>
  );
}

function Library({ library, path }: { library: TapeLibrary; path: string }) {
  const { t } = useWords();
  const { inventory } = library;
  const name = [library.vendor, library.model].filter(Boolean).join(' ') || library.device;
  return (
    <>
      <h3 className={classes.subhead}>
        <Value value={name} path={`${path}.model`} /> <span className="dim">{library.device}</span>
      </h3>
      {inventory && (
        <>
          <p>
            <Value value={inventory.slotCount} path={`${path}.inventory`}>
              {t('storage.slotCount', {
                full: inventory.slots.filter(({ isFull }) => isFull).length,
                total: inventory.slotCount ?? inventory.slots.length,
              })}
            </Value>
            {inventory.drives.map(({ number, isFull, volume, sourceSlot }) => (
              <span key={number}>
                {' · '}
                {t('storage.driveElement', { number })}:{' '}
                {isFull
                  ? t('storage.driveLoaded', { volume: volume ?? t('storage.noLabel'), slot: sourceSlot ?? '?' })
                  : t('storage.driveEmpty')}
              </span>
            ))}
          </p>
          <ul className={classes.slots} aria-label={t('storage.slots')}>
            {inventory.slots.map((slot) => (
              <Slot key={slot.number} slot={slot} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Slot({ slot }: { slot: NonNullable<TapeLibrary['inventory']>['slots'][number] }) {
  const { t } = useWords();
  const { number, isFull, isImportExport } = slot;
  const volume = slot.volume ?? t('storage.noLabel');
  const words = isFull ? t('storage.slotFull', { number, volume }) : t('storage.slotEmpty', { number });
  const title = isImportExport ? `${words} (${t('storage.importExport')})` : words;
  return (
    <li className={classes.slot} data-full={isFull || undefined} data-port={isImportExport || undefined} title={title}>
      <span>{number}</span>
      <span>{isFull ? volume : ''}</span>
    </li>
  );
}
