import { ActionIcon, Button, Progress, SegmentedControl } from '@mantine/core';
import { IconArrowLeft, IconRefresh, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { asWalked } from '#shared/domain/run-trees';
import { isRunning, progressOf, type Strands } from '#shared/domain/strands/strands';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { StateBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { Toolbar } from '../../../components/toolbar';
import { useTreeTitles } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useQuery } from '../../../rpc/use-query';
import { useStream } from '../../../rpc/use-stream';
import { useFleet } from '../../../stores/fleet-store';
import { GroupList } from './group-list';
import { NodeList } from './node-list';
import { PartingList } from './parting-list';
import { SharedQuestion } from './shared-question';
import { StrandGraph } from './strand-graph';
import { treeIn, treesOfStrands } from './strand-model';
import classes from './strands.module.css';
import { useStartStrands } from './use-start-strands';

/** One tree on many nodes: a strand for each, and where they part. */
export function StrandsScreen({ strandsId }: { strandsId: string }) {
  const query = useQuery(`strands.get:${strandsId}`, (signal) => engine.strands.get({ strandsId }, { signal }));
  const isLive = query.data?.strands.some(({ state }) => state === 'collecting' || state === 'waiting');
  useStream(
    isLive ? `strands.watch:${strandsId}` : null,
    (signal) => engine.strands.watch({ strandsId }, { signal }),
    (all) => query.set((previous) => all.at(-1) ?? previous),
  );
  return (
    <StateView query={query}>
      {(strands) => <StrandsView strands={strands} onChange={(next) => query.set(() => next)} />}
    </StateView>
  );
}

function StrandsView({ strands, onChange }: { strands: Strands; onChange: (next: Strands) => void }) {
  const { t } = useWords();
  const [stepId, setStepId] = useState<string | null>(null);
  const [groupId, setGroupId] = useState<string | null>(null);
  const [chosenTree, setChosenTree] = useState<string | null>(null);
  const titles = useTreeTitles();
  const trees = treesOfStrands(strands);
  const treeId = chosenTree !== null && trees.includes(chosenTree) ? chosenTree : strands.treeId;
  const tree = useQuery(`trees.get:${treeId}`, (signal) => engine.trees.get({ treeId }, { signal }));
  const cancel = useCall(async (signal) =>
    onChange(await engine.strands.cancel({ strandsId: strands.id }, { signal })),
  );

  /** A step may be of another tree than the one that is drawn. */
  function select(next: string): void {
    setStepId(next);
    setChosenTree(treeIn(next) ?? strands.treeId);
  }

  return (
    <div className={classes.screen}>
      <StrandsToolbar strands={strands} />
      {isRunning(strands) && (
        <Reading strands={strands} isCancelling={cancel.isRunning} onCancel={() => void cancel.run()} />
      )}
      {Boolean(cancel.error) && (
        <div className={classes.error}>
          <ErrorView error={cancel.error} variant="inline" />
        </div>
      )}
      <div className={classes.panes}>
        <div className={classes.tree}>
          {trees.length > 1 && (
            <div className={classes.trees}>
              <SegmentedControl
                size="xs"
                aria-label={t('strands.trees')}
                value={treeId}
                onChange={setChosenTree}
                data={trees.map((id) => ({ value: id, label: titles.get(id) ?? id }))}
              />
            </div>
          )}
          <StateView query={tree}>
            {(graph) => (
              <StrandGraph
                tree={asWalked(graph, strands)}
                strands={strands}
                groupId={groupId}
                selectedId={stepId}
                onSelect={select}
              />
            )}
          </StateView>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <section className={classes.side} aria-label={t('strands.result')} tabIndex={0}>
          <PartingList
            strands={strands}
            treesById={new Map(tree.data ? [[treeId, tree.data]] : [])}
            stepId={stepId}
            onSelect={select}
          />
          <GroupList strands={strands} groupId={groupId} onSelect={setGroupId} />
          {strands.questions.map((question) => (
            <SharedQuestion
              key={`${question.stepId} ${question.hostIds.length}`}
              strands={strands}
              shared={question}
              onChange={onChange}
            />
          ))}
          <NodeList strands={strands} />
        </section>
      </div>
    </div>
  );
}

function StrandsToolbar({ strands }: { strands: Strands }) {
  const { t } = useWords();
  const titles = useTreeTitles();
  const hosts = useFleet((state) => state.hosts);
  const start = useStartStrands();
  const there = strands.hostIds.filter((hostId) => hosts?.has(hostId));
  const isBusy = isRunning(strands);
  const isAsking = strands.questions.length > 0;
  const whole = strands.strands.filter(({ groupId }) => groupId !== null).length;
  const isPartly = !isBusy && !isAsking && whole < strands.strands.length;
  const state = isBusy ? 'reading' : isAsking ? 'asking' : isPartly ? 'partly' : 'done';
  return (
    <>
      <Toolbar
        title={
          <span>
            <ActionIcon
              size="sm"
              aria-label={t('diagnoseScreen.backToList')}
              onClick={() => navigate({ screen: 'diagnose' })}
            >
              <IconArrowLeft size={16} aria-hidden />
            </ActionIcon>
            <span className="ellipsis">{titles.get(strands.treeId) ?? strands.treeId}</span>
          </span>
        }
        info={
          <>
            <strong>{t('strands.nodes', { count: strands.hostIds.length })}</strong>
            <StateBadge tone={isBusy || isAsking ? 'info' : isPartly ? 'warn' : 'ok'}>
              {t(`strands.state.${state}`, { done: whole, total: strands.strands.length })}
            </StateBadge>
            <span className="dim small ellipsis">
              <Ago atMs={strands.startedAtMs} />
            </span>
          </>
        }
      >
        {!isBusy && there.length > 0 && (
          <Button
            variant="default"
            leftSection={<IconRefresh size={14} aria-hidden />}
            loading={start.isRunning}
            onClick={() => void start.run({ treeId: strands.treeId, hostIds: there })}
          >
            {t('diagnoseScreen.again')}
          </Button>
        )}
      </Toolbar>
      {Boolean(start.error) && (
        <div className={classes.error}>
          <ErrorView error={start.error} variant="inline" />
        </div>
      )}
    </>
  );
}

interface ReadingProps {
  strands: Strands;
  isCancelling: boolean;
  onCancel: () => void;
}

function Reading({ strands, isCancelling, onCancel }: ReadingProps) {
  const { t } = useWords();
  const { done, total } = progressOf(strands);
  const over = strands.strands.filter(({ state }) => state !== 'collecting').length;
  const again = strands.strands.filter(({ state, reading }) => state === 'collecting' && reading).length;
  const words = t('strands.progress', { done: over, total: strands.strands.length });
  return (
    <div className={classes.notice} role="status">
      <Progress className={classes.progress} value={total > 0 ? (100 * done) / total : 0} animated aria-label={words} />
      <span>
        {words} {again > 0 && <span className="dim">{t('strands.again', { count: again })}</span>}
      </span>
      <Button variant="default" leftSection={<IconX size={14} aria-hidden />} loading={isCancelling} onClick={onCancel}>
        {t('scan.cancel')}
      </Button>
    </div>
  );
}
