import { useWords } from '../../../app/i18n';
import classes from '../node.module.css';
import { ProbeSection } from '../probe-section';
import { RecentChanges } from './changes-section';
import { ClusterFactsView } from './cluster-section';
import { ContainerTable, DockerView, ModelServers, ToolkitView } from './containers-section';
import { CudaView, DriverView } from './driver-section';
import { KernelModuleTable, PackageTable } from './package-tables';
import { PendingChanges } from './pending-section';
import { PythonEnvironments } from './python-section';
import { ServiceTable, TimeSync } from './services-section';

/** What runs on the node beside the kernel: driver and CUDA, Python, containers, services, and what waits for a restart. */
export function SoftwareTab() {
  const { t } = useWords();
  return (
    <>
      <div className={classes.columns}>
        <ProbeSection probeId="gpu-driver" title={t('software.driver')}>
          {(facts) => <DriverView facts={facts} />}
        </ProbeSection>
        <div className={classes.column}>
          <ProbeSection probeId="cuda" title={t('software.cuda')}>
            {(facts) => <CudaView facts={facts} />}
          </ProbeSection>
          <ProbeSection probeId="pending-changes" title={t('software.pending')}>
            {(facts) => <PendingChanges facts={facts} />}
          </ProbeSection>
          <ProbeSection probeId="recent-changes" title={t('software.recentChanges')}>
            {(facts) => <RecentChanges facts={facts} />}
          </ProbeSection>
        </div>
      </div>
      <ProbeSection probeId="python-environments" title={t('software.python')}>
        {(facts) => <PythonEnvironments facts={facts} />}
      </ProbeSection>
      <div className={classes.columns}>
        <ProbeSection probeId="docker" title={t('software.docker')}>
          {(facts) => <DockerView facts={facts} />}
        </ProbeSection>
        <div className={classes.column}>
          <ProbeSection probeId="nvidia-container-toolkit" title={t('software.toolkit')}>
            {(facts) => <ToolkitView facts={facts} />}
          </ProbeSection>
          <ProbeSection probeId="containers" title={t('software.otherContainers')}>
            {(facts) => <ContainerTable facts={facts} />}
          </ProbeSection>
        </div>
      </div>
      <ModelServers />
      <div className={classes.columns}>
        <ProbeSection probeId="services" title={t('software.services')}>
          {(facts) => <ServiceTable facts={facts} />}
        </ProbeSection>
        <div className={classes.column}>
          <ProbeSection probeId="cluster" title={t('software.cluster')}>
            {(facts) => <ClusterFactsView facts={facts} />}
          </ProbeSection>
          <ProbeSection probeId="time-sync" title={t('software.time')}>
            {(facts) => <TimeSync facts={facts} />}
          </ProbeSection>
        </div>
      </div>
      <ProbeSection probeId="packages" title={t('software.packages')}>
        {(facts) => <PackageTable facts={facts} />}
      </ProbeSection>
      <ProbeSection probeId="kernel-modules" title={t('software.kernelModules')}>
        {(facts) => <KernelModuleTable facts={facts} />}
      </ProbeSection>
    </>
  );
}
