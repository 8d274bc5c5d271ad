import { Anchor, Button, Text } from '@mantine/core';
import { IconArrowLeft, IconCopy, IconFolder, IconPlus, IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import type { TreesFolder } from '#shared/domain/own-trees';
import { storageMessage } from '#shared/domain/storage-problem';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { FactTable } from '../../../components/fact-table';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { LoadingLines } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { engine, native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { problemText } from '../problem-text';
import { draftNames } from './drafts';
import { ImportDialog } from './import-dialog';
import { NewTreeDialog } from './new-tree-dialog';
import classes from './tree-editor.module.css';
import { useTreesFolder } from './use-trees-folder';

type Row = Omit<TreesFolder['files'][number], 'version'> & { hasDraft: boolean; isInFolder: boolean };

/** The folder of the user's own trees: what is in it, whether it is in use, and ways to put more into it. */
export function OwnTreesScreen() {
  const words = useWords();
  const { t, message } = words;
  const { folder, error } = useTreesFolder();
  const [isNew, setNew] = useState<'empty' | 'copy' | null>(null);
  const [isImporting, setImporting] = useState(false);
  const choose = useCall(async () => {
    const chosen = await native.dialog.chooseFolder({ startAt: folder?.folder ?? null });
    if (chosen) await engine.system.updateSettings({ treesFolder: chosen.path });
  });
  const canWrite = folder?.folder != null && !folder.problem;
  const drafts = draftNames();
  const inFolder = new Set(folder?.files.map(({ name }) => name));
  const rows: Row[] = [
    ...(folder?.files ?? []).map((file) => ({ ...file, hasDraft: drafts.includes(file.name), isInFolder: true })),
    ...drafts
      .filter((name) => !inFolder.has(name))
      .map((name) => ({ name, isCases: false, treeId: null, problems: [], hasDraft: true, isInFolder: false })),
  ];
  return (
    <>
      <Toolbar
        title={
          <span>
            <Anchor
              component="button"
              type="button"
              aria-label={t('diagnoseScreen.backToList')}
              onClick={() => navigate({ screen: 'diagnose' })}
            >
              <IconArrowLeft size={16} aria-hidden />
            </Anchor>
            {t('treeEditor.title')}
          </span>
        }
      >
        <Button leftSection={<IconPlus size={14} aria-hidden />} disabled={!canWrite} onClick={() => setNew('empty')}>
          {t('treeEditor.new')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconCopy size={14} aria-hidden />}
          disabled={!canWrite}
          onClick={() => setNew('copy')}
        >
          {t('treeEditor.duplicate')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconUpload size={14} aria-hidden />}
          disabled={!canWrite}
          onClick={() => setImporting(true)}
        >
          {t('treeEditor.import')}
        </Button>
      </Toolbar>
      <div className={classes.page}>
        <Text c="dimmed" className={classes.lead}>
          {t('treeEditor.lead')}
        </Text>
        {Boolean(error) && !folder && <ErrorView error={error} variant="inline" />}
        {Boolean(choose.error) && <ErrorView error={choose.error} variant="inline" />}
        {!folder && !error && <LoadingLines lines={3} />}
        {folder && (
          <div className={classes.choices}>
            <Text>{folder.folder === null ? t('treeEditor.noFolder') : <code>{folder.folder}</code>}</Text>
            <Button
              size="xs"
              variant={folder.folder === null ? 'filled' : 'default'}
              leftSection={<IconFolder size={14} aria-hidden />}
              onClick={() => void choose.run()}
            >
              {t('treeEditor.chooseFolder')}
            </Button>
          </div>
        )}
        {folder?.problem && (
          <StatePanel
            tone="bad"
            variant="inline"
            title={t('treeEditor.folderUnreadable')}
            detail={message(storageMessage(folder.problem))}
          />
        )}
        {(canWrite || rows.length > 0) && (
          <FactTable
            label={t('treeEditor.title')}
            rows={rows}
            rowKey={({ name }) => name}
            empty={t('treeEditor.emptyFolder')}
            onSelect={({ name }) => navigate({ screen: 'diagnose', section: 'edit', file: name })}
            columns={[
              {
                id: 'file',
                header: t('treeEditor.column.file'),
                cell: ({ name }) => (
                  <Anchor
                    component="button"
                    type="button"
                    ta="start"
                    onClick={() => navigate({ screen: 'diagnose', section: 'edit', file: name })}
                  >
                    {name}
                  </Anchor>
                ),
              },
              { id: 'state', header: t('treeEditor.column.state'), cell: (row) => <FileState row={row} /> },
              {
                id: 'problems',
                header: t('treeEditor.column.problems'),
                isWide: true,
                cell: ({ problems }) => {
                  const [first] = problems;
                  if (!first) return null;
                  const place = `${first.line ?? ''}${first.column ? `:${first.column}` : ''}`;
                  return (
                    <span title={problems.map((one) => `${one.line ?? ''}: ${problemText(words, one)}`).join('\n')}>
                      {place} {problemText(words, first)}
                    </span>
                  );
                },
              },
            ]}
          />
        )}
      </div>
      {isNew && (
        <NewTreeDialog isCopy={isNew === 'copy'} taken={[...inFolder, ...drafts]} onClose={() => setNew(null)} />
      )}
      {isImporting && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}

function FileState({ row }: { row: Row }) {
  const { t } = useWords();
  const { isCases, treeId, problems, hasDraft, isInFolder } = row;
  return (
    <div className={classes.choices}>
      {isInFolder && problems.length > 0 && <StateBadge tone="bad">{t('treeEditor.notInUse')}</StateBadge>}
      {isInFolder && problems.length === 0 && treeId !== null && (
        <StateBadge tone="ok">{t('treeEditor.inUse')}</StateBadge>
      )}
      {isCases && <span className="dim">{t('treeEditor.casesFile')}</span>}
      {hasDraft && <StateBadge tone="warn">{t('treeEditor.unsaved')}</StateBadge>}
    </div>
  );
}
