import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../../app/i18n';
import { confirm } from '../../../components/confirm';
import { StatePanel } from '../../../components/state-panel';
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
      <Modal
        opened={isShown}
        onClose={() => setShown(false)}
        title={file.name}
        size="calc(100vw - 64px)"
        closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
      >
        <div className={classes.both}>
          <Side title={t('treeEditor.mine')} text={file.text ?? ''} other={onDisk.text} />
          <Side title={t('treeEditor.theirs')} text={onDisk.text} other={file.text ?? ''} />
        </div>
      </Modal>
    </StatePanel>
  );
}

/** A text with the lines marked that the other one has not. */
function Side({ title, text, other }: { title: string; text: string; other: string }) {
  const known = new Set(other.split('\n'));
  return (
    <section>
      <h3>{title}</h3>
      <pre>
        {text.split('\n').map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are known by their number
          <div key={index} data-other={!known.has(line) || undefined}>
            {line === '' ? ' ' : line}
          </div>
        ))}
      </pre>
    </section>
  );
}
