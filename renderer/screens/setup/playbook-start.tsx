import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { StatePanel } from '../../components/state-panel';
import { LoadingLines, StateView } from '../../components/state-view';
import { Toolbar } from '../../components/toolbar';
import { useFleetRows } from '../../fleet-filter/fleet-rows';
import { usePlans } from '../../rollouts/use-plans';
import { engine } from '../../rpc/client';
import { PlanStage } from './plans/plan-stage';
import { PlaybookChoice } from './playbook-choice';
import classes from './setup.module.css';
import { SetupTitle } from './setup-title';
import { usePlaybooks } from './use-playbooks';

interface PlaybookStartProps {
  playbookId: string;
  /** Nodes chosen already, with commas between. */
  hostIds: string;
}

/** A playbook from the choice of nodes to its start. */
export function PlaybookStart({ playbookId, hostIds }: PlaybookStartProps) {
  const { t } = useWords();
  const playbooks = usePlaybooks();
  const info = playbooks.data?.find(({ id }) => id === playbookId);
  if (info) return <Chosen info={info} hostIds={hostIds} />;
  return (
    <>
      <Toolbar title={<SetupTitle title={t('shell.nav.setup')} />} />
      <div className={classes.panel}>
        <StateView query={playbooks}>
          {() => <StatePanel tone="unknown" title={t('setupScreen.missing', { id: playbookId })} />}
        </StateView>
      </div>
    </>
  );
}

function Chosen({ info, hostIds }: { info: PlaybookInfo; hostIds: string }) {
  const { t, localized } = useWords();
  const rows = useFleetRows()?.filter(({ host }) => host.spec.kind !== 'bundle');
  const [isPlanned, setPlanned] = useState(false);
  const last = useRef<{ hostIds: readonly string[]; parameters: Readonly<Record<string, unknown>> }>({
    hostIds: hostIds.split(',').filter(Boolean),
    parameters: {},
  });
  const { plans, start, reset } = usePlans<PlaybookPlan>((hostId, parameters, signal) =>
    engine.playbooks.plan({ playbookId: info.id, hostId, parameters: { ...parameters } }, { signal }),
  );
  const title = <SetupTitle title={localized(info.title)} />;
  if (rows === undefined || rows.length === 0) {
    return (
      <>
        <Toolbar title={title} />
        {rows === undefined ? (
          <LoadingLines />
        ) : (
          <StatePanel title={t('diagnoseScreen.noNodes')}>
            <Button onClick={() => navigate({ screen: 'fleet' })}>{t('shell.toFleet')}</Button>
          </StatePanel>
        )}
      </>
    );
  }
  if (isPlanned) {
    return (
      <PlanStage
        info={info}
        title={title}
        plans={plans}
        onBack={() => {
          reset();
          setPlanned(false);
        }}
        onPlanAgain={() => start(last.current.hostIds, last.current.parameters)}
      />
    );
  }
  return (
    <PlaybookChoice
      info={info}
      title={title}
      rows={rows}
      hostIds={last.current.hostIds}
      given={last.current.parameters}
      onPlan={(chosenIds, parameters) => {
        last.current = { hostIds: chosenIds, parameters };
        // A reload of the window comes back to these nodes.
        navigate({ screen: 'setup', playbookId: info.id, hostIds: chosenIds.join(',') }, { replace: true });
        start(chosenIds, parameters);
        setPlanned(true);
      }}
    />
  );
}
