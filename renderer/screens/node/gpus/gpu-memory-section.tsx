import { Skeleton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { lazy, Suspense, useMemo } from 'react';
import { gpuMemory } from '#shared/domain/gpu-memory';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';

// recharts is large, and only this part of the screen needs it.
const GpuMemoryChart = lazy(() => import('../../../charts/gpu-memory-chart'));

/** Who has the memory of each GPU, from the last results that all belong together. */
export function GpuMemorySection() {
  const { results } = useResults();
  const { ref, width } = useElementSize();
  const gpu = factsOf('gpu', results.get('gpu'));
  const gpuProcesses = factsOf('gpu-processes', results.get('gpu-processes'));
  const processes = factsOf('processes', results.get('processes'));
  const holders = factsOf('gpu-holders', results.get('gpu-holders'));
  const views = useMemo(
    () => (gpu ? gpuMemory({ gpu, gpuProcesses, processes, holders, processesAtMs: null }) : []),
    [gpu, gpuProcesses, processes, holders],
  );
  if (!views.some(({ totalBytes }) => totalBytes !== null)) return null;
  return (
    <div ref={ref}>
      <Suspense fallback={<Skeleton height={210} />}>
        {width > 0 && <GpuMemoryChart views={views} width={Math.min(width, 900)} />}
      </Suspense>
    </div>
  );
}
