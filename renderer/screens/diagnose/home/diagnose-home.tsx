import { Anchor, Button, Select, Text } from '@mantine/core';
import { IconArrowsSplit2, IconListSearch, IconRadar2, IconSitemap } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { useTrees } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useFleet } from '../../../stores/fleet-store';
import classes from './diagnose-home.module.css';
import { RecentRuns } from './recent-runs';
import { TreeList } from './tree-list';
import { TreeProblems } from './tree-problems';
import { useStart } from './use-start';
import { useTreeDrafts } from './use-tree-drafts';

/** The symptoms to choose from, the node to look at, and what was diagnosed lately. */
export function DiagnoseHome({ hostId, treeId }: { hostId: string | null; treeId: string | null }) {
  const { t } = useWords();
  const trees = useTrees();
  // Files that change in the user's folder are there, or their mistakes, without being asked for.
  const drafts = useTreeDrafts(trees.refetch);
  const hosts = useFleet((state) => state.hosts);
  const [chosenId, setChosenId] = useState(hostId);
  const start = useStart();
  const only = hosts?.size === 1 ? [...hosts.keys()][0] : undefined;
  const selectedId = chosenId && hosts?.has(chosenId) ? chosenId : (only ?? null);
  const nodes = [...(hosts?.values() ?? [])].map(({ spec }) => ({ id: spec.id, name: spec.name }));
  const runs = useQuery('diagnosis.list:null', (signal) => engine.diagnosis.list({}, { signal }));
  const lately = (runs.data ?? [])
    .filter(({ isWhatIf }) => !isWhatIf)
    .sort((one, other) => other.startedAtMs - one.startedAtMs);
  const recentIds = [...new Set(lately.map((run) => run.treeId))];
  return (
    <>
      <Toolbar title={t('diagnoseScreen.title')}>
        <Text component="label" htmlFor="diagnose-node" c="dimmed">
          {t('diagnoseScreen.node')}
        </Text>
        <Select
          id="diagnose-node"
          w={260}
          searchable
          allowDeselect={false}
          placeholder={t('diagnoseScreen.chooseNode')}
          data={nodes.map(({ id, name }) => ({ value: id, label: name }))}
          value={selectedId}
          onChange={setChosenId}
        />
        <Button
          variant="default"
          leftSection={<IconListSearch size={14} aria-hidden />}
          onClick={() => navigate({ screen: 'diagnose', section: 'decode' })}
        >
          {t('kernelLog.open')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconSitemap size={14} aria-hidden />}
          onClick={() => navigate({ screen: 'diagnose', section: 'trees' })}
        >
          {t('treeEditor.open')}
        </Button>
      </Toolbar>
      <div className={classes.body}>
        <div className={classes.scan}>
          <IconRadar2 size={20} aria-hidden />
          <p>
            <strong>{t('diagnoseScreen.scanFirst')}</strong> <span className="dim">{t('diagnoseScreen.scanLead')}</span>
          </p>
          <Button
            variant="default"
            leftSection={<IconArrowsSplit2 size={14} aria-hidden />}
            onClick={() => navigate({ screen: 'diagnose', strandsId: 'new', hostId: selectedId ?? undefined })}
          >
            {t('strands.open')}
          </Button>
          <Button onClick={() => navigate({ screen: 'diagnose', scanId: 'new' })}>{t('scan.open')}</Button>
        </div>
        {hosts?.size === 0 && (
          <StatePanel variant="inline" title={t('diagnoseScreen.noNodes')}>
            <Button onClick={() => navigate({ screen: 'fleet' })}>{t('shell.toFleet')}</Button>
          </StatePanel>
        )}
        {Boolean(start.error) && <ErrorView error={start.error} variant="inline" />}
        <StateView
          query={trees}
          isEmpty={(list) => list.trees.length === 0 && list.problems.length === 0}
          empty={<StatePanel title={t('diagnoseScreen.noTrees')} />}
        >
          {(list) => (
            <>
              <TreeProblems problems={list.problems} />
              {drafts.others.length > 0 && (
                <p className={classes.drafts}>
                  <StateBadge tone="warn">{t('treeEditor.draft')}</StateBadge>
                  {drafts.others.map((file) => (
                    <Anchor
                      key={file}
                      component="button"
                      type="button"
                      title={t('treeEditor.openDraft', { name: file })}
                      onClick={() => navigate({ screen: 'diagnose', section: 'edit', file })}
                    >
                      <code>{file}</code>
                    </Anchor>
                  ))}
                </p>
              )}
              <TreeList
                trees={list.trees}
                recentIds={recentIds}
                chosenTreeId={treeId}
                node={nodes.find(({ id }) => id === selectedId) ?? null}
                nodes={nodes}
                isStarting={start.isRunning}
                drafts={drafts.ofTrees}
                onStart={(tree, host) => void start.run(tree, host)}
              />
            </>
          )}
        </StateView>
        <RecentRuns hostId={chosenId && hosts?.has(chosenId) ? chosenId : null} />
      </div>
    </>
  );
}
