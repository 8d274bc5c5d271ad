import { SegmentedControl } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { subjectKey } from '#shared/domain/telemetry/frame';
import type { GpuProcess } from '#shared/domain/telemetry/gpu-process';
import { sumByProcess, sumByUser } from '#shared/domain/telemetry/gpu-process-sums';
import { printable } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { StatePanel } from '../../../components/state-panel';
import { LoadingLines } from '../../../components/state-view';
import { useIsInView } from '../../../components/use-is-in-view';
import { engine } from '../../../rpc/client';
import { useStream } from '../../../rpc/use-stream';
import classes from './live.module.css';
import { type ProcessSort, SortHeader, sorted, toggledSort } from './process-sort';
import type { LiveSubject } from './use-subjects';

interface GpuProcessTableProps {
  hostId: string;
  gpus: readonly LiveSubject[];
}

/** A tool that has said nothing for so long does not answer. */
const ANSWER_MS = 20_000;

/** What runs on the GPUs of a node right now, and whose it is; asked for as long as it can be seen. */
export function GpuProcessTable({ hostId, gpus }: GpuProcessTableProps) {
  const { t } = useWords();
  const { ref, isInView } = useIsInView();
  // Null: nothing tells them; undefined: not asked yet.
  const [processes, setProcesses] = useState<readonly GpuProcess[] | null>();
  const [by, setBy] = useState<'process' | 'user'>('process');
  const stream = useStream(
    isInView ? `telemetry/processes/${hostId}` : null,
    (signal) => engine.telemetry.processes({ hostId }, { signal }),
    (rounds) => setProcesses(rounds.at(-1)),
  );
  const isWaiting = isInView && processes === undefined;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => setProcesses(null), ANSWER_MS);
    return () => clearTimeout(timer);
  }, [isWaiting]);
  return (
    <section ref={ref} aria-label={t('liveTab.process.title')}>
      <div className={classes.processHead}>
        <h2 className={classes.groupName}>{t('liveTab.process.title')}</h2>
        <SegmentedControl
          aria-label={t('liveTab.process.title')}
          value={by}
          onChange={(value) => setBy(value === 'user' ? 'user' : 'process')}
          data={(['process', 'user'] as const).map((value) => ({ value, label: t(`liveTab.process.by.${value}`) }))}
        />
      </div>
      <div className={classes.processes}>
        {stream.state === 'retrying' ? (
          <ErrorView error={stream.error} variant="inline" />
        ) : processes === undefined ? (
          <LoadingLines lines={3} />
        ) : processes === null ? (
          <StatePanel variant="inline" tone="warn" title={t('liveTab.process.untold')} />
        ) : by === 'user' ? (
          <Users processes={processes} />
        ) : (
          <Processes processes={processes} gpus={gpus} />
        )}
      </div>
    </section>
  );
}

function Processes({ processes, gpus }: { processes: readonly GpuProcess[]; gpus: readonly LiveSubject[] }) {
  const { t } = useWords();
  const format = useFormat();
  const [sort, setSort] = useState<ProcessSort>({ by: 'memory', isDescending: true });
  const names = useMemo(() => new Map(gpus.map(({ key, label }) => [key, label])), [gpus]);
  const gpuName = (uuid: string) => names.get(subjectKey({ kind: 'gpu', id: uuid })) ?? uuid.slice(0, 12);
  const rows = sorted(sumByProcess(processes), sort);
  const header = (by: ProcessSort['by']) => (
    <SortHeader by={by} sort={sort} onSort={() => setSort(toggledSort(sort, by))} />
  );
  return (
    <FactTable
      label={t('liveTab.process.title')}
      empty={t('liveTab.process.none')}
      rows={rows}
      rowKey={({ pid }) => pid}
      columns={[
        { id: 'pid', header: header('pid'), isNumeric: true, cell: ({ pid }) => pid },
        { id: 'user', header: header('user'), cell: ({ user }) => (user === null ? <Unknown /> : printable(user)) },
        { id: 'gpus', header: t('liveTab.process.gpus'), cell: ({ gpuUuids }) => gpuUuids.map(gpuName).join(', ') },
        {
          id: 'memory',
          header: header('memory'),
          isNumeric: true,
          cell: ({ memoryBytes }) => (memoryBytes === null ? <Unknown /> : format.bytes(memoryBytes)),
        },
        {
          id: 'sm',
          header: header('sm'),
          isNumeric: true,
          cell: ({ smPercent }) => (smPercent === null ? <Unknown /> : `${format.number(smPercent, 0)}%`),
        },
        {
          id: 'since',
          header: header('since'),
          isNumeric: true,
          cell: ({ startedMs, sinceMs }) =>
            startedMs === null ? (
              <span className="dim" title={t('liveTab.process.seenSince')}>
                ≥ {format.duration(Math.max(0, Date.now() - sinceMs))}
              </span>
            ) : (
              <span title={format.dateTime(startedMs)}>{format.duration(Math.max(0, Date.now() - startedMs))}</span>
            ),
        },
        {
          id: 'owner',
          header: t('liveTab.process.owner'),
          cell: ({ owner }) =>
            owner === null ? <Unknown /> : t(`liveTab.process.in.${owner.kind}`, { name: printable(owner.name) }),
        },
        {
          id: 'command',
          header: t('liveTab.process.command'),
          isWide: true,
          cell: ({ commandLine, name }) => {
            const text = printable(commandLine ?? name);
            return (
              <code className={classes.command} title={text.slice(0, 2000)}>
                {text.slice(0, 400)}
              </code>
            );
          },
        },
      ]}
    />
  );
}

function Users({ processes }: { processes: readonly GpuProcess[] }) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <FactTable
      label={t('liveTab.process.title')}
      empty={t('liveTab.process.none')}
      rows={sumByUser(processes)}
      rowKey={({ user }) => user ?? ''}
      columns={[
        {
          id: 'user',
          header: t('liveTab.process.column.user'),
          cell: ({ user }) => (user === null ? <Unknown /> : printable(user)),
        },
        { id: 'gpus', header: t('liveTab.process.gpus'), isNumeric: true, cell: ({ gpus }) => gpus },
        {
          id: 'processes',
          header: t('liveTab.process.by.process'),
          isNumeric: true,
          cell: ({ processes: count }) => count,
        },
        {
          id: 'memory',
          header: t('liveTab.process.column.memory'),
          isNumeric: true,
          cell: ({ memoryBytes }) => (memoryBytes === null ? <Unknown /> : format.bytes(memoryBytes)),
        },
        {
          id: 'sm',
          header: t('liveTab.process.column.sm'),
          isNumeric: true,
          cell: ({ smPercent }) => (smPercent === null ? <Unknown /> : `${format.number(smPercent, 0)}%`),
        },
      ]}
    />
  );
}

function Unknown() {
  const { t } = useWords();
  return (
    <span className="dim" title={t('liveTab.process.unknown')}>
      —
    </span>
  );
}
