import { IconCircuitSwitchOpen } from '@tabler/icons-react';
import { useWords } from '../../../app/i18n';
import { StatePanel } from '../../../components/state-panel';
import { LoadingLines, StaleBadge } from '../../../components/state-view';
import { useSummary } from '../../../stores/fleet-store';
import classes from '../node.module.css';
import { ProbeSection, useResults } from '../probe-section';
import { PciDevices } from './pci-devices';
import { TopologyMatrix } from './topology-matrix';
import { TopologyPicture } from './topology-picture';
import { useTopology } from './use-topology';

/** How a node is put together: the picture, the driver's matrix, and every PCI function. */
export function TopologyTab() {
  const { t } = useWords();
  const drawn = useTopology();
  const { topology } = drawn;
  return (
    <>
      <Picture {...drawn} />
      <ProbeSection probeId="gpu-topology" title={t('topology.matrix')}>
        {(facts) => <TopologyMatrix facts={facts} />}
      </ProbeSection>
      <ProbeSection probeId="pci" title={t('topology.pci')}>
        {(facts) => <PciDevices facts={facts} edges={topology.edges} />}
      </ProbeSection>
    </>
  );
}

function Picture({ topology, hasPci, staleAtMs }: ReturnType<typeof useTopology>) {
  const { t } = useWords();
  const { hostId, isLoading } = useResults();
  const isCollecting = useSummary(hostId)?.isCollecting ?? false;
  const isEmpty = topology.nodes.length === 0;
  return (
    <section className={classes.section} aria-label={t('topology.picture')}>
      <div className={classes.sectionHead}>
        <h2>{t('topology.picture')}</h2>
        {!isEmpty && staleAtMs !== null && <StaleBadge atMs={staleAtMs} isStale />}
      </div>
      {isEmpty && (isLoading || isCollecting) && <LoadingLines />}
      {isEmpty && !isLoading && !isCollecting && (
        <StatePanel
          icon={IconCircuitSwitchOpen}
          tone="unknown"
          title={t('topology.nothing')}
          detail={t('topology.nothingDetail')}
        />
      )}
      {!isEmpty && (
        <>
          {!hasPci && <p className="dim">{t('topology.partial')}</p>}
          {topology.omitted > 0 && <p className="dim">{t('topology.omitted', { count: topology.omitted })}</p>}
          <TopologyPicture topology={topology} />
        </>
      )}
    </section>
  );
}
