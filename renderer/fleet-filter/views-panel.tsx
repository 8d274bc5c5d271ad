import { ActionIcon, Button, TextInput, UnstyledButton } from '@mantine/core';
import { IconCheck, IconDeviceFloppy, IconHome, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { FleetView } from '#shared/domain/fleet/fleet-view';
import { useWords } from '../app/i18n';
import { showView, useFleetView } from '../stores/fleet-view-store';
import type { PanelProps } from './menu-button';
import classes from './panels.module.css';
import { useViews } from './use-views';

/** Views that were saved: taken, saved anew, renamed, removed, and one of them what the fleet opens with. */
export function ViewsPanel({ onClose }: PanelProps) {
  const { t } = useWords();
  const current = useFleetView((state) => state.viewName);
  const { views, save, rename, remove, toggleDefault } = useViews();
  const [renamed, setRenamed] = useState<FleetView | null>(null);
  const isTaken = (name: string) => views.some((view) => view.name === name && view !== renamed);
  return (
    <>
      {views.length === 0 && <div className="dim">{t('fleetScreen.views.none')}</div>}
      {views.map((view) =>
        view === renamed ? (
          <NameForm
            key={view.name}
            label={t('fleetScreen.views.rename', { name: view.name })}
            initial={view.name}
            button={t('fleetScreen.views.renameDone')}
            isTaken={isTaken}
            onDone={(name) => {
              setRenamed(null);
              if (name !== view.name) rename(view, name);
            }}
          />
        ) : (
          <div key={view.name} className={classes.columnLine}>
            <UnstyledButton
              className={classes.viewName}
              aria-current={current === view.name || undefined}
              onClick={() => {
                showView(view);
                onClose();
              }}
            >
              {current === view.name ? <IconCheck size={14} aria-hidden /> : <span className={classes.unchecked} />}
              <span className="ellipsis">{view.name}</span>
              {view.isDefault && <span className="dim">{t('fleetScreen.views.isDefault')}</span>}
            </UnstyledButton>
            <ActionIcon
              size="sm"
              aria-label={t('fleetScreen.views.default', { name: view.name })}
              aria-pressed={view.isDefault}
              title={t('fleetScreen.views.default', { name: view.name })}
              variant={view.isDefault ? 'light' : 'subtle'}
              onClick={() => toggleDefault(view)}
            >
              <IconHome size={14} aria-hidden />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={t('fleetScreen.views.rename', { name: view.name })}
              onClick={() => setRenamed(view)}
            >
              <IconPencil size={14} aria-hidden />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={t('fleetScreen.views.remove', { name: view.name })}
              onClick={() => remove(view)}
            >
              <IconTrash size={14} aria-hidden />
            </ActionIcon>
          </div>
        ),
      )}
      <NameForm
        key={current ?? ''}
        label={t('fleetScreen.views.name')}
        initial={current ?? ''}
        button={t('fleetScreen.views.save')}
        isTaken={() => false}
        onDone={(name) => {
          save(name);
          onClose();
        }}
      />
    </>
  );
}

interface NameFormProps {
  label: string;
  initial: string;
  button: string;
  isTaken: (name: string) => boolean;
  onDone: (name: string) => void;
}

function NameForm({ label, initial, button, isTaken, onDone }: NameFormProps) {
  const { t } = useWords();
  const [name, setName] = useState(initial);
  const isWrong = isTaken(name.trim());
  return (
    <form
      className={classes.nameForm}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '' && !isWrong) onDone(name);
      }}
    >
      <TextInput
        aria-label={label}
        placeholder={t('fleetScreen.views.name')}
        maxLength={60}
        value={name}
        error={isWrong ? t('fleetScreen.views.taken') : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button
        type="submit"
        variant="default"
        leftSection={<IconDeviceFloppy size={14} aria-hidden />}
        disabled={name.trim() === '' || isWrong}
      >
        {button}
      </Button>
    </form>
  );
}
