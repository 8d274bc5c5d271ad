import { Menu } from '@mantine/core';
import { Fragment } from 'react';
import { type FleetFieldId, fieldLabel, fieldOf, fleetFieldIds, isFleetFieldId } from '#shared/domain/fleet/fields';
import { useWords } from '../app/i18n';
import { groupBy, useFleetView } from '../stores/fleet-view-store';

/** Offered first: what fleets are usually told apart by. */
const usual: readonly FleetFieldId[] = ['gpu.model', 'driver', 'tag', 'os', 'product', 'connection'];

/** By which field nodes stand together. */
export function GroupMenu() {
  const { t, message } = useWords();
  const current = useFleetView((state) => state.group);
  const others = fleetFieldIds.filter((id) => !usual.includes(id) && id !== 'name');
  const groups = [...new Set(others.map((id) => fieldOf(id).group))];
  const item = (id: FleetFieldId) => (
    <Menu.RadioItem key={id} value={id} closeMenuOnClick>
      {message(fieldLabel(id))}
    </Menu.RadioItem>
  );
  return (
    <Menu.RadioGroup value={current ?? 'none'} onChange={(id) => groupBy(isFleetFieldId(id) ? id : null)}>
      <Menu.RadioItem value="none" closeMenuOnClick>
        {t('fleetScreen.group.none')}
      </Menu.RadioItem>
      <Menu.Divider />
      {usual.map(item)}
      {groups.map((group) => (
        <Fragment key={group}>
          <Menu.Label>{t(`fleet.group.${group}`)}</Menu.Label>
          {others.filter((id) => fieldOf(id).group === group).map(item)}
        </Fragment>
      ))}
    </Menu.RadioGroup>
  );
}
