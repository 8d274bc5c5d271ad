import { Anchor, Button, Loader, Menu, NumberInput } from '@mantine/core';
import { IconBolt, IconFlask, IconTool, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { EngineClient } from '#shared/contract/index';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { confirm } from '../../components/confirm';
import { ErrorView } from '../../components/error-view';
import { FactTable } from '../../components/fact-table';
import { notify } from '../../components/notify';
import { notifyError } from '../../components/notify-error';
import { StateBadge } from '../../components/state-badge';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import { engine } from '../../rpc/client';
import { useCall } from '../../rpc/use-call';
import { useQuery } from '../../rpc/use-query';
import { demoNodeCount, startDemoFleet } from '../../stores/demo-fleet';
import { reloadHosts } from '../../stores/fleet-store';
import { runTask } from '../../stores/tasks-store';
import { ChooseTarget, type FaultChoice, type FaultTarget } from './choose-target';
import { useFaultWords } from './fault-words';
import classes from './settings.module.css';

type SimStatus = Awaited<ReturnType<EngineClient['sim']['status']>>;

/** Simulated nodes and the faults to break them with. */
export function DemoTab() {
  const { t } = useWords();
  const query = useQuery('sim', (signal) => engine.sim.status(undefined, { signal }));
  return (
    <>
      <p className={classes.explain}>{t('sim.explain')}</p>
      <StateView query={query}>
        {(status) =>
          status.isRunning ? <Running status={status} reload={query.refetch} /> : <Stopped reload={query.refetch} />
        }
      </StateView>
    </>
  );
}

function Stopped({ reload }: { reload: () => void }) {
  const { t } = useWords();
  const [count, setCount] = useState(demoNodeCount);
  const start = useCall(
    (signal) =>
      runTask(
        t('sim.starting'),
        async (context) => {
          await startDemoFleet(context, count);
          reload();
        },
        { signal },
      ),
    { outlives: true },
  );
  return (
    <StatePanel variant="inline" icon={IconFlask} title={t('sim.notRunning')} detail={t('sim.notRunningDetail')}>
      {Boolean(start.error) && <ErrorView error={start.error} variant="inline" />}
      <div className={classes.bar} style={{ alignItems: 'flex-end', marginBottom: 0 }}>
        <NumberInput
          w={130}
          label={t('sim.nodeCount')}
          min={1}
          max={64}
          clampBehavior="strict"
          allowDecimal={false}
          value={count}
          onChange={(value) => typeof value === 'number' && setCount(value)}
        />
        {start.isRunning ? (
          <span role="status" className={classes.faults}>
            <Loader size={14} color="gray" /> {t('sim.starting')}
            <Button variant="default" leftSection={<IconX size={14} aria-hidden />} onClick={start.cancel}>
              {t('shell.confirm.cancel')}
            </Button>
          </span>
        ) : (
          <Button onClick={() => void start.run()}>{t('sim.start')}</Button>
        )}
      </div>
    </StatePanel>
  );
}

function Running({ status, reload }: { status: SimStatus; reload: () => void }) {
  const words = useWords();
  const { t } = words;
  const faultWords = useFaultWords(status.faults);
  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      notifyError(error, words, t('sim.failed'));
    }
    reload();
  };
  const [choice, setChoice] = useState<FaultChoice | null>(null);
  const inject = (node: string, fault: string, options?: FaultTarget['options']) =>
    act(async () => {
      await engine.sim.inject({ node, fault, ...(options ? { options } : {}) });
      notify({ message: t('sim.injected', { node, fault: faultWords(fault).title }) }, words);
    });
  const chooseOrInject = async (node: string, fault: string) => {
    try {
      const targets = await engine.sim.targets({ node, fault });
      if (targets.length > 1) return setChoice({ node, fault, targets });
    } catch (error) {
      return notifyError(error, words, t('sim.failed'));
    }
    await inject(node, fault);
  };
  const stop = async () => {
    const isSure = await confirm({
      title: t('sim.stopTitle'),
      detail: t('sim.stopDetail'),
      confirmLabel: t('sim.stop'),
    });
    if (!isSure) return;
    await act(() => engine.sim.stop());
    reloadHosts();
  };
  return (
    <>
      {choice && (
        <ChooseTarget
          choice={choice}
          title={faultWords(choice.fault).title}
          onClose={() => setChoice(null)}
          onChosen={(options) => {
            setChoice(null);
            void inject(choice.node, choice.fault, options);
          }}
        />
      )}
      <div className={classes.bar}>
        <h2 className={classes.heading}>{t('sim.nodes')}</h2>
        <Button variant="default" onClick={() => void stop()}>
          {t('sim.stop')}
        </Button>
      </div>
      <FactTable
        label={t('sim.nodes')}
        rows={status.nodes}
        rowKey={(node) => node.name}
        empty={t('sim.notRunning')}
        columns={[
          {
            id: 'node',
            header: t('sim.node'),
            cell: ({ name, hostId }) =>
              hostId ? (
                <Anchor
                  component="button"
                  size="sm"
                  fw={600}
                  underline="hover"
                  aria-label={t('sim.open', { node: name })}
                  onClick={() => navigate({ screen: 'node', hostId })}
                >
                  {name}
                </Anchor>
              ) : (
                name
              ),
          },
          { id: 'profile', header: t('sim.profile'), cell: (node) => node.profile },
          {
            id: 'address',
            header: t('sim.address'),
            cell: (node) => <code>{`${node.user}@${node.address}:${node.port}`}</code>,
          },
          {
            id: 'faults',
            header: t('sim.faults'),
            isWide: true,
            cell: (node) => (
              <span className={classes.faults}>
                {node.faults.length === 0 && <span className="dim">{t('sim.noFaults')}</span>}
                {node.faults.map((fault) => (
                  <Button
                    key={fault}
                    size="compact-xs"
                    variant="default"
                    rightSection={<IconX size={12} aria-hidden />}
                    aria-label={t('sim.clear', { fault: faultWords(fault).title })}
                    title={faultWords(fault).detail}
                    onClick={() => void act(() => engine.sim.clear({ node: node.name, fault }))}
                  >
                    <StateBadge tone="warn" variant="plain">
                      {faultWords(fault).title}
                    </StateBadge>
                  </Button>
                ))}
              </span>
            ),
          },
          {
            id: 'actions',
            header: <span className="visually-hidden">{t('fleetScreen.actions')}</span>,
            cell: (node) => (
              <span className={classes.rowActions}>
                {node.faults.length > 0 && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    leftSection={<IconTool size={12} aria-hidden />}
                    onClick={() => void act(() => engine.sim.clear({ node: node.name }))}
                  >
                    {t('sim.clearAll')}
                  </Button>
                )}
                <Menu>
                  <Menu.Target>
                    <Button
                      size="compact-xs"
                      variant="default"
                      leftSection={<IconBolt size={12} aria-hidden />}
                      aria-label={t('sim.injectOn', { node: node.name })}
                    >
                      {t('sim.inject')}
                    </Button>
                  </Menu.Target>
                  <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
                    {status.faults
                      .filter(({ name }) => node.possibleFaults.includes(name))
                      .map(({ name }) => (
                        <Menu.Item
                          key={name}
                          disabled={node.faults.includes(name)}
                          title={faultWords(name).detail}
                          onClick={() => void chooseOrInject(node.name, name)}
                        >
                          {faultWords(name).title}
                        </Menu.Item>
                      ))}
                  </Menu.Dropdown>
                </Menu>
              </span>
            ),
          },
        ]}
      />
    </>
  );
}
