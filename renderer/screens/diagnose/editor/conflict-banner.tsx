import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../../app/i18n';
import { confirm } from '../../../components/confirm';
import { StatePanel } from '../../../components/state-panel';
import { CodeComparison } from './code/code-comparison';
import classes from './tree-editor.module.css';
import type { OpenFile } from './use-own-file';

/** Somebody else changed or deleted the file that is being edited. */
export function ConflictBanner({ file }: { file: OpenFile }) {
  const { t } = useWords();
  const [isShown, setShown] = useState(false);
  const onDisk = file.conflict?.onDisk ?? null;
  const takeTheirs = async () => {
    const isSure = await confirm({
      title: t('treeEditor.takeTheirs'),
      detail: t('treeEditor.takeTheirsDetail', { name: file.name }),
      confirmLabel: t('treeEditor.takeTheirs'),
      isDestructive: true,
    });
    if (isSure) file.takeTheirs();
  };
  const keep = (
    <Button size="xs" variant="default" onClick={file.keepMine}>
      {t(onDisk ? 'treeEditor.keepMine' : 'treeEditor.writeAgain')}
    </Button>
  );
  if (!onDisk) {
    return (
      <StatePanel tone="warn" variant="inline" title={t('treeEditor.gone', { name: file.name })}>
        {keep}
      </StatePanel>
    );
  }
  return (
    <StatePanel tone="warn" variant="inline" title={t('treeEditor.changedOnDisk', { name: file.name })}>
      <div className={classes.choices}>
        <Button size="xs" variant="default" onClick={() => setShown(true)}>
          {t('treeEditor.showBoth')}
        </Button>
        {keep}
        <Button size="xs" variant="default" onClick={() => void takeTheirs()}>
          {t('treeEditor.takeTheirs')}
        </Button>
      </div>
      {isShown && <ConflictDialog file={file} theirs={onDisk.text} onClose={() => setShown(false)} />}
    </StatePanel>
  );
}

/** Both texts, and a third one made of them. */
function ConflictDialog({ file, theirs, onClose }: { file: OpenFile; theirs: string; onClose: () => void }) {
  const { t } = useWords();
  const [before] = useState(() => file.text.read() ?? '');
  const [mine, setMine] = useState(before);
  const isMerged = mine !== before;
  return (
    <Modal
      opened
      onClose={onClose}
      title={file.name}
      size="calc(100vw - 64px)"
      // Escape belongs to the text, and what was merged is not lost by a click beside it.
      closeOnEscape={!isMerged}
      closeOnClickOutside={!isMerged}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <div className={classes.sides}>
        <h3>{t('treeEditor.theirs')}</h3>
        <h3>{t('treeEditor.mine')}</h3>
      </div>
      <CodeComparison
        theirs={{ label: t('treeEditor.theirs'), text: theirs }}
        mine={{ label: t('treeEditor.mine'), text: before }}
        onChange={setMine}
      />
      <Group justify="space-between" mt="sm">
        <Text className="small" c="dimmed">
          {t('treeEditor.mergeHelp')}
        </Text>
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('treeEditor.cancel')}
          </Button>
          <Button
            onClick={() => {
              file.change(mine);
              file.keepMine();
              onClose();
            }}
          >
            {t('treeEditor.keepRight')}
          </Button>
        </Group>
      </Group>
    </Modal>
  );
}
