import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import type { FieldGroup } from '#shared/domain/fleet/field';
import { fieldLabel, fieldOf, fleetFieldIds } from '#shared/domain/fleet/fields';
import { useWords } from '../app/i18n';
import { useReturnFocus } from '../components/use-return-focus';
import classes from './filter.module.css';

const examples = [
  ['gpu.model ~ H100 and driver < 570', 'versions'],
  ['gpu.memory >= 80 GB and not tag has reserved', 'units'],
  ['gpu.count in (4, 8) or name ~ dgx*', 'list'],
  ['attention ~ Xid', 'attention'],
  ['observed < 1 d ago or driver is unknown', 'unknown'],
  ['h100 "rack 4"', 'words'],
] as const;

interface FilterHelpProps {
  isOpen: boolean;
  onTake: (filter: string) => void;
  onClose: () => void;
}

/** How to write a filter: examples to take over, and every field. */
export function FilterHelp({ isOpen, onTake, onClose }: FilterHelpProps) {
  const { t, message } = useWords();
  useReturnFocus(isOpen);
  const groups = [...new Set(fleetFieldIds.map((id) => fieldOf(id).group))];
  const idsOf = (group: FieldGroup) => fleetFieldIds.filter((id) => fieldOf(id).group === group);
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      size="lg"
      title={t('fleetScreen.help.title')}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <p style={{ margin: '0 0 8px' }}>{t('fleetScreen.help.words')}</p>
      {examples.map(([example, key]) => (
        <button
          key={key}
          type="button"
          className={classes.example}
          onClick={() => {
            onTake(example);
            onClose();
          }}
        >
          <code>{example}</code>
          <span className="dim">{t(`fleetScreen.help.example.${key}`)}</span>
        </button>
      ))}
      <p style={{ margin: '12px 0 0' }}>{t('fleetScreen.help.operators')}</p>
      <div className={classes.fields}>
        {groups.map((group) => (
          <Fragment key={group}>
            <h3>{t(`fleet.group.${group}`)}</h3>
            {idsOf(group).map((id) => (
              <Fragment key={id}>
                <code>{id}</code>
                <span>{message(fieldLabel(id))}</span>
                <span className="dim">
                  {t(`fleetScreen.help.kind.${fieldOf(id).kind}`)}
                  {fieldOf(id).isList && ` · ${t('fleetScreen.help.isList')}`}
                </span>
              </Fragment>
            ))}
          </Fragment>
        ))}
      </div>
    </Modal>
  );
}
