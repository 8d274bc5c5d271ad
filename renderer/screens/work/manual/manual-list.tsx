import { Anchor, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ManualWork } from '#shared/domain/manual/manual-work';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useHostNames } from '../../../stores/fleet-store';
import classes from '../work.module.css';

/** A failed look at the end leaves the work open: it shows as what it is. */
export function toneOf({ state, verifications }: ManualWork): Tone {
  if (state === 'verified') return 'ok';
  if (state === 'aborted') return 'unknown';
  return verifications.at(-1)?.outcome === 'fail' ? 'bad' : 'info';
}

export function useStateWord(): (work: ManualWork) => string {
  const { t } = useWords();
  return ({ state, verifications }) => {
    const last = verifications.at(-1);
    return state === 'open' && last ? t(`manualWork.verdict.${last.outcome}`) : t(`manualWork.state.${state}`);
  };
}

const open = ({ id }: ManualWork) => navigate({ screen: 'work', section: 'manual', workId: id });

/** Work by hand: what is open first, then what was. */
export function ManualList() {
  const { t, localized } = useWords();
  const works = useQuery('manual.list', (signal) => engine.manual.list(undefined, { signal }));
  const hostName = useHostNames();
  const stateWord = useStateWord();
  const start = (
    <Button
      leftSection={<IconPlus size={14} aria-hidden />}
      onClick={() => navigate({ screen: 'work', section: 'manual', workId: 'new' })}
    >
      {t('manualWork.new')}
    </Button>
  );
  return (
    <StateView
      query={works}
      isEmpty={(list) => list.length === 0}
      empty={
        <StatePanel title={t('manualWork.empty')} detail={t('manualWork.chooseHelp')}>
          {start}
        </StatePanel>
      }
    >
      {(list) => (
        <>
          <div className={classes.head}>
            <span className="dim">{t('manualWork.chooseHelp')}</span>
            {start}
          </div>
          <FactTable
            label={t('manualWork.choose')}
            rows={list}
            rowKey={(work) => work.id}
            empty={t('manualWork.empty')}
            onSelect={open}
            columns={[
              {
                id: 'what',
                header: t('manualWork.column.what'),
                isWide: true,
                cell: (work) => (
                  <Anchor component="button" type="button" onClick={() => open(work)}>
                    {localized(work.procedure.title)}
                  </Anchor>
                ),
              },
              { id: 'node', header: t('manualWork.node'), cell: (work) => hostName(work.hostId) },
              {
                id: 'state',
                header: t('manualWork.column.state'),
                cell: (work) => (
                  <StateBadge tone={toneOf(work)} variant="plain">
                    {stateWord(work)}
                  </StateBadge>
                ),
              },
              {
                id: 'progress',
                header: t('manualWork.column.progress'),
                cell: ({ steps, procedure }) =>
                  t('manualWork.progress', { done: Object.keys(steps).length, total: procedure.steps.length }),
              },
              {
                id: 'started',
                header: t('manualWork.column.started'),
                cell: (work) => <Ago atMs={work.startedAtMs} />,
              },
            ]}
          />
        </>
      )}
    </StateView>
  );
}
