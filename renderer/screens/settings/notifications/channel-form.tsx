import { Button, Fieldset, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ChannelTarget, ShownChannel } from '#shared/domain/notifications/channel';
import type { SecretName } from '#shared/domain/notifications/channel-kinds';
import { secretsOf } from '#shared/domain/notifications/channel-target';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { type Draft, isComplete } from './new-channel';
import { RoutingFields } from './routing-fields';
import { SecretField } from './secret-field';
import { CaField, TargetFields } from './target-fields';

interface ChannelFormProps {
  draft: Draft;
  /** As it is kept; null while it is new. */
  kept: ShownChannel | null;
  onClose: () => void;
}

/** Adds or changes a channel. */
export function ChannelForm({ draft: given, kept, onClose }: ChannelFormProps) {
  const { t } = useWords();
  const [draft, setDraft] = useState(given);
  const [typed, setTyped] = useState<Partial<Record<SecretName, string>>>({});
  const { target } = draft;
  const needed = secretsOf(target);
  const setTarget = (next: ChannelTarget) => setDraft({ ...draft, target: next });
  const save = useCall((signal) => {
    const secrets = Object.fromEntries(
      needed.flatMap((name) => (draft.secretFiles[name] === undefined && typed[name] ? [[name, typed[name]]] : [])),
    );
    const files = Object.entries(draft.secretFiles).filter(([name]) => needed.includes(name as SecretName));
    const channel = {
      id: draft.id,
      name: draft.name,
      isOn: draft.isOn,
      target,
      routing: draft.routing,
      secretFiles: Object.fromEntries(files),
    };
    return engine.notifications.save({ channel, secrets }, { signal });
  });
  const secretField = (name: SecretName) => (
    <SecretField
      key={name}
      name={name}
      state={kept?.secretStates[name]}
      typed={typed[name] ?? ''}
      file={draft.secretFiles[name]}
      onTyped={(text) => setTyped({ ...typed, [name]: text })}
      onFile={(file) => {
        const { [name]: _, ...rest } = draft.secretFiles;
        setDraft({ ...draft, secretFiles: file === undefined ? rest : { ...rest, [name]: file } });
      }}
    />
  );
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t(kept ? 'notificationsTab.editTitle' : `notificationsTab.addTitle.${target.kind}`)}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          if (!isComplete(draft) || save.isRunning) return;
          if (await save.run()) onClose();
        }}
      >
        <Stack gap="sm">
          <TextInput
            data-autofocus
            label={t('notificationsTab.name')}
            maxLength={80}
            value={draft.name}
            onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
          />
          {needed.includes('url') && secretField('url')}
          <TargetFields target={target} onChange={setTarget} />
          {needed.filter((name) => name !== 'url').map(secretField)}
          <CaField target={target} onChange={setTarget} />
          <Fieldset legend={t('notificationsTab.routing')}>
            <Stack gap="sm">
              <RoutingFields routing={draft.routing} onChange={(routing) => setDraft({ ...draft, routing })} />
            </Stack>
          </Fieldset>
          {Boolean(save.error) && <ErrorView error={save.error} variant="inline" />}
          <Group gap="sm">
            <Button type="submit" disabled={!isComplete(draft)} loading={save.isRunning}>
              {t('notificationsTab.save')}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t('shell.confirm.cancel')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
