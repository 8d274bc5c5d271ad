import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCheck } from '@tabler/icons-react';
import { Fragment } from 'react';
import { fieldLabel, fieldOf, fleetFieldIds } from '#shared/domain/fleet/fields';
import { standardColumns } from '#shared/domain/fleet/fleet-view';
import { useWords } from '../../../app/i18n';
import { moveColumn, toggleColumn, useFleetView } from '../../../stores/fleet-view-store';
import classes from '../fleet.module.css';

/** Which columns there are and in which order. */
export function ColumnsMenu() {
  const { t, message } = useWords();
  const columns = useFleetView((state) => state.columns);
  const shown = columns?.map(({ field }) => field) ?? [...standardColumns];
  const groups = [...new Set(fleetFieldIds.map((id) => fieldOf(id).group))];
  return (
    <>
      <Menu.Label>{t('fleetScreen.columns.shown')}</Menu.Label>
      {shown.map((field, index) => (
        <div key={field} className={classes.columnLine}>
          <Menu.Item
            role="menuitemcheckbox"
            aria-checked
            leftSection={<IconCheck size={14} aria-hidden />}
            disabled={field === 'name'}
            onClick={() => toggleColumn(field)}
          >
            {message(fieldLabel(field))}
          </Menu.Item>
          <ActionIcon
            size="sm"
            aria-label={t('fleetScreen.columns.left', { column: message(fieldLabel(field)) })}
            disabled={index < 2}
            onClick={() => moveColumn(field, index - 1)}
          >
            <IconArrowUp size={14} aria-hidden />
          </ActionIcon>
          <ActionIcon
            size="sm"
            aria-label={t('fleetScreen.columns.right', { column: message(fieldLabel(field)) })}
            disabled={index === 0 || index === shown.length - 1}
            onClick={() => moveColumn(field, index + 1)}
          >
            <IconArrowDown size={14} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <Menu.Item disabled={columns === null} onClick={() => useFleetView.setState({ columns: null })}>
        {t('fleetScreen.columns.standard')}
      </Menu.Item>
      {groups.map((group) => (
        <Fragment key={group}>
          <Menu.Label>{t(`fleet.group.${group}`)}</Menu.Label>
          {fleetFieldIds
            .filter((id) => fieldOf(id).group === group && !shown.includes(id))
            .map((id) => (
              <Menu.Item
                key={id}
                role="menuitemcheckbox"
                aria-checked={false}
                leftSection={<span className={classes.unchecked} />}
                rightSection={<code className="dim">{id}</code>}
                onClick={() => toggleColumn(id)}
              >
                {message(fieldLabel(id))}
              </Menu.Item>
            ))}
        </Fragment>
      ))}
    </>
  );
}
