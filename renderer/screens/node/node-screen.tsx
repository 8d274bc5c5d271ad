import { Button, Tabs } from '@mantine/core';
import { IconAlertTriangle, IconServerOff } from '@tabler/icons-react';
import { useWords } from '../../app/i18n';
import { navigate, useRoute } from '../../app/router';
import { ErrorView } from '../../components/error-view';
import { StatePanel } from '../../components/state-panel';
import { LoadingLines } from '../../components/state-view';
import { useFleet, useHost } from '../../stores/fleet-store';
import { CompatibilityTab } from './compatibility/compatibility-tab';
import { GpuTab } from './gpus/gpu-tab';
import { NetworkTab } from './network/network-tab';
import classes from './node.module.css';
import { NodeBanners } from './node-banners';
import { NodeHeader } from './node-header';
import { useNodeResults } from './node-results';
import { ChangesTab } from './parts/changes-tab';
import { PartsTab } from './parts/parts-tab';
import { ProfileTab } from './parts/profile-tab';
import { PowerTab } from './power/power-tab';
import { NodeResultsProvider } from './probe-section';
import { ProbesTab } from './probes-tab';
import { SoftwareTab } from './software/software-tab';
import { StorageTab } from './storage/storage-tab';
import { SystemTab } from './system/system-tab';
import { TopologyTab } from './topology/topology-tab';

/** The parts of a node with the probes each is made of, in the order of the tabs. */
const parts = [
  {
    id: 'system',
    probeIds: ['os', 'machine', 'cpu', 'numa', 'memory', 'memory-modules', 'edac', 'platform-security'],
    Panel: SystemTab,
  },
  {
    id: 'gpus',
    probeIds: [
      'gpu',
      'gpu-list',
      'gpu-processes',
      'gpu-holders',
      'gpu-process-environment',
      'gpu-mig',
      'gpu-kernel-log',
      'processes',
    ],
    Panel: GpuTab,
  },
  { id: 'topology', probeIds: ['pci', 'gpu-topology'], Panel: TopologyTab },
  {
    id: 'storage',
    probeIds: ['file-systems', 'block-devices', 'nvme', 'disk-health', 'raid', 'ceph', 'nfs', 'tape'],
    Panel: StorageTab,
  },
  {
    id: 'network',
    probeIds: ['network', 'rdma', 'ethernet-settings', 'network-modules', 'roce-settings', 'gpudirect', 'sharp'],
    Panel: NetworkTab,
  },
  {
    id: 'software',
    probeIds: [
      'gpu-driver',
      'cuda',
      'pending-changes',
      'python-environments',
      'docker',
      'nvidia-container-toolkit',
      'containers',
      'services',
      'cluster',
      'time-sync',
      'packages',
      'kernel-modules',
    ],
    Panel: SoftwareTab,
  },
  { id: 'compatibility', probeIds: [], Panel: CompatibilityTab },
  { id: 'power', probeIds: ['bmc', 'bmc-sensors', 'bmc-log', 'redfish', 'sensors', 'ups'], Panel: PowerTab },
  { id: 'parts', probeIds: [], Panel: PartsTab },
  { id: 'changes', probeIds: [], Panel: ChangesTab },
  { id: 'profile', probeIds: [], Panel: ProfileTab },
  { id: 'probes', probeIds: [], Panel: ProbesTab },
] as const;

/** What a node is made of and how it was doing when it was last asked. */
export function NodeScreen() {
  const { t } = useWords();
  const route = useRoute();
  const hostId = route.screen === 'node' ? route.hostId : '';
  const host = useHost(hostId);
  const isListed = useFleet((state) => state.isListed);
  if (!host && !isListed) return <LoadingLines />;
  if (!host) {
    return (
      <StatePanel
        icon={IconServerOff}
        title={t('nodeScreen.notFound')}
        detail={t('nodeScreen.notFoundDetail')}
        tone="unknown"
      >
        <Button onClick={() => navigate({ screen: 'fleet' })}>{t('nodeScreen.toFleet')}</Button>
      </StatePanel>
    );
  }
  return <Node key={hostId} hostId={hostId} section={route.screen === 'node' ? route.section : undefined} />;
}

function Node({ hostId, section }: { hostId: string; section: string | undefined }) {
  const { t } = useWords();
  const node = useNodeResults(hostId);
  const current = parts.find((part) => part.id === section)?.id ?? 'system';
  return (
    <NodeResultsProvider value={node}>
      <NodeHeader hostId={hostId} />
      <div className={classes.body}>
        <NodeBanners hostId={hostId}>
          {Boolean(node.error) && <ErrorView error={node.error} onRetry={node.reload} variant="inline" />}
        </NodeBanners>
        <Tabs
          value={current}
          onChange={(next) => next && navigate({ screen: 'node', hostId, section: next }, { replace: true })}
        >
          <Tabs.List className={classes.tabs} aria-label={t('nodeScreen.sections')}>
            {parts.map(({ id, probeIds }) => {
              const troubled = probeIds.filter((probeId) => {
                const state = node.results.get(probeId)?.state;
                return state !== undefined && state !== 'ok' && state !== 'missing-tool';
              }).length;
              return (
                <Tabs.Tab
                  key={id}
                  value={id}
                  rightSection={
                    troubled > 0 ? (
                      <IconAlertTriangle
                        className={classes.tabMark}
                        size={14}
                        role="img"
                        aria-label={t('nodeScreen.tabProblems', { count: troubled })}
                      />
                    ) : undefined
                  }
                >
                  {t(`nodeScreen.tab.${id}`)}
                </Tabs.Tab>
              );
            })}
          </Tabs.List>
          {parts.map(({ id, Panel }) => (
            <Tabs.Panel key={id} value={id}>
              <div className={classes.panel}>
                <Panel />
              </div>
            </Tabs.Panel>
          ))}
        </Tabs>
      </div>
    </NodeResultsProvider>
  );
}
