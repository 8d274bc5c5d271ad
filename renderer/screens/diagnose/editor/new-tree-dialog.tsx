import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { newCases, newTree } from '#shared/domain/new-tree';
import { casesNameOf } from '#shared/domain/own-trees';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { useTrees } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { keepDraft } from './drafts';

interface NewTreeDialogProps {
  isCopy: boolean;
  /** Names that are there already. */
  taken: readonly string[];
  onClose: () => void;
}

/** Begins a tree: an empty one, or a copy of one that there is. Nothing is written before it is saved. */
export function NewTreeDialog({ isCopy, taken, onClose }: NewTreeDialogProps) {
  const { t, localized } = useWords();
  const trees = useTrees().data?.trees ?? [];
  const [sourceId, setSourceId] = useState<string | null>(null);
  const [id, setId] = useState('');
  const name = `${id}.yaml`;
  const problem = idProblem();
  const begin = useCall(async (signal) => {
    if (isCopy && sourceId) {
      const { tree, cases } = await engine.ownTrees.source({ treeId: sourceId, newId: id }, { signal });
      keepDraft(name, { text: tree.text, base: null });
      if (cases) keepDraft(casesNameOf(name), { text: cases.text, base: null });
    } else {
      keepDraft(name, { text: newTree(id), base: null });
      keepDraft(casesNameOf(name), { text: newCases(id), base: null });
    }
    navigate({ screen: 'diagnose', section: 'edit', file: name });
  });

  function idProblem(): string | null {
    if (id === '') return null;
    if (!/^[a-z][a-z0-9-]*$/.test(id)) return t('treeEditor.idForm');
    if (taken.includes(name)) return t('treeEditor.fileTaken', { name });
    return trees.some((tree) => tree.id === id) ? t('treeEditor.idTaken', { id }) : null;
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={t(isCopy ? 'treeEditor.duplicate' : 'treeEditor.new')}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (id !== '' && problem === null && (!isCopy || sourceId)) void begin.run();
        }}
      >
        <Stack gap="sm">
          {isCopy && (
            <Select
              label={t('treeEditor.copyOf')}
              searchable
              data={trees.map((tree) => ({ value: tree.id, label: localized(tree.title) }))}
              value={sourceId}
              onChange={(value) => {
                setSourceId(value);
                if (value && id === '') setId(`our-${value}`);
              }}
            />
          )}
          <TextInput
            label={t('treeEditor.id')}
            description={t('treeEditor.idHelp')}
            data-autofocus={!isCopy || undefined}
            spellCheck={false}
            value={id}
            error={problem}
            onChange={(event) => setId(event.currentTarget.value)}
          />
          {Boolean(begin.error) && <ErrorView error={begin.error} variant="inline" />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('treeEditor.cancel')}
            </Button>
            <Button
              type="submit"
              loading={begin.isRunning}
              disabled={id === '' || problem !== null || (isCopy && !sourceId)}
            >
              {t('treeEditor.begin')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
