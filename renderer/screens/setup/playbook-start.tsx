import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
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
  /** JSON of the settings: the plans are made at once, as after a reload of the window. */
  given: string | undefined;
}

/** A playbook from the choice of nodes to its start. */
export function PlaybookStart({ playbookId, hostIds, given }: PlaybookStartProps) {
  const { t } = useWords();
  const playbooks = usePlaybooks();
  const info = playbooks.data?.find(({ id }) => id === playbookId);
  if (info) return <Chosen info={info} hostIds={hostIds.split(',').filter(Boolean)} given={valuesOf(given)} />;
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

type Values = Readonly<Record<string, unknown>>;

/** Null where there are none. */
function valuesOf(json: string | undefined): Values | null {
  try {
    const value: unknown = JSON.parse(json ?? 'null');
    return typeof value === 'object' && !Array.isArray(value) ? (value as Values | null) : null;
  } catch {
    return null;
  }
}

interface ChosenProps {
  info: PlaybookInfo;
  hostIds: readonly string[];
  given: Values | null;
}

function Chosen({ info, hostIds, given }: ChosenProps) {
  const { t, localized } = useWords();
  const rows = useFleetRows()?.filter(({ host }) => host.spec.kind !== 'bundle');
  const [isPlanned, setPlanned] = useState(given !== null && hostIds.length > 0);
  const last = useRef<{ hostIds: readonly string[]; parameters: Values }>({ hostIds, parameters: given ?? {} });
  const { plans, start, reset } = usePlans<PlaybookPlan>((hostId, parameters, signal) =>
    engine.playbooks.plan({ playbookId: info.id, hostId, parameters: { ...parameters } }, { signal }),
  );
  // What was planned before a reload of the window is planned anew: the nodes may have changed.
  const isPlannedAtFirst = useRef(isPlanned);
  useEffect(() => {
    if (isPlannedAtFirst.current) start(last.current.hostIds, last.current.parameters);
  }, [start]);
  const routeTo = (chosenIds: readonly string[]) =>
    ({ screen: 'setup', playbookId: info.id, hostIds: chosenIds.join(',') }) as const;
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
          navigate(routeTo(last.current.hostIds), { replace: true });
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
        navigate({ ...routeTo(chosenIds), given: JSON.stringify(parameters) }, { replace: true });
        start(chosenIds, parameters);
        setPlanned(true);
      }}
    />
  );
}
