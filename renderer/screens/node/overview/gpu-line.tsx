import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { Value } from '../../../components/value';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';
import { Known, Line } from './glance-line';

interface Shown {
  name: string | null;
  memoryTotalBytes: number | null;
}

/** GPUs of either maker by model; where no driver tells of them, by their names on the PCI bus. */
export function GpuLine() {
  const { t } = useWords();
  const { results } = useResults();
  const hasAmd = (factsOf('amd-gpu', results.get('amd-gpu'))?.gpus.length ?? 0) > 0;
  const isNvidiaMissing = results.get('gpu')?.state === 'missing-tool';
  return (
    <Line section="gpus" label={t('nodeScreen.tab.gpus')}>
      {hasAmd && (
        <Known probeId="amd-gpu">
          {({ gpus, driverVersion }) => (
            <>
              <Models
                gpus={gpus.map(({ name, memory }) => ({ name, memoryTotalBytes: memory.totalBytes }))}
                path="gpus"
              />
              {driverVersion && (
                <span className="dim">
                  {t('nodeScreen.overview.driver')} <Value value={driverVersion} path="driverVersion" />
                </span>
              )}
            </>
          )}
        </Known>
      )}
      {!isNvidiaMissing && !hasAmd && (
        <Known probeId="gpu">
          {({ gpus, driverVersion, cudaVersion }) => (
            <>
              <Models
                gpus={gpus.map(({ name, memory }) => ({ name, memoryTotalBytes: memory.totalBytes }))}
                path="gpus"
              />
              {driverVersion && (
                <span className="dim">
                  {t('nodeScreen.overview.driver')} <Value value={driverVersion} path="driverVersion" />
                </span>
              )}
              {cudaVersion && (
                <span className="dim">
                  CUDA <Value value={cudaVersion} path="cudaVersion" />
                </span>
              )}
            </>
          )}
        </Known>
      )}
      {isNvidiaMissing && !hasAmd && (
        <Known probeId="gpu-devices">
          {({ devices }) => (
            <Models
              gpus={devices
                .filter(({ kind }) => kind === 'gpu')
                .map(({ name, vendorId, deviceId }) => ({
                  name: name ?? `${vendorId}:${deviceId}`,
                  memoryTotalBytes: null,
                }))}
              path="devices"
            />
          )}
        </Known>
      )}
    </Line>
  );
}

function Models({ gpus, path }: { gpus: readonly Shown[]; path: string }) {
  const { t } = useWords();
  const format = useFormat();
  const counts = new Map<string, number>();
  for (const { name } of gpus) {
    const short = (name ?? '—').replace(/^NVIDIA /, '');
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  const sizes = gpus.map(({ memoryTotalBytes }) => memoryTotalBytes);
  const total = sizes.reduce<number | null>((sum, size) => (sum === null || size === null ? null : sum + size), 0);
  return (
    <>
      <Value value={gpus.length} path={path}>
        {gpus.length === 0
          ? t('nodeScreen.list.none')
          : [...counts].map(([name, count]) => `${count} × ${name}`).join(', ')}
      </Value>
      {total !== null && total > 0 && <span className="dim">{format.bytes(total)}</span>}
    </>
  );
}
