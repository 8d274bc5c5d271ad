import { Button, Popover, SegmentedControl, TextInput } from '@mantine/core';
import {
  IconArrowBackUp,
  IconCalendarTime,
  IconChevronLeft,
  IconChevronRight,
  IconHistory,
  IconPlayerTrackNext,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useWords } from '../app/i18n';
import { useFormat } from '../components/format';
import { IconControl } from '../components/icon-control';
import { startReplay, useIsReplaying } from '../stores/replay-store';
import classes from './charts.module.css';
import { localTimeText, readLocalTime } from './local-time';
import type { TimeWindow } from './time-axis';
import {
  back,
  type ChangeView,
  follow,
  pan,
  shownWindow,
  spans,
  type TimeView,
  windowAt,
  zoomBy,
  zoomTo,
} from './time-view';

interface TimeBarProps {
  view: TimeView;
  onView: ChangeView;
  /** At the right: what else can be chosen. */
  children?: ReactNode;
}

type Minutes = 15 | 60 | 360 | 1440 | 10080;

/** Which time charts show. */
export function TimeBar({ view, onView, children }: TimeBarProps) {
  const { t } = useWords();
  const format = useFormat();
  const isReplaying = useIsReplaying();
  const shown = shownWindow(view);
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('charts.range.title')}>
      <SegmentedControl
        aria-label={t('charts.range.title')}
        value={shown ? '' : String(view.spanMs)}
        onChange={(value) => onView(() => follow(Number(value)))}
        data={spans.map((span) => ({
          value: String(span),
          label: t(`charts.range.last${(span / 60_000) as Minutes}`),
        }))}
      />
      <div className={classes.moves}>
        <CustomRange
          key={`${shown?.fromMs}-${shown?.toMs}`}
          view={view}
          onChoose={(window) => onView((known) => zoomTo(known, window))}
        />
        <IconControl
          icon={IconChevronLeft}
          label={t('charts.range.earlier')}
          onClick={() => onView((known) => pan(known, -0.5))}
        />
        <IconControl
          icon={IconChevronRight}
          label={t('charts.range.later')}
          onClick={() => onView((known) => pan(known, 0.5))}
        />
        <IconControl
          icon={IconZoomIn}
          label={t('charts.range.zoomIn')}
          onClick={() => onView((known) => zoomBy(known, 0.5))}
        />
        <IconControl
          icon={IconZoomOut}
          label={t('charts.range.zoomOut')}
          onClick={() => onView((known) => zoomBy(known, 2))}
        />
        <IconControl
          icon={IconHistory}
          label={t('replay.start')}
          onClick={() => {
            startReplay({ window: windowAt(view) });
            onView(({ spanMs }) => follow(spanMs));
          }}
        />
        {shown && <IconControl icon={IconArrowBackUp} label={t('charts.range.back')} onClick={() => onView(back)} />}
      </div>
      {shown && (
        <>
          <span className={classes.window}>
            {t('charts.range.window', {
              from: format.dateTime(shown.fromMs),
              to: format.time(shown.toMs, shown.fromMs),
            })}
          </span>
          <Button
            variant="default"
            leftSection={<IconPlayerTrackNext size={14} aria-hidden />}
            onClick={() => onView(({ spanMs }) => follow(spanMs))}
          >
            {t(isReplaying ? 'replay.follow' : 'charts.range.live')}
          </Button>
        </>
      )}
      <div className={classes.choices}>{children}</div>
    </div>
  );
}

interface CustomRangeProps {
  view: TimeView;
  onChoose: (window: TimeWindow) => void;
}

/** From and to by the clock of this workstation. */
function CustomRange({ view, onChoose }: CustomRangeProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [fromMs, toMs] = [readLocalTime(from), readLocalTime(to)];
  const isRange = fromMs !== null && toMs !== null && fromMs < toMs;
  const onOpen = (opened: boolean) => {
    setOpen(opened);
    if (!opened) return;
    const shown = windowAt(view);
    setFrom(localTimeText(shown.fromMs));
    setTo(localTimeText(shown.toMs));
  };
  return (
    <Popover opened={isOpen} onChange={onOpen} position="bottom-start" shadow="md" trapFocus withRoles>
      <Popover.Target>
        <span>
          <IconControl icon={IconCalendarTime} label={t('charts.range.custom')} onClick={() => onOpen(!isOpen)} />
        </span>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('charts.range.custom')}>
        <form
          className={classes.custom}
          onSubmit={(event) => {
            event.preventDefault();
            if (!isRange) return;
            setOpen(false);
            onChoose({ fromMs, toMs });
          }}
        >
          <TextInput
            type="datetime-local"
            step={1}
            label={t('charts.range.from')}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            type="datetime-local"
            step={1}
            label={t('charts.range.to')}
            value={to}
            error={fromMs !== null && toMs !== null && !isRange ? t('charts.range.wrong') : undefined}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <Button type="submit" disabled={!isRange}>
            {t('charts.range.show')}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
