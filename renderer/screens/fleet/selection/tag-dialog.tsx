import { Button, Checkbox, Group, Modal, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { notify } from '../../../components/notify';
import { useReturnFocus } from '../../../components/use-return-focus';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { reloadHosts } from '../../../stores/fleet-store';
import classes from '../fleet.module.css';

interface TagDialogProps {
  isOpen: boolean;
  nodes: readonly FleetNode[];
  onClose: () => void;
}

/** Gives tags to many nodes and takes them away. */
export function TagDialog({ isOpen, nodes, onClose }: TagDialogProps) {
  const words = useWords();
  const { t } = words;
  useReturnFocus(isOpen);
  const [text, setText] = useState('');
  /** Whether all of them are to have a tag; one that is not in here stays as it is. */
  const [wanted, setWanted] = useState<ReadonlyMap<string, boolean>>(new Map());
  useEffect(() => {
    if (!isOpen) return;
    setText('');
    setWanted(new Map());
  }, [isOpen]);

  const counts = new Map<string, number>();
  for (const { host } of nodes) for (const tag of host.spec.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const typed = text
    .split(/[,，]/)
    .map((tag) => tag.trim())
    .filter(Boolean);
  const marked = (isWanted: boolean) => [...wanted].flatMap(([tag, is]) => (is === isWanted ? [tag] : []));
  const add = [...marked(true), ...typed];
  const remove = marked(false).filter((tag) => !typed.includes(tag));

  const call = useCall((signal) => engine.hosts.tag({ hostIds: nodes.map(({ id }) => id), add, remove }, { signal }));
  const onSave = async () => {
    if (!(await call.run())) return;
    reloadHosts();
    notify({ message: t('fleetScreen.tags.done', { count: nodes.length }) }, words);
    onClose();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('fleetScreen.tags.of', { count: nodes.length })}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void onSave();
        }}
      >
        <TextInput
          label={t('fleetScreen.tags.add')}
          description={t('fleetScreen.tags.addHelp')}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {counts.size > 0 && (
          <fieldset className={classes.tags}>
            <legend>{t('fleetScreen.tags.has')}</legend>
            {[...counts].sort().map(([tag, count]) => (
              <Checkbox
                key={tag}
                label={count === nodes.length ? tag : t('fleetScreen.tags.ofSome', { tag, count, total: nodes.length })}
                checked={wanted.get(tag) ?? count === nodes.length}
                indeterminate={!wanted.has(tag) && count < nodes.length}
                onChange={(event) => setWanted(new Map(wanted).set(tag, event.currentTarget.checked))}
              />
            ))}
          </fieldset>
        )}
        {Boolean(call.error) && <ErrorView error={call.error} variant="inline" />}
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={onClose}>
            {t('fleetScreen.cancelRefresh')}
          </Button>
          <Button type="submit" loading={call.isRunning} disabled={add.length === 0 && remove.length === 0}>
            {t('fleetScreen.tags.save')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
