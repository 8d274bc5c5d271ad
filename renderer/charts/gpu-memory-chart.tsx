import { Bar, BarChart, CartesianGrid, Legend, Tooltip, XAxis, YAxis } from 'recharts';
import type { GpuMemoryView } from '#shared/domain/gpu-memory';
import { useWords } from '../app/i18n';
import { useFormat } from '../components/format';
import classes from './gpu-memory-chart.module.css';

const gib = 1024 ** 3;

/** Memory of one GPU in parts that add up to its total; a part that is not known is left out, never drawn as zero. */
export interface GpuMemoryBar {
  readonly gpu: string;
  readonly explainedGib: number | null;
  readonly unexplainedGib: number | null;
  readonly freeGib: number | null;
}

export function gpuMemoryBars(views: readonly GpuMemoryView[]): GpuMemoryBar[] {
  const inGib = (bytes: number | null) => (bytes === null ? null : bytes / gib);
  return views
    .filter(({ totalBytes }) => totalBytes !== null)
    .map(({ index, explainedBytes, unexplainedBytes, freeBytes }) => ({
      gpu: String(index),
      explainedGib: inGib(explainedBytes),
      unexplainedGib: inGib(unexplainedBytes),
      freeGib: inGib(freeBytes),
    }));
}

/** Who has the memory of each GPU: listed processes, nobody that is listed, or free. Told apart by pattern, not by colour. */
export default function GpuMemoryChart({ views, width }: { views: readonly GpuMemoryView[]; width: number }) {
  const { t } = useWords();
  const format = useFormat();
  const bars = gpuMemoryBars(views);
  if (bars.length === 0) return null;
  const parts = [
    { dataKey: 'explainedGib', name: t('nodeScreen.gpu.memoryExplained'), fill: 'var(--text-dim)' },
    { dataKey: 'unexplainedGib', name: t('nodeScreen.gpu.memoryUnexplained'), fill: 'url(#gpu-memory-unexplained)' },
    { dataKey: 'freeGib', name: t('nodeScreen.gpu.memoryFree'), fill: 'var(--line)' },
  ];
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>{t('nodeScreen.gpu.memoryChart')}</figcaption>
      <BarChart
        width={width}
        height={180}
        data={bars}
        margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
        accessibilityLayer
      >
        <defs>
          <pattern
            id="gpu-memory-unexplained"
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="6" height="6" fill="var(--state-warn-tint)" />
            <line x1="0" y1="0" x2="0" y2="6" stroke="var(--state-warn)" strokeWidth="3" />
          </pattern>
        </defs>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey="gpu" tickFormatter={(gpu: string) => `GPU ${gpu}`} stroke="var(--text-dim)" tickLine={false} />
        <YAxis unit=" GiB" width={64} stroke="var(--text-dim)" tickLine={false} />
        <Tooltip
          cursor={{ fill: 'var(--row-hover)' }}
          formatter={(value) => format.bytes(Number(value) * gib)}
          labelFormatter={(gpu) => `GPU ${gpu}`}
          contentStyle={{ background: 'var(--page)', borderColor: 'var(--line-strong)', color: 'var(--text)' }}
        />
        <Legend itemSorter={null} formatter={(name: string) => <span className={classes.legend}>{name}</span>} />
        {parts.map((part) => (
          <Bar key={part.dataKey} {...part} stackId="memory" isAnimationActive={false} maxBarSize={48} />
        ))}
      </BarChart>
    </figure>
  );
}
