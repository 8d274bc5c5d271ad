import { ActionIcon, Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { Replay, ReplayedWalk } from '#shared/domain/transcript/transcript';
import { useWords } from '../../../app/i18n';
import { goBack, navigate } from '../../../app/router';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { useTreeTitles } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import classes from './compare.module.css';
import { openedFileId, useOpenedTranscript, useRunSource } from './opened-transcript';
import { RunHeadView } from './run-head';
import { WalkComparisonView } from './walk-comparison-view';

/** A run walked again on what was recorded: whether the same comes out, with its tree and with today's. */
export function ReplayScreen({ runId }: { runId: string }) {
  const { t } = useWords();
  const source = useRunSource(runId);
  const file = useOpenedTranscript((state) => state.file);
  const key = runId === openedFileId ? `file ${file?.name} ${file?.bytes.byteLength}` : runId;
  const query = useQuery(`runs.replay:${key}`, async (signal) =>
    source ? engine.runs.replay(source, { signal }) : null,
  );
  return (
    <>
      <Toolbar
        title={
          <span>
            <ActionIcon size="sm" aria-label={t('diagnoseScreen.backToList')} onClick={goBack}>
              <IconArrowLeft size={16} aria-hidden />
            </ActionIcon>
            <span className="ellipsis">{t('runs.replay')}</span>
          </span>
        }
      >
        <Button variant="default" onClick={() => navigate({ screen: 'diagnose', section: 'compare', runId })}>
          {t('runs.compare')}
        </Button>
      </Toolbar>
      <StateView query={query}>
        {(replay) => (replay === null ? <StatePanel title={t('runs.fileClosed')} /> : <Replayed replay={replay} />)}
      </StateView>
    </>
  );
}

function Replayed({ replay }: { replay: Replay }) {
  const { t } = useWords();
  const titles = useTreeTitles();
  const { run, trees, readings, recorded, today } = replay;
  return (
    <div className={classes.body}>
      <p className="dim">{t('runs.replayHelp')}</p>
      <RunHeadView label={titles.get(run.treeId) ?? run.treeId} run={run} />
      <ul className={classes.changes}>
        {trees.map(({ id, state }) => (
          <li key={id}>{t('runs.treeIs', { tree: titles.get(id) ?? id, state: t(`runs.treeState.${state}`) })}</li>
        ))}
        <li>{t('runs.readAll', { count: readings.read })}</li>
        {readings.notKept > 0 && <li>{t('runs.notKept', { count: readings.notKept })}</li>}
        {readings.different.length === 0
          ? readings.read > 0 && <li>{t('runs.readSame')}</li>
          : readings.different.map(({ probeId, paths, recordedState, state }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a probe may be read several times, and the list never moves
              <li key={index}>
                {t('runs.readDifferent', { probe: probeId, paths: paths.join(', ') || `${recordedState} → ${state}` })}
              </li>
            ))}
      </ul>
      <Outcome walk={recorded} which="recorded" />
      <Outcome walk={today} which="today" />
    </div>
  );
}

function Outcome({ walk, which }: { walk: ReplayedWalk; which: 'recorded' | 'today' }) {
  const { t } = useWords();
  if (walk.kind === 'not-compiled') {
    return (
      <StateBadge tone="unknown" variant="plain">
        {t('runs.notCompiled', { problem: walk.problem })}
      </StateBadge>
    );
  }
  const isSame = walk.kind === 'walked' && walk.comparison.isSame;
  const words =
    walk.kind === 'reads-more'
      ? t('runs.todayReadsMore', { step: walk.stepId })
      : t(`runs.${which}${isSame ? 'Same' : 'Different'}`);
  return (
    <>
      <StateBadge tone={isSame ? 'ok' : 'warn'} variant="plain">
        {words}
      </StateBadge>
      {!isSame && (
        <WalkComparisonView
          comparison={walk.comparison}
          before={t('runs.recorded')}
          after={which === 'today' ? t('runs.today') : t('runs.replay')}
        />
      )}
    </>
  );
}
