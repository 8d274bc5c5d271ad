import { useWords } from '../../../app/i18n';
import { ProbeSection } from '../probe-section';
import { BondTable } from './bond-table';
import { EthernetSettingsTable } from './ethernet-settings-table';
import { GpudirectCards } from './gpudirect-cards';
import { InterfaceTable } from './interface-table';
import { ModuleTable } from './module-table';
import { NicAffinityTable } from './nic-affinity-table';
import { RdmaPorts } from './rdma-ports';
import { RoceSettingsTable } from './roce-settings-table';

export function NetworkTab() {
  const { t } = useWords();
  return (
    <>
      <ProbeSection probeId="rdma" title={t('networkTab.rdma')}>
        {(facts) => <RdmaPorts facts={facts} />}
      </ProbeSection>
      <GpudirectCards />
      <NicAffinityTable />
      <ProbeSection probeId="roce-settings" title={t('networkTab.roce')}>
        {(facts) => <RoceSettingsTable facts={facts} />}
      </ProbeSection>
      <ProbeSection probeId="network" title={t('networkTab.interfaces')}>
        {(facts) => (
          <>
            <InterfaceTable facts={facts} />
            <BondTable facts={facts} />
          </>
        )}
      </ProbeSection>
      <ProbeSection probeId="ethernet-settings" title={t('networkTab.settings')}>
        {(facts) => <EthernetSettingsTable facts={facts} />}
      </ProbeSection>
      <ProbeSection probeId="network-modules" title={t('networkTab.modules')}>
        {(facts) => <ModuleTable facts={facts} />}
      </ProbeSection>
    </>
  );
}
