import { ActionIcon, Button, Loader, Popover, Progress, UnstyledButton } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useShallow } from 'zustand/react/shallow';
import { StateBadge, type Tone } from '../components/state-badge';
import { native } from '../rpc/client';
import { useFleet } from '../stores/fleet-store';
import { type Task, useTasks } from '../stores/tasks-store';
import { useWords } from './i18n';
import classes from './shell.module.css';
import { useEngineState } from './use-engine-state';

/** The line at the bottom: the engine, the connections, and what is running. */
export function StatusBar() {
  const { t } = useWords();
  const { isKnown, connected, reached, total } = useFleet(
    useShallow(({ hosts }) => {
      const all = [...(hosts?.values() ?? [])];
      // This machine and imported collections need no connection.
      const remote = all.filter(({ spec }) => spec.kind === 'ssh');
      const connected = remote.filter(({ status }) => status.connection === 'connected').length;
      return { isKnown: hosts !== undefined, connected, reached: remote.length, total: all.length };
    }),
  );
  return (
    <footer className={classes.status}>
      <EngineStatus />
      {isKnown && (
        <span>
          {total === 0
            ? t('shell.status.noHosts')
            : reached > 0
              ? t('shell.status.connected', { connected, total: reached })
              : t('fleetScreen.count', { count: total })}
        </span>
      )}
      <TaskList />
    </footer>
  );
}

function EngineStatus() {
  const { t } = useWords();
  const state = useEngineState();
  const tones: Record<typeof state.kind, Tone> = {
    starting: 'info',
    running: 'ok',
    restarting: 'warn',
    failed: 'bad',
    disconnected: 'warn',
  };
  return (
    <span role="status" className={classes.engine}>
      <StateBadge tone={tones[state.kind]} variant="plain" title={'reason' in state ? state.reason : undefined}>
        {state.kind === 'restarting'
          ? t('shell.status.restarting', { attempt: state.attempt })
          : t(`shell.status.${state.kind}`)}
      </StateBadge>
      {state.kind === 'failed' && (
        <Button size="compact-xs" variant="default" onClick={() => void native.engine.restart().catch(() => undefined)}>
          {t('shell.status.restart')}
        </Button>
      )}
    </span>
  );
}

function TaskList() {
  const { t } = useWords();
  const tasks = useTasks((state) => state.tasks);
  return (
    <Popover position="top-end" shadow="md" withinPortal>
      <Popover.Target>
        <UnstyledButton className={classes.statusButton} disabled={tasks.length === 0}>
          {tasks.length > 0 && <Loader size={12} color="gray" />}
          {tasks.length > 0 ? t('shell.status.tasks', { count: tasks.length }) : t('shell.status.noTasks')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={4} aria-label={t('shell.status.taskList')}>
        {tasks.map((task) => (
          <TaskRow key={task.id} task={task} />
        ))}
        {tasks.length === 0 && <div className={classes.task}>{t('shell.status.noTasks')}</div>}
      </Popover.Dropdown>
    </Popover>
  );
}

function TaskRow({ task }: { task: Task }) {
  const { t } = useWords();
  const { progress } = task;
  const percent = progress && progress.total > 0 ? (100 * progress.done) / progress.total : 100;
  return (
    <div className={classes.task}>
      <span className="ellipsis">{task.title}</span>
      <ActionIcon size="sm" aria-label={t('shell.status.cancelTask', { title: task.title })} onClick={task.cancel}>
        <IconX size={14} />
      </ActionIcon>
      <Progress size="xs" value={percent} animated={!progress} aria-label={task.title} />
    </div>
  );
}
