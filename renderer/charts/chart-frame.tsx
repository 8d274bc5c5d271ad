import { Skeleton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { lazy, type ReactNode, Suspense } from 'react';
import { ErrorView } from '../components/error-view';
import type { Query } from '../rpc/use-query';
import classes from './charts.module.css';
import type { TimeChartProps } from './time-chart';

// recharts is large, and only charts need it.
const TimeChart = lazy(() => import('./time-chart'));

interface ChartFrameProps<T> {
  query: Pick<Query<T>, 'data' | 'error' | 'refetch'>;
  height: number;
  children: (read: T) => ReactNode;
}

/** What a chart reads: on its way, failed, or there; what was there stays beside a failure. */
export function ChartFrame<T>({ query, height, children }: ChartFrameProps<T>) {
  const { data, error, refetch } = query;
  return (
    <>
      {Boolean(error) && <ErrorView error={error} onRetry={refetch} variant="inline" />}
      {data !== undefined ? children(data) : !error && <Skeleton height={height} />}
    </>
  );
}

interface PlotProps extends Omit<TimeChartProps, 'width'> {
  /** What lies over it, given how wide it is. */
  children: (width: number) => ReactNode;
}

/** A chart as wide as there is room. */
export function Plot({ children, ...chart }: PlotProps) {
  const { height } = chart;
  const { ref, width } = useElementSize();
  return (
    <div ref={ref} className={classes.plot} style={{ height }}>
      {width > 0 && (
        <>
          <Suspense fallback={<Skeleton height={height} />}>
            <TimeChart {...chart} width={width} />
          </Suspense>
          {children(width)}
        </>
      )}
    </div>
  );
}

/** Why there is nothing to draw. */
export function NoLines({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={classes.nothing}>
      <strong>{title}</strong>
      {children}
    </div>
  );
}
