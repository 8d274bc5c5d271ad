import { useWords } from '../../../app/i18n';
import { ProbeSection } from '../probe-section';
import { BlockDeviceTable } from './block-device-table';
import { CephSection } from './ceph-section';
import { DiskSection } from './disk-section';
import { FileSystemTable } from './file-system-table';
import { NfsSection } from './nfs-section';
import { RaidSection } from './raid-section';
import { TapeSection } from './tape-section';
import { TierView } from './tier-view';

export function StorageTab() {
  const { t } = useWords();
  return (
    <>
      <TierView />
      <DiskSection />
      <RaidSection />
      <ProbeSection probeId="file-systems" title={t('storage.fileSystems')}>
        {(facts) => <FileSystemTable facts={facts} />}
      </ProbeSection>
      <CephSection />
      <NfsSection />
      <TapeSection />
      <ProbeSection probeId="block-devices" title={t('storage.blockDevices')}>
        {(facts) => <BlockDeviceTable devices={facts.devices} />}
      </ProbeSection>
    </>
  );
}
