import { ActionIcon, Button, Select } from '@mantine/core';
import { IconArrowLeft, IconArrowsSplit2 } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { StatePanel } from '../../../components/state-panel';
import { LoadingLines } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { useTreeTitles } from '../../../findings/use-trees';
import { ChooseNodes } from '../../../fleet-filter/choose-nodes';
import { useFleetRows } from '../../../fleet-filter/fleet-rows';
import { RecentStrands } from './recent-strands';
import { useStartStrands } from './use-start-strands';

/** Which tree on which nodes, by the filter of the fleet. */
export function StrandsStart({ treeId, hostId }: { treeId: string | null; hostId: string | null }) {
  const { t } = useWords();
  const rows = useFleetRows();
  const titles = useTreeTitles();
  const [chosenTree, setChosenTree] = useState(treeId);
  const start = useStartStrands();
  const title = (
    <span>
      <ActionIcon
        size="sm"
        aria-label={t('diagnoseScreen.backToList')}
        onClick={() => navigate({ screen: 'diagnose', hostId: hostId ?? undefined })}
      >
        <IconArrowLeft size={16} aria-hidden />
      </ActionIcon>
      <span className="ellipsis">{t('strands.title')}</span>
    </span>
  );
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
  const tree = chosenTree !== null && titles.has(chosenTree) ? chosenTree : null;
  return (
    <ChooseNodes
      rows={rows}
      lead={t('strands.lead')}
      initialIds={hostId === null ? undefined : [hostId]}
      notice={Boolean(start.error) && <ErrorView error={start.error} variant="inline" />}
      head={(chosen) => (
        <Toolbar title={title} info={t('scan.chosen', { count: chosen.length, total: rows.length })}>
          <Select
            aria-label={t('strands.tree')}
            placeholder={t('strands.tree')}
            w={260}
            searchable
            allowDeselect={false}
            data={[...titles].map(([value, label]) => ({ value, label }))}
            value={tree}
            onChange={setChosenTree}
          />
          <Button
            leftSection={<IconArrowsSplit2 size={14} aria-hidden />}
            disabled={chosen.length === 0 || tree === null}
            loading={start.isRunning}
            onClick={() => tree !== null && void start.run({ treeId: tree, hostIds: chosen })}
          >
            {t('strands.start', { count: chosen.length })}
          </Button>
        </Toolbar>
      )}
    >
      {() => <RecentStrands />}
    </ChooseNodes>
  );
}
