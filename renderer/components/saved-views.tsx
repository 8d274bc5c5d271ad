import { ActionIcon, Button, TextInput, UnstyledButton } from '@mantine/core';
import { IconCheck, IconDeviceFloppy, IconHome, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../app/i18n';
import classes from './saved-views.module.css';

interface SavedViewsProps<View extends { readonly name: string }> {
  views: readonly View[];
  /** Name of the one that was last taken. */
  current: string | null;
  onShow: (view: View) => void;
  /** What is shown now, in place of a view of the same name. */
  onSave: (name: string) => void;
  onRename: (view: View, name: string) => void;
  onRemove: (view: View) => void;
  /** Where one of them can be what is shown first. */
  first?: { readonly is: (view: View) => boolean; readonly onToggle: (view: View) => void };
}

/** Views that were saved: taken, saved anew, renamed, removed. */
export function SavedViews<View extends { readonly name: string }>(props: SavedViewsProps<View>) {
  const { views, current, onShow, onSave, onRename, onRemove, first } = props;
  const { t } = useWords();
  const [renamed, setRenamed] = useState<View | null>(null);
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
              if (name !== view.name) onRename(view, name);
            }}
          />
        ) : (
          <div key={view.name} className={classes.viewLine}>
            <UnstyledButton
              className={classes.viewName}
              aria-current={current === view.name || undefined}
              onClick={() => onShow(view)}
            >
              {current === view.name ? <IconCheck size={14} aria-hidden /> : <span className={classes.unchecked} />}
              <span className="ellipsis">{view.name}</span>
              {first?.is(view) && <span className="dim">{t('fleetScreen.views.isDefault')}</span>}
            </UnstyledButton>
            {first && (
              <ActionIcon
                size="sm"
                aria-label={t('fleetScreen.views.default', { name: view.name })}
                aria-pressed={first.is(view)}
                title={t('fleetScreen.views.default', { name: view.name })}
                variant={first.is(view) ? 'light' : 'subtle'}
                onClick={() => first.onToggle(view)}
              >
                <IconHome size={14} aria-hidden />
              </ActionIcon>
            )}
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
              onClick={() => onRemove(view)}
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
        onDone={onSave}
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
