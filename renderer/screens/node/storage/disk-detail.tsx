import type { Disk } from '#shared/domain/disks';
import { diskConcerns } from '#shared/domain/storage-concerns';
import { useWords } from '../../../app/i18n';
import { KeyValueTable } from '../../../components/key-value-table';
import { StateBadge } from '../../../components/state-badge';
import { Value, ValueSourceProvider } from '../../../components/value';
import nodeClasses from '../node.module.css';
import classes from './storage.module.css';
import { useStorageView } from './use-storage-view';

/** Everything that is known of one disk. */
export function DiskDetail({ disk }: { disk: Disk }) {
  const { t, message } = useWords();
  const { facts, sourceOf } = useStorageView();
  const path = disk.healthSource?.factPath ?? '';
  const log = disk.nvme;
  const smart = facts['disk-health']?.disks.find(({ device }) =>
    [disk.name, ...disk.devices].includes(device.replace('/dev/', '')),
  );
  const concerns = diskConcerns(disk);
  return (
    <div className={nodeClasses.detail} style={{ marginTop: 8 }}>
      {concerns.length > 0 && (
        <ul className={classes.concerns}>
          {concerns.map((concern) => (
            <li key={concern.message.key}>
              <StateBadge tone={concern.level} variant="plain">
                {message(concern.message)}
              </StateBadge>
            </li>
          ))}
        </ul>
      )}
      <ValueSourceProvider value={disk.healthSource && sourceOf(disk.healthSource.probeId)}>
        <KeyValueTable
          columns={3}
          rows={[
            { label: t('storage.firmware'), value: <Value value={disk.firmware} path={path} /> },
            { label: t('storage.address'), value: <Value value={disk.pciAddress} path={path} isMono /> },
            { label: t('storage.transport'), value: <Value value={disk.transport} path={path} /> },
            ...(log
              ? [
                  {
                    label: t('storage.spare'),
                    value: (
                      <Value value={log.sparePercent} path={`${path}.sparePercent`}>
                        {t('storage.spareOf', {
                          percent: log.sparePercent,
                          threshold: log.spareThresholdPercent ?? '?',
                        })}
                      </Value>
                    ),
                  },
                  {
                    label: t('storage.written'),
                    value: <Value value={log.writtenBytes} unit="bytes" path={`${path}.writtenBytes`} />,
                  },
                  {
                    label: t('storage.bytesRead'),
                    value: <Value value={log.readBytes} unit="bytes" path={`${path}.readBytes`} />,
                  },
                  {
                    label: t('storage.unsafeShutdowns'),
                    value: <Value value={log.unsafeShutdowns} unit="count" path={`${path}.unsafeShutdowns`} />,
                  },
                  {
                    label: t('storage.errorLogEntries'),
                    value: <Value value={log.errorLogEntries} unit="count" path={`${path}.errorLogEntries`} />,
                  },
                  {
                    label: t('storage.tooWarmFor'),
                    value: (
                      <Value value={log.warningTemperatureMinutes} path={`${path}.warningTemperatureMinutes`}>
                        {t('storage.minutes', { minutes: log.warningTemperatureMinutes })}
                      </Value>
                    ),
                  },
                ]
              : []),
            ...(smart && !smart.nvme
              ? [
                  {
                    label: t('storage.reallocated'),
                    value: <Value value={smart.reallocatedSectors} unit="count" path={`${path}.reallocatedSectors`} />,
                  },
                  {
                    label: t('storage.pending'),
                    value: <Value value={smart.pendingSectors} unit="count" path={`${path}.pendingSectors`} />,
                  },
                  {
                    label: t('storage.crcErrors'),
                    value: <Value value={smart.interfaceCrcErrors} unit="count" path={`${path}.interfaceCrcErrors`} />,
                  },
                  { label: t('storage.link'), value: <Value value={smart.linkSpeed} path={`${path}.linkSpeed`} /> },
                  {
                    label: t('storage.rotation'),
                    value: <Value value={smart.rotationRpm} unit="count" path={`${path}.rotationRpm`} />,
                  },
                ]
              : []),
            ...(smart && smart.exitFlags.length > 0
              ? [
                  {
                    label: t('storage.exitFlags'),
                    value: <Value value={smart.exitFlags.join(', ')} path={`${path}.exitFlags`} />,
                  },
                ]
              : []),
          ]}
        />
      </ValueSourceProvider>
    </div>
  );
}
