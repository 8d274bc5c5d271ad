import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import type { InferContractRouterOutputs } from '@orpc/contract';
import { useState } from 'react';
import type { contract } from '#shared/contract/index';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { FactTable } from '../../../components/fact-table';
import { notify } from '../../../components/notify';
import { engine, native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { problemText } from '../problem-text';
import classes from './tree-editor.module.css';

type Planned = InferContractRouterOutputs<typeof contract>['ownTrees']['planImport'][number];
interface Plan {
  readonly file: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };
  readonly entries: readonly Planned[];
}

const maxBytes = 32 * 1024 * 1024;

/** Takes a tree, or a zip of trees with their tests, into the folder: what it would do first, then what was chosen of it. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const [plan, setPlan] = useState<Plan | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const open = useCall(async (signal) => {
    const file = await native.dialog.openFile({
      filters: [{ name: 'YAML, ZIP', extensions: ['yaml', 'yml', 'zip'] }],
      maxBytes,
    });
    if (!file) return;
    const given = { name: file.name, bytes: file.bytes };
    const entries = await engine.ownTrees.planImport({ files: [given] }, { signal });
    setPlan({ file: given, entries });
    // What would be overwritten has to be asked for.
    setChosen(new Set(entries.flatMap(({ name, does }) => (name !== null && does === 'adds' ? [name] : []))));
  });
  const take = useCall(async () => {
    if (!plan) return;
    const wanted = plan.entries.flatMap(({ name, version }) =>
      name !== null && chosen.has(name) ? [{ name, version }] : [],
    );
    const { written, notWritten } = await engine.ownTrees.import({ files: [plan.file], chosen: wanted });
    notify(
      notWritten.length > 0
        ? { color: 'red', message: t('treeEditor.notImported', { names: notWritten.join(', ') }) }
        : { message: t('treeEditor.imported', { count: written.length }) },
      { t },
    );
    onClose();
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('treeEditor.import')}
      size="xl"
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <Stack gap="sm">
        <Text c="dimmed">{t('treeEditor.importHelp')}</Text>
        <Group gap="xs">
          <Button variant={plan ? 'default' : 'filled'} loading={open.isRunning} onClick={() => void open.run()}>
            {t('treeEditor.chooseFile')}
          </Button>
          {plan && <code>{plan.file.name}</code>}
        </Group>
        {Boolean(open.error) && <ErrorView error={open.error} variant="inline" />}
        {Boolean(take.error) && <ErrorView error={take.error} variant="inline" />}
        {plan && (
          <FactTable
            label={t('treeEditor.plan')}
            rows={plan.entries}
            rowKey={({ from }) => from}
            empty={t('treeEditor.emptyImport')}
            columns={[
              {
                id: 'file',
                header: t('treeEditor.column.file'),
                cell: ({ name, from, does }) =>
                  name === null || does === 'same' ? (
                    <span className="dim">{name ?? from}</span>
                  ) : (
                    <Checkbox
                      size="xs"
                      label={name}
                      checked={chosen.has(name)}
                      onChange={({ currentTarget: { checked } }) =>
                        setChosen(
                          (before) => new Set(checked ? [...before, name] : [...before].filter((one) => one !== name)),
                        )
                      }
                    />
                  ),
              },
              { id: 'does', header: t('treeEditor.column.does'), cell: ({ does }) => t(`treeEditor.does.${does}`) },
              {
                id: 'problems',
                header: t('treeEditor.column.problems'),
                cell: ({ problems }) => (
                  <span className={classes.fileProblem}>
                    {problems[0] && `${problems[0].line ?? ''} ${problemText(words, problems[0])}`}
                    {problems.length > 1 && ` ${t('treeEditor.andMore', { count: problems.length - 1 })}`}
                  </span>
                ),
              },
            ]}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('treeEditor.cancel')}
          </Button>
          <Button disabled={!plan || chosen.size === 0} loading={take.isRunning} onClick={() => void take.run()}>
            {t('treeEditor.importCount', { count: chosen.size })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
