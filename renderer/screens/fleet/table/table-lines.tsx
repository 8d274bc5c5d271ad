import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type MouseEvent, memo } from 'react';
import { type GroupTotals, type NodeGroup, totalsOf } from '#shared/domain/fleet/arrange';
import { fieldText } from '#shared/domain/fleet/field-text';
import { type FleetFieldId, fieldLabel, fieldOf } from '#shared/domain/fleet/fields';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import table from '../../../components/line-table.module.css';
import { toggleGroup } from '../../../stores/fleet-view-store';
import classes from '../fleet.module.css';
import { type CellContext, fleetCell } from './fleet-cells';
import type { Column } from './fleet-columns';
import { RowMenu } from './row-menu';

/** What a key is to the table, whichever element it was pressed on. */
export type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'preventDefault'>;

interface LineProps {
  index: number;
  /** Tab comes to one line; from there the arrow keys go on. */
  isEntry: boolean;
  onKeyDown: (event: Key, index: number) => void;
}

interface NodeLineProps extends LineProps {
  row: FleetNode;
  columns: readonly Column[];
  context: CellContext;
  isSelected: boolean;
  isMenuOpen: boolean;
  /** @param key the node whose menu is to be open, or null */
  onMenu: (key: string | null) => void;
  onToggle: (id: string, isRange: boolean) => void;
}

/** Drawn again only when something happened to its node. */
export const NodeLine = memo(function NodeLine({
  row,
  index,
  isEntry,
  columns,
  context,
  isSelected,
  isMenuOpen,
  onMenu,
  onKeyDown,
  onToggle,
}: NodeLineProps) {
  const { id, host } = row;
  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) onToggle(id, event.shiftKey);
    else navigate({ screen: 'node', hostId: id });
  };
  return (
    <tr
      className={table.row}
      aria-rowindex={index + 2}
      data-selected={isSelected || undefined}
      tabIndex={isEntry ? 0 : -1}
      onClick={onClick}
      onKeyDown={(event) => event.target === event.currentTarget && onKeyDown(event, index)}
    >
      {columns.map(({ field, isNumeric }, place) => (
        <td key={field} data-numeric={isNumeric || undefined}>
          {place === 0 && (
            <input
              type="checkbox"
              className={classes.check}
              // The space bar does it from the line.
              tabIndex={-1}
              aria-label={context.nameIn.selectNode(host.spec.name)}
              checked={isSelected}
              readOnly
              onClick={(event) => {
                event.stopPropagation();
                onToggle(id, event.shiftKey);
              }}
            />
          )}
          {fleetCell(field, row, context)}
        </td>
      ))}
      <td>
        <RowMenu
          row={row}
          label={context.nameIn.rowActions(host.spec.name)}
          isReached={isEntry}
          isOpen={isMenuOpen}
          onOpen={onMenu}
        />
      </td>
    </tr>
  );
});

interface GroupLineProps extends LineProps {
  group: NodeGroup;
  field: FleetFieldId;
  isClosed: boolean;
  context: CellContext;
}

/** The head of a group: its value, how many nodes, and what they come to. */
export const GroupLine = memo(function GroupLine({
  group,
  field,
  isClosed,
  isEntry,
  context,
  index,
  onKeyDown,
}: GroupLineProps) {
  const { t, message } = useWords();
  const Chevron = isClosed ? IconChevronRight : IconChevronDown;
  return (
    <tr
      className={table.group}
      aria-rowindex={index + 2}
      aria-expanded={!isClosed}
      tabIndex={isEntry ? 0 : -1}
      onClick={() => toggleGroup(group.key)}
      onKeyDown={(event) => onKeyDown(event, index)}
    >
      <th scope="rowgroup">
        <span className={table.groupHead}>
          <Chevron size={14} aria-hidden />
          <span className="dim">{message(fieldLabel(field))}</span>{' '}
          <span>{fieldText(fieldOf(field), group.value, { ...context.values, time: context.values.date })}</span>{' '}
          <span className="dim">{totalWords(group.nodes.length, totalsOf(group.nodes, context), t, context)}</span>
        </span>
      </th>
    </tr>
  );
});

function totalWords(
  nodes: number,
  { gpus, gpuMemoryBytes, maxGpuTemperatureC, needAttention }: GroupTotals,
  t: CellContext['t'],
  { format }: CellContext,
): string {
  return [
    t('fleet.nodes', { count: nodes }),
    ...(gpus ? [t('fleet.gpus', { count: gpus })] : []),
    ...(gpuMemoryBytes ? [format.bytes(gpuMemoryBytes)] : []),
    ...(maxGpuTemperatureC === null ? [] : [t('fleetScreen.groupMaxC', { value: maxGpuTemperatureC })]),
    ...(needAttention > 0 ? [t('fleet.needAttention', { count: needAttention })] : []),
  ].join(' · ');
}
