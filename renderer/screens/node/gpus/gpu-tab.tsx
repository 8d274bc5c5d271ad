import { IconCpuOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { GpuFacts } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { StatePanel } from '../../../components/state-panel';
import { factsOf, type NodeResults } from '../node-results';
import { ProbeSection, useResults } from '../probe-section';
import { AmdGpus } from './amd-gpus';
import { GpuDetail } from './gpu-detail';
import { GpuHolders } from './gpu-holders';
import { GpuKernelLog } from './gpu-kernel-log';
import { GpuMemorySection } from './gpu-memory-section';
import { GpuTable } from './gpu-table';
import { GraphicsDevices } from './graphics-devices';
import { MigSection } from './mig-section';
import { NvlinkSection } from './nvlink-section';
import { NvswitchSection } from './nvswitch-section';
import { ProcessEnvironments } from './process-environments';
import { ConfidentialComputing, VgpuGuests } from './security-section';

export function GpuTab() {
  const { t } = useWords();
  const node = useResults();
  const isNvidia = mayHave(node, 'gpu', '10de');
  const gpus = factsOf('gpu', node.results.get('gpu')) ?? factsOf('gpu', node.stale.get('gpu'));
  const isSliced = gpus?.gpus.some(({ mig }) => mig.current === 'Enabled') ?? false;
  const isVgpuHost = factsOf('gpu-vgpu', node.results.get('gpu-vgpu'))?.isHost ?? false;
  return (
    <>
      {isNvidia && (
        <ProbeSection probeId="gpu" title={t('nodeScreen.gpu.title')}>
          {(facts) => <Gpus facts={facts} />}
        </ProbeSection>
      )}
      {mayHave(node, 'amd-gpu', '1002') && node.results.has('amd-gpu') && (
        <ProbeSection probeId="amd-gpu" title={t('gpuTab.amd.title')}>
          {(facts) => <AmdGpus facts={facts} />}
        </ProbeSection>
      )}
      {isNvidia && (
        <>
          <ProbeSection probeId="nvlink" title={t('gpuTab.nvlink.title')}>
            {(facts) => <NvlinkSection facts={facts} />}
          </ProbeSection>
          {isSliced && (
            <ProbeSection probeId="gpu-mig" title={t('gpuTab.mig.title')}>
              {(facts) => <MigSection facts={facts} />}
            </ProbeSection>
          )}
          <NvswitchSection />
          <ProbeSection probeId="gpu-confidential-computing" title={t('gpuTab.security.title')}>
            {(facts) => <ConfidentialComputing facts={facts} />}
          </ProbeSection>
        </>
      )}
      {isVgpuHost && (
        <ProbeSection probeId="gpu-vgpu" title={t('gpuTab.vgpu.title')}>
          {(facts) => <VgpuGuests facts={facts} />}
        </ProbeSection>
      )}
      {isNvidia && (
        <>
          <ProbeSection probeId="gpu-holders" title={t('nodeScreen.gpu.holders')}>
            {(facts) => <GpuHolders facts={facts} />}
          </ProbeSection>
          <ProbeSection probeId="gpu-process-environment" title={t('nodeScreen.gpu.environment')}>
            {(facts) => <ProcessEnvironments facts={facts} />}
          </ProbeSection>
        </>
      )}
      <ProbeSection probeId="gpu-kernel-log" title={t('nodeScreen.gpu.kernelLog')}>
        {(facts) => <GpuKernelLog facts={facts} />}
      </ProbeSection>
      <ProbeSection probeId="gpu-devices" title={t('gpuTab.devices.title')}>
        {(facts) => <GraphicsDevices facts={facts} />}
      </ProbeSection>
    </>
  );
}

/**
 * Whether a vendor's tool has anything to say here. Not where it is missing and the PCI bus has no GPU of that vendor: that is
 * no problem of the node. Where the bus is not known either, a missing tool of AMD is the ordinary case.
 */
function mayHave({ results, stale }: NodeResults, probeId: 'gpu' | 'amd-gpu', vendorId: string): boolean {
  if (results.get(probeId)?.state !== 'missing-tool' || stale.has(probeId)) return true;
  const devices = factsOf('gpu-devices', results.get('gpu-devices'))?.devices;
  if (devices === undefined) return probeId === 'gpu';
  const isThere = devices.some((device) => device.kind === 'gpu' && device.vendorId === vendorId);
  const hasOthers = devices.some(({ kind }) => kind === 'gpu');
  // A node without any GPU still says that its NVIDIA tool is missing: somewhere it has to be said.
  return isThere || (probeId === 'gpu' && !hasOthers);
}

function Gpus({ facts: { gpus } }: { facts: GpuFacts }) {
  const { t } = useWords();
  const [selected, setSelected] = useState(0);
  if (gpus.length === 0) {
    return (
      <StatePanel
        variant="inline"
        icon={IconCpuOff}
        title={t('nodeScreen.gpu.none')}
        detail={t('nodeScreen.gpu.noneDetail')}
      />
    );
  }
  const position = Math.min(selected, gpus.length - 1);
  const gpu = gpus[position];
  return (
    <>
      <GpuTable gpus={gpus} selected={position} onSelect={setSelected} />
      <GpuMemorySection />
      {gpu && <GpuDetail gpu={gpu} position={position} />}
    </>
  );
}
