import { IconCpuOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { GpuFacts } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { StatePanel } from '../../../components/state-panel';
import { ProbeSection } from '../probe-section';
import { GpuDetail } from './gpu-detail';
import { GpuHolders } from './gpu-holders';
import { GpuKernelLog } from './gpu-kernel-log';
import { GpuMemorySection } from './gpu-memory-section';
import { GpuTable } from './gpu-table';
import { ProcessEnvironments } from './process-environments';

export function GpuTab() {
  const { t } = useWords();
  return (
    <>
      <ProbeSection probeId="gpu" title={t('nodeScreen.gpu.title')}>
        {(facts) => <Gpus facts={facts} />}
      </ProbeSection>
      <ProbeSection probeId="gpu-holders" title={t('nodeScreen.gpu.holders')}>
        {(facts) => <GpuHolders facts={facts} />}
      </ProbeSection>
      <ProbeSection probeId="gpu-process-environment" title={t('nodeScreen.gpu.environment')}>
        {(facts) => <ProcessEnvironments facts={facts} />}
      </ProbeSection>
      <ProbeSection probeId="gpu-kernel-log" title={t('nodeScreen.gpu.kernelLog')}>
        {(facts) => <GpuKernelLog facts={facts} />}
      </ProbeSection>
    </>
  );
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
