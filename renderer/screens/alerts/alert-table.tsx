import { useElementSize, useMergedRef } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight, IconStethoscope } from '@tabler/icons-react';
import { type KeyboardEvent, memo, useCallback, useRef } from 'react';
import { useWords } from '../../app/i18n';
import { focusLine, headHeightPx, isToggling, lineAfterKey } from '../../components/line-keys';
import table from '../../components/line-table.module.css';
import { SeverityBadge } from '../../components/state-badge';
import { Ago } from '../../components/time';
import { lineHeightPx, useLineWindow } from '../../components/use-line-window';
import type { AlertGroup, AlertLine, AlertRow } from './alert-model';
import { AlertStateBadge } from './alert-state-badge';
import { AlertValueText } from './alert-value-text';
import { useLiveValues } from './alert-values';
import classes from './alerts.module.css';
import { toggleAlertGroup } from './alerts-view-store';
import { HandledCell } from './handled-cell';
import type { AlertWords } from './use-alert-words';

interface AlertTableProps {
  lines: readonly AlertLine[];
  words: AlertWords;
  selectedId: number | null;
  onOpen: (alertId: number | null) => void;
}

const columns = ['severity', 'state', 'host', 'subject', 'what', 'value', 'since', 'handled'] as const;

/** One line an alert; only those in view are in the document. */
export function AlertTable({ lines, words, selectedId, onOpen }: AlertTableProps) {
  const { t } = useWords();
  const size = useElementSize();
  const scroller = useRef<HTMLDivElement>(null);
  const scrollerRef = useMergedRef(scroller, size.ref);
  const heightPx = (size.height || window.innerHeight - 260) - headHeightPx;
  const { from, to, first } = useLineWindow({ scroller, count: lines.length, heightPx, isFirst: false });
  const selected = selectedId === null ? -1 : lines.findIndex(({ key }) => key === String(selectedId));
  const entry = selected >= 0 ? selected : first;

  useLiveValues(() => [
    ...(selectedId === null ? [] : [selectedId]),
    ...lines.slice(from, to).flatMap((line) => ('row' in line ? line.row.alert.id : [])),
  ]);

  const latest = useRef({ lines, onOpen, selectedId });
  latest.current = { lines, onOpen, selectedId };
  const onKeyDown = useCallback((event: KeyboardEvent, index: number) => {
    const { lines: now, onOpen: open, selectedId: shown } = latest.current;
    const line = now[index];
    const next = lineAfterKey(event.key, index, now.length, scroller.current);
    if (event.ctrlKey || event.metaKey || event.altKey || !line) return;
    if (next !== null) {
      focusLine(scroller.current, next);
      const to = now[next];
      // The panel follows the lines while it is open.
      if (shown !== null && to && 'row' in to) open(to.row.alert.id);
    } else if (event.key === 'Escape' && shown !== null) open(null);
    else if ('group' in line && isToggling(event.key, line.isClosed)) toggleAlertGroup(line.group.key);
    else if ('row' in line && (event.key === 'Enter' || event.key === ' ')) open(line.row.alert.id);
    else return;
    event.preventDefault();
  }, []);

  const between = (key: string, count: number) =>
    count > 0 && <tr key={key} aria-hidden style={{ height: count * lineHeightPx }} />;
  return (
    <div className={`${table.scroller} ${classes.lines}`} ref={scrollerRef}>
      <table
        className={`${table.table} ${classes.alerts}`}
        aria-label={t('alertScreen.table')}
        aria-rowcount={lines.length + 1}
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" data-column={column}>
                {t(`alertScreen.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={table.body}>
          {between('above', from)}
          {lines.slice(from, to).map((line, offset) => {
            const index = from + offset;
            const place = { index, isEntry: index === entry, words, onKeyDown };
            return 'row' in line ? (
              <Line
                key={index}
                {...place}
                row={line.row}
                isSelected={line.row.alert.id === selectedId}
                onOpen={onOpen}
              />
            ) : (
              <GroupLine key={index} {...place} group={line.group} isClosed={line.isClosed} />
            );
          })}
          {between('below', lines.length - to)}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps {
  index: number;
  /** Tab comes to one line; from there the arrow keys go on. */
  isEntry: boolean;
  words: AlertWords;
  onKeyDown: (event: KeyboardEvent, index: number) => void;
}

interface RowProps extends LineProps {
  row: AlertRow;
  isSelected: boolean;
  onOpen: (alertId: number) => void;
}

const Line = memo(
  function Line({ row, index, isEntry, words, isSelected, onOpen, onKeyDown }: RowProps) {
    const { localized } = useWords();
    const { alert } = row;
    const message = localized(alert.message);
    const labels = Object.entries(alert.labels).map(([name, value]) => `${name}=${value}`);
    return (
      <tr
        className={table.row}
        aria-rowindex={index + 2}
        aria-selected={isSelected}
        tabIndex={isEntry ? 0 : -1}
        onClick={() => onOpen(alert.id)}
        onKeyDown={(event) => event.target === event.currentTarget && onKeyDown(event, index)}
      >
        <td data-column="severity">
          <SeverityBadge severity={alert.severity} variant="plain" />
        </td>
        <td data-column="state">
          <AlertStateBadge alert={alert} variant="plain" />
        </td>
        <td data-column="host" className="ellipsis" title={words.host(alert.hostId)}>
          {words.host(alert.hostId)}
        </td>
        <td data-column="subject" className="ellipsis" title={alert.subject}>
          {words.subject(alert)}
        </td>
        <td data-column="what" title={[message, ...labels].join('\n')}>
          <span className={classes.what}>
            <span className="ellipsis">
              <strong>{localized(alert.title)}</strong> <span className="dim">{message}</span>
            </span>
            {labels.length > 0 && <span className={classes.labels}>{labels.join(' ')}</span>}
            {alert.treeId && <TreeMark treeId={alert.treeId} />}
          </span>
        </td>
        <td data-column="value" className="ellipsis">
          <AlertValueText alert={alert} words={words} />
        </td>
        <td data-column="since" className="ellipsis">
          <Ago atMs={alert.resolvedMs ?? alert.sinceMs} />
        </td>
        <td data-column="handled">
          <HandledCell row={row} />
        </td>
      </tr>
    );
  },
  (before, after) =>
    before.row.alert === after.row.alert &&
    before.row.silence?.id === after.row.silence?.id &&
    before.row.silence?.untilMs === after.row.silence?.untilMs &&
    before.index === after.index &&
    before.isEntry === after.isEntry &&
    before.isSelected === after.isSelected &&
    before.words === after.words &&
    before.onOpen === after.onOpen,
);

function TreeMark({ treeId }: { treeId: string }) {
  const { t } = useWords();
  const words = t('alertScreen.hasTree', { tree: treeId });
  return (
    <span className={classes.treeMark} title={words}>
      <IconStethoscope size={14} aria-label={words} />
    </span>
  );
}

interface GroupLineProps extends LineProps {
  group: AlertGroup;
  isClosed: boolean;
}

/** What a group comes to; its worst alert names it. */
function GroupLine({ group, isClosed, index, isEntry, words, onKeyDown }: GroupLineProps) {
  const { t, localized } = useWords();
  const { first, key, alerts, hosts, newestMs, firing, unhandled } = group;
  const isOfHost = key === first.hostId;
  const Chevron = isClosed ? IconChevronRight : IconChevronDown;
  return (
    <tr
      className={table.group}
      aria-rowindex={index + 2}
      aria-expanded={!isClosed}
      tabIndex={isEntry ? 0 : -1}
      onClick={() => toggleAlertGroup(key)}
      onKeyDown={(event) => onKeyDown(event, index)}
    >
      <th scope="rowgroup" colSpan={columns.length}>
        <span className={table.groupHead}>
          <Chevron size={14} aria-hidden />
          <SeverityBadge severity={first.severity} variant="plain" />
          <strong>{isOfHost ? words.host(key) : localized(first.title)}</strong>
          <span className="dim">
            {t('alertScreen.count', { count: alerts.length })}
            {!isOfHost && ` · ${t('fleet.nodes', { count: hosts })}`}
            {' · '}
            {firing === 0
              ? t(`alertScreen.state.${first.state}`)
              : unhandled > 0
                ? t('alertScreen.unhandled', { count: unhandled })
                : t('alertScreen.allHandled')}
            {' · '}
            <Ago atMs={newestMs} />
          </span>
        </span>
      </th>
    </tr>
  );
}
