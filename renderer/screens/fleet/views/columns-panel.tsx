import { ActionIcon, Button, Checkbox } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { type FleetFieldId, fieldLabel, fieldOf, fleetFieldIds } from '#shared/domain/fleet/fields';
import { standardColumns } from '#shared/domain/fleet/fleet-view';
import { useWords } from '../../../app/i18n';
import panels from '../../../fleet-filter/panels.module.css';
import { moveColumn, toggleColumn, useFleetView } from '../../../stores/fleet-view-store';
import classes from '../fleet.module.css';

/** Which columns there are and in which order. */
export function ColumnsPanel() {
  const { t, message } = useWords();
  const columns = useFleetView((state) => state.columns);
  const shown: readonly FleetFieldId[] = columns?.map(({ field }) => field) ?? standardColumns;
  const groups = [...new Set(fleetFieldIds.map((id) => fieldOf(id).group))];
  const panel = useRef<HTMLDivElement>(null);
  const toggled = useRef<FleetFieldId | null>(null);
  // Its box has moved to another list, and the keyboard goes on there.
  useEffect(() => {
    panel.current?.querySelector<HTMLElement>(`[data-field="${toggled.current}"]`)?.focus({ preventScroll: true });
    toggled.current = null;
  });
  const box = (field: FleetFieldId, isShown: boolean) => (
    <Checkbox
      label={message(fieldLabel(field))}
      data-field={field}
      checked={isShown}
      disabled={field === 'name'}
      onChange={() => {
        toggled.current = field;
        toggleColumn(field);
      }}
    />
  );
  return (
    <div ref={panel}>
      <fieldset className={classes.fields}>
        <legend>{t('fleetScreen.columns.shown')}</legend>
        {shown.map((field, index) => (
          <div key={field} className={panels.columnLine}>
            {box(field, true)}
            {field !== 'name' && (
              <>
                <ActionIcon
                  size="sm"
                  aria-label={t('fleetScreen.columns.left', { column: message(fieldLabel(field)) })}
                  // A disabled button would lose the focus.
                  aria-disabled={index === 1}
                  onClick={() => moveColumn(field, index - 1)}
                >
                  <IconArrowUp size={14} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  size="sm"
                  aria-label={t('fleetScreen.columns.right', { column: message(fieldLabel(field)) })}
                  aria-disabled={index === shown.length - 1}
                  onClick={() => moveColumn(field, index + 1)}
                >
                  <IconArrowDown size={14} aria-hidden />
                </ActionIcon>
              </>
            )}
          </div>
        ))}
      </fieldset>
      {columns !== null && (
        <Button variant="default" mt={6} onClick={() => useFleetView.setState({ columns: null })}>
          {t('fleetScreen.columns.standard')}
        </Button>
      )}
      {groups.map((group) => {
        const others = fleetFieldIds.filter((id) => fieldOf(id).group === group && !shown.includes(id));
        return (
          others.length > 0 && (
            <fieldset key={group} className={classes.fields}>
              <legend>{t(`fleet.group.${group}`)}</legend>
              {others.map((id) => (
                <div key={id} className={panels.columnLine}>
                  {box(id, false)}
                  <code className="dim">{id}</code>
                </div>
              ))}
            </fieldset>
          )
        );
      })}
    </div>
  );
}
