import { Menu } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Fragment } from 'react';
import { type FleetFieldId, fieldLabel, fieldOf, fleetFieldIds } from '#shared/domain/fleet/fields';
import { useWords } from '../../../app/i18n';
import { groupBy, useFleetView } from '../../../stores/fleet-view-store';
import classes from '../fleet.module.css';

/** Offered first: what fleets are usually told apart by. */
const usual: readonly FleetFieldId[] = ['gpu.model', 'driver', 'tag', 'os', 'product', 'connection'];

/** By which field nodes stand together. */
export function GroupMenu() {
  const { t, message } = useWords();
  const current = useFleetView((state) => state.group);
  const others = fleetFieldIds.filter((id) => !usual.includes(id) && id !== 'name');
  const groups = [...new Set(others.map((id) => fieldOf(id).group))];
  const item = (id: FleetFieldId | null) => (
    <Menu.Item
      key={id ?? 'none'}
      role="menuitemradio"
      aria-checked={current === id}
      closeMenuOnClick
      leftSection={current === id ? <IconCheck size={14} aria-hidden /> : <span className={classes.unchecked} />}
      onClick={() => groupBy(id)}
    >
      {id === null ? t('fleetScreen.group.none') : message(fieldLabel(id))}
    </Menu.Item>
  );
  return (
    <>
      {item(null)}
      <Menu.Divider />
      {usual.map(item)}
      {groups.map((group) => (
        <Fragment key={group}>
          <Menu.Label>{t(`fleet.group.${group}`)}</Menu.Label>
          {others.filter((id) => fieldOf(id).group === group).map(item)}
        </Fragment>
      ))}
    </>
  );
}
