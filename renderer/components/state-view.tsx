import { Skeleton } from '@mantine/core';
import { IconClockExclamation } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useWords } from '../app/i18n';
import type { Query } from '../rpc/use-query';
import { ErrorView } from './error-view';
import { useFormat } from './format';
import { StateBadge } from './state-badge';
import { useNow } from './use-now';

interface StateViewProps<T> {
  query: Query<T>;
  children: (data: T) => ReactNode;
  /** Shown instead when there is nothing in the data. */
  empty?: ReactNode;
  isEmpty?: (data: T) => boolean;
  /** Lines of the placeholder while loading. */
  lines?: number;
}

/** The states of a view over one query: loading, error, empty, and data that stays with its time when a reload failed. */
export function StateView<T>({ query, children, empty, isEmpty, lines = 6 }: StateViewProps<T>) {
  if (query.data === undefined) {
    if (query.error) return <ErrorView error={query.error} onRetry={query.refetch} />;
    return <LoadingLines lines={lines} />;
  }
  return (
    <>
      {Boolean(query.error) && <ErrorView error={query.error} onRetry={query.refetch} variant="inline" />}
      {isEmpty?.(query.data) ? empty : children(query.data)}
    </>
  );
}

export function LoadingLines({ lines = 6 }: { lines?: number }) {
  const { t } = useWords();
  const widths = [92, 78, 85, 64, 88, 71];
  return (
    <div role="status" aria-label={t('shell.state.loading')} style={{ padding: 16 }}>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholder lines have no identity
        <Skeleton key={index} height={12} mb={12} width={`${widths[index % widths.length]}%`} />
      ))}
    </div>
  );
}

/** Older than this, a value no longer says how the node is doing now. */
export const staleAfterMs = 15 * 60_000;

/** Marks values that are old, with the time they are from; nothing while they are fresh. `isShort` gives the age. */
export function StaleBadge({ atMs, isStale, isShort }: { atMs: number; isStale?: boolean; isShort?: boolean }) {
  const { t } = useWords();
  const format = useFormat();
  const now = useNow();
  if (!(isStale ?? now - atMs > staleAfterMs)) return null;
  const words = t('shell.state.stale', { time: format.time(atMs, now) });
  return (
    <StateBadge
      tone="warn"
      icon={IconClockExclamation}
      variant={isShort ? 'plain' : 'tint'}
      title={isShort ? words : format.ago(atMs, now)}
    >
      {isShort ? format.ago(atMs, now) : words}
    </StateBadge>
  );
}
