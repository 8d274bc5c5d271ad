import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ProcessShare } from '#shared/domain/telemetry/gpu-process-sums';
import { useWords } from '../../../app/i18n';
import classes from './live.module.css';

const columns = ['pid', 'user', 'memory', 'sm', 'since'] as const;

export interface ProcessSort {
  readonly by: (typeof columns)[number];
  readonly isDescending: boolean;
}

const values: Readonly<Record<ProcessSort['by'], (row: ProcessShare) => number | string | null>> = {
  pid: ({ pid }) => pid,
  user: ({ user }) => user,
  memory: ({ memoryBytes }) => memoryBytes,
  sm: ({ smPercent }) => smPercent,
  // The longest first is the earliest beginning.
  since: ({ startedMs, sinceMs }) => -(startedMs ?? sinceMs),
};

/** What is not known stands last, whichever way; what is alike keeps its order by number. */
export function sorted(rows: readonly ProcessShare[], { by, isDescending }: ProcessSort): ProcessShare[] {
  return [...rows].sort((one, other) => {
    const [left, right] = [values[by](one), values[by](other)];
    if (left === null || right === null) return Number(left === null) - Number(right === null) || one.pid - other.pid;
    const order =
      typeof left === 'string' || typeof right === 'string' ? String(left).localeCompare(String(right)) : left - right;
    return (isDescending ? -order : order) || one.pid - other.pid;
  });
}

export function toggledSort(sort: ProcessSort, by: ProcessSort['by']): ProcessSort {
  if (sort.by === by) return { by, isDescending: !sort.isDescending };
  return { by, isDescending: by !== 'user' && by !== 'pid' };
}

interface SortHeaderProps extends Pick<ProcessSort, 'by'> {
  sort: ProcessSort;
  onSort: () => void;
}

export function SortHeader({ by, sort, onSort }: SortHeaderProps) {
  const { t } = useWords();
  const Arrow = sort.isDescending ? IconArrowDown : IconArrowUp;
  const isOn = sort.by === by;
  return (
    <UnstyledButton className={classes.sortHeader} aria-pressed={isOn} onClick={onSort}>
      {t(`liveTab.process.column.${by}`)}
      {isOn && <Arrow size={12} aria-label={t(`liveTab.process.${sort.isDescending ? 'descending' : 'ascending'}`)} />}
    </UnstyledButton>
  );
}
