import { ActionIcon, Select } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useWords } from '../../../app/i18n';
import { goBack, navigate } from '../../../app/router';
import { useFormat } from '../../../components/format';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { type RunSummary, useTreeTitles } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useHostNames } from '../../../stores/fleet-store';
import classes from './compare.module.css';
import { FactsView } from './facts-view';
import { LoggedView } from './logged-view';
import { NodeChanges } from './node-changes';
import { openedFileId, useOpenedTranscript, useRunSource } from './opened-transcript';
import { RunHeadView } from './run-head';
import { WalkComparisonView } from './walk-comparison-view';

/** A run against another of its tree: what changed between the two. Without another, the last before it on its node. */
export function CompareScreen({ runId, otherId }: { runId: string; otherId: string | null }) {
  const { t } = useWords();
  const titles = useTreeTitles();
  const hostName = useHostNames();
  const format = useFormat();
  const file = useOpenedTranscript((state) => state.file);
  const runs = useQuery('diagnosis.list:null', (signal) => engine.diagnosis.list({}, { signal }));
  const run = runs.data?.find(({ id }) => id === runId);
  const others = (runs.data ?? []).filter((other) => isComparable(other) && other.id !== runId && sameTree(other, run));
  const chosenId = otherId ?? (run ? earlierOf(run, others)?.id : undefined) ?? null;
  return (
    <>
      <Toolbar
        title={
          <span>
            <ActionIcon size="sm" aria-label={t('diagnoseScreen.backToList')} onClick={goBack}>
              <IconArrowLeft size={16} aria-hidden />
            </ActionIcon>
            <span className="ellipsis">{run ? (titles.get(run.treeId) ?? run.treeId) : t('runs.compare')}</span>
          </span>
        }
      >
        <Select
          w={360}
          searchable
          aria-label={t('runs.compareWith')}
          placeholder={t('runs.compareWith')}
          value={chosenId}
          data={[
            ...(file ? [{ value: openedFileId, label: file.name }] : []),
            ...others.map((other) => ({
              value: other.id,
              label: `${hostName(other.hostId)} · ${format.dateTime(other.startedAtMs)}`,
            })),
          ]}
          onChange={(value) =>
            value && navigate({ screen: 'diagnose', section: 'compare', runId, otherId: value }, { replace: true })
          }
        />
      </Toolbar>
      <StateView query={runs}>
        {() =>
          chosenId === null ? (
            <StatePanel title={t('runs.noEarlier')}>{t('runs.noEarlierHelp')}</StatePanel>
          ) : (
            <Compared key={`${runId} ${chosenId}`} runId={runId} otherId={chosenId} />
          )
        }
      </StateView>
    </>
  );
}

function Compared({ runId, otherId }: { runId: string; otherId: string }) {
  const { t } = useWords();
  const one = useRunSource(runId);
  const other = useRunSource(otherId);
  const query = useQuery(`runs.compare:${runId} ${otherId}`, async (signal) =>
    one && other ? engine.runs.compare({ one, other }, { signal }) : null,
  );
  return (
    <StateView query={query}>
      {(compared) =>
        compared === null ? (
          <StatePanel title={t('runs.fileClosed')} />
        ) : (
          <div className={classes.body}>
            <div className={classes.heads}>
              <RunHeadView label={t('runs.older')} run={compared.before} />
              <RunHeadView label={t('runs.newer')} run={compared.after} />
            </div>
            {compared.walk.isSame && <p>{t('runs.samePath')}</p>}
            {compared.isTreeChanged !== false && (
              <p className="dim">{t(compared.isTreeChanged ? 'runs.treeChanged' : 'runs.treeUnknown')}</p>
            )}
            <NodeChanges comparison={compared} />
            <LoggedView comparison={compared} />
            <WalkComparisonView comparison={compared.walk} before={t('runs.before')} after={t('runs.after')} />
            <FactsView facts={compared.facts} />
          </div>
        )
      }
    </StateView>
  );
}

/** Only what was walked to an end, by the facts, can be held against another. */
export function isComparable({ state, isWhatIf }: RunSummary): boolean {
  return !isWhatIf && (state === 'concluded' || state === 'waiting');
}

function sameTree(one: RunSummary, other: RunSummary | undefined): boolean {
  return other === undefined || one.treeId === other.treeId;
}

/** The last before it on the same node, else on any. */
function earlierOf(run: RunSummary, others: readonly RunSummary[]): RunSummary | undefined {
  const earlier = others
    .filter(({ startedAtMs }) => startedAtMs < run.startedAtMs)
    .sort((a, b) => b.startedAtMs - a.startedAtMs);
  return earlier.find(({ hostId }) => hostId === run.hostId) ?? earlier[0];
}
