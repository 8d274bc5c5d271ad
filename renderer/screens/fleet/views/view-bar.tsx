import { IconBookmark, IconColumns3, IconDownload, IconStack2 } from '@tabler/icons-react';
import { lazy, memo } from 'react';
import { fieldLabel } from '#shared/domain/fleet/fields';
import type { FilterError } from '#shared/domain/fleet/filter/ast';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { MenuButton } from '../../../fleet-filter/menu-button';
import { useFleetView } from '../../../stores/fleet-view-store';
import classes from '../fleet.module.css';
import { SelectionActions } from '../selection/selection-actions';

const ColumnsPanel = lazy(async () => ({ default: (await import('./columns-panel')).ColumnsPanel }));
const GroupMenu = lazy(async () => ({ default: (await import('../../../fleet-filter/group-menu')).GroupMenu }));
const ViewsPanel = lazy(async () => ({ default: (await import('../../../fleet-filter/views-panel')).ViewsPanel }));
const ExportMenu = lazy(async () => ({ default: (await import('./export-menu')).ExportMenu }));

interface ViewBarProps {
  error: FilterError | null;
  errorId: string;
  selected: readonly FleetNode[];
  onClear: () => void;
  onRefresh: () => void;
}

/** Under the filter, always there so that nothing jumps: what is wrong, what is selected, how the table is looked at. */
export const ViewBar = memo(function ViewBar({ error, errorId, selected, onClear, onRefresh }: ViewBarProps) {
  const { t, message } = useWords();
  const columns = useFleetView((state) => state.columns);
  const group = useFleetView((state) => state.group);
  const viewName = useFleetView((state) => state.viewName);
  return (
    <div className={classes.viewBar}>
      <div className={classes.viewState}>
        <div id={errorId} role="status" className={classes.filterError}>
          {error && (
            <StateBadge tone="bad" variant="plain" title={message(error.message)}>
              {t('fleet.atColumn', { column: error.from + 1, problem: message(error.message) })}
            </StateBadge>
          )}
        </div>
        {!error && selected.length > 0 && (
          <SelectionActions selected={selected} onClear={onClear} onRefresh={onRefresh} />
        )}
      </div>
      <MenuButton
        label={viewName ?? t('fleetScreen.views.title')}
        icon={<IconBookmark size={14} aria-hidden />}
        isActive={viewName !== null}
        kind="panel"
        Content={ViewsPanel}
      />
      <MenuButton
        label={
          group === null
            ? t('fleetScreen.group.title')
            : t('fleetScreen.group.by', { field: message(fieldLabel(group)) })
        }
        icon={<IconStack2 size={14} aria-hidden />}
        isActive={group !== null}
        kind="menu"
        Content={GroupMenu}
      />
      <MenuButton
        label={t('fleetScreen.columns.title')}
        icon={<IconColumns3 size={14} aria-hidden />}
        isActive={columns !== null}
        kind="panel"
        Content={ColumnsPanel}
      />
      <MenuButton
        label={t('fleetScreen.export.title')}
        icon={<IconDownload size={14} aria-hidden />}
        kind="menu"
        Content={ExportMenu}
      />
    </div>
  );
});
