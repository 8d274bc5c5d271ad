import { Anchor, Button, Progress, UnstyledButton } from '@mantine/core';
import { IconDeviceDesktop, IconFlask, IconTerminal2, type TablerIcon } from '@tabler/icons-react';
import { useWords } from '../../app/i18n';
import { ErrorView } from '../../components/error-view';
import { Toolbar } from '../../components/toolbar';
import { useFocusLeftToScreen } from '../../components/use-return-focus';
import { engine } from '../../rpc/client';
import { useCall } from '../../rpc/use-call';
import { startDemoFleet } from '../../stores/demo-fleet';
import { reloadHosts } from '../../stores/fleet-store';
import { runTask, useTasks } from '../../stores/tasks-store';
import { openAddHosts } from './add-hosts/add-hosts-store';
import classes from './fleet.module.css';
import { useImportBundle } from './use-collector-commands';

/** What a newcomer sees: three ways to have a node to look at. */
export function FirstScreen() {
  const { t } = useWords();
  const importBundle = useImportBundle();
  useFocusLeftToScreen();
  const demoTitle = t('fleetScreen.first.demoTask');
  // The first node in the list replaces this screen while the others are still on their way.
  const demo = useCall((signal) => runTask(demoTitle, (context) => startDemoFleet(context), { signal }), {
    outlives: true,
  });
  const local = useCall((signal) =>
    runTask(
      t('fleetScreen.first.localTask'),
      async (context) => {
        const specs = await engine.hosts.add({ hosts: [{ kind: 'local' }] }, { signal: context.signal });
        reloadHosts();
        for (const spec of specs) void engine.inventory.refresh({ hostId: spec.id }).catch(() => undefined);
      },
      { signal },
    ),
  );
  const progress = useTasks((state) => state.tasks.find((task) => task.title === demoTitle)?.progress);
  const isBusy = demo.isRunning || local.isRunning;
  const error = demo.error ?? local.error;
  return (
    <>
      <Toolbar title={t('fleetScreen.title')} />
      <div className={classes.first}>
        <h2 style={{ margin: 0, fontSize: '1.125rem' }}>{t('fleetScreen.first.title')}</h2>
        <div className="dim" style={{ maxWidth: 520 }}>
          {t('fleetScreen.first.detail')}
        </div>
        <div className={classes.choices}>
          <Choice
            icon={IconDeviceDesktop}
            title={t('fleetScreen.first.local')}
            detail={t('fleetScreen.first.localDetail')}
            isDisabled={isBusy}
            onClick={() => void local.run()}
          />
          <Choice
            icon={IconTerminal2}
            title={t('fleetScreen.first.ssh')}
            detail={t('fleetScreen.first.sshDetail')}
            isDisabled={isBusy}
            onClick={() => openAddHosts()}
          />
          <Choice
            icon={IconFlask}
            title={t('fleetScreen.first.demo')}
            detail={t('fleetScreen.first.demoDetail')}
            isDisabled={isBusy}
            onClick={() => void demo.run()}
          />
        </div>
        <Anchor component="button" size="sm" mt="xs" c="dimmed" underline="always" onClick={() => void importBundle()}>
          {t('fleetScreen.first.bundle')}
        </Anchor>
        {demo.isRunning && (
          <div className={classes.progress} role="status">
            <span>{t('fleetScreen.first.demoStarting')}</span>
            <Progress
              w={160}
              size="sm"
              animated={!progress}
              value={progress ? Math.max(5, (100 * progress.done) / progress.total) : 100}
              aria-label={t('fleetScreen.first.demoStarting')}
            />
            <Button variant="default" onClick={demo.cancel}>
              {t('addHosts.cancel')}
            </Button>
          </div>
        )}
        {Boolean(error) && <ErrorView error={error} variant="inline" />}
      </div>
    </>
  );
}

interface ChoiceProps {
  icon: TablerIcon;
  title: string;
  detail: string;
  isDisabled: boolean;
  onClick: () => void;
}

function Choice({ icon: Icon, title, detail, isDisabled, onClick }: ChoiceProps) {
  return (
    <UnstyledButton
      className={classes.choice}
      disabled={isDisabled}
      data-disabled={isDisabled || undefined}
      onClick={onClick}
    >
      <Icon size={22} stroke={1.5} aria-hidden />
      <strong>{title}</strong>
      <span className="dim">{detail}</span>
    </UnstyledButton>
  );
}
