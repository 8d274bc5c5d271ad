import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { Meter } from '../../../components/meter';
import classes from '../node.module.css';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';
import { GpuFact } from './record-fact';

interface GpuMemoryCellProps {
  memory: { totalBytes: number | null; usedBytes: number | null };
  /** The GPU uses the memory of its system: what there is of it is the system's to tell. */
  isShared?: boolean;
}

/** Used of total with a bar, of the GPU around it. */
export function GpuMemoryCell({ memory: { usedBytes, totalBytes }, isShared = false }: GpuMemoryCellProps) {
  const { t } = useWords();
  const format = useFormat();
  const { results } = useResults();
  if (isShared && totalBytes === null) {
    const system = factsOf('memory', results.get('memory'))?.totalBytes ?? null;
    return (
      <span>
        {system === null ? t('gpuTab.sharedMemoryUnknown') : t('gpuTab.sharedMemory', { total: format.bytes(system) })}
      </span>
    );
  }
  return (
    <span className={classes.metered} data-is-long>
      {usedBytes !== null && totalBytes !== null && (
        <Meter
          isOptional
          value={usedBytes}
          max={totalBytes}
          label={t('nodeScreen.memory.used', { used: format.bytes(usedBytes), total: format.bytes(totalBytes) })}
        />
      )}
      <span>
        <GpuFact at="memory.usedBytes" />
        <span className="dim">
          {' / '}
          <GpuFact at="memory.totalBytes" />
        </span>
      </span>
    </span>
  );
}
