import { Button, Checkbox, Menu, ScrollArea, SegmentedControl } from '@mantine/core';
import {
  IconArrowBackUp,
  IconChartHistogram,
  IconChevronLeft,
  IconChevronRight,
  IconCpu,
  IconPlayerTrackNext,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { metricWords } from '#shared/i18n/metric-words';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { IconControl } from '../../../components/icon-control';
import { groups, metricsOfGroup } from './chart-groups';
import classes from './live.module.css';
import { back, follow, type LiveView, pan, shownWindow, spans, zoomBy } from './live-view';
import type { LiveSubject } from './use-subjects';

interface RangeBarProps {
  view: LiveView;
  onView: (change: (view: LiveView) => LiveView) => void;
  chosen: ReadonlySet<MetricId>;
  onChoose: (metric: MetricId) => void;
  gpus: readonly LiveSubject[];
  hidden: ReadonlySet<string>;
  onHide: (key: string) => void;
  isSpread: boolean;
  onSpread: (isSpread: boolean) => void;
}

/** Which time, which metrics and which GPUs the charts show. */
export function RangeBar(props: RangeBarProps) {
  const { view, onView, gpus, hidden, onHide, isSpread, onSpread } = props;
  const { t } = useWords();
  const format = useFormat();
  const shown = shownWindow(view);
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('liveTab.range.title')}>
      <SegmentedControl
        aria-label={t('liveTab.range.title')}
        value={shown ? '' : String(view.spanMs)}
        onChange={(value) => onView(() => follow(Number(value)))}
        data={spans.map((span) => ({
          value: String(span),
          label: t(`liveTab.range.last${(span / 60_000) as Minutes}`),
        }))}
      />
      <div className={classes.moves}>
        <IconControl
          icon={IconChevronLeft}
          label={t('liveTab.range.earlier')}
          onClick={() => onView((known) => pan(known, -0.5, Date.now()))}
        />
        <IconControl
          icon={IconChevronRight}
          label={t('liveTab.range.later')}
          onClick={() => onView((known) => pan(known, 0.5, Date.now()))}
        />
        <IconControl
          icon={IconZoomIn}
          label={t('liveTab.range.zoomIn')}
          onClick={() => onView((known) => zoomBy(known, 0.5, Date.now()))}
        />
        <IconControl
          icon={IconZoomOut}
          label={t('liveTab.range.zoomOut')}
          onClick={() => onView((known) => zoomBy(known, 2, Date.now()))}
        />
        {shown && <IconControl icon={IconArrowBackUp} label={t('liveTab.range.back')} onClick={() => onView(back)} />}
      </div>
      {shown && (
        <>
          <span className={classes.window}>
            {t('liveTab.range.window', {
              from: format.dateTime(shown.fromMs),
              to: format.time(shown.toMs, shown.fromMs),
            })}
          </span>
          <Button
            variant="default"
            leftSection={<IconPlayerTrackNext size={14} aria-hidden />}
            onClick={() => onView(({ spanMs }) => follow(spanMs))}
          >
            {t('liveTab.range.live')}
          </Button>
        </>
      )}
      <div className={classes.choices}>
        {gpus.length > 2 && (
          <Checkbox
            label={t('liveTab.percentiles')}
            title={t('liveTab.percentilesDetail')}
            checked={isSpread}
            onChange={(event) => onSpread(event.currentTarget.checked)}
          />
        )}
        <MetricMenu {...props} />
        {gpus.length > 1 && (
          <Menu closeOnItemClick={false}>
            <Menu.Target>
              <Button variant="default" leftSection={<IconCpu size={14} aria-hidden />}>
                {t('liveTab.gpus', { shown: gpus.filter(({ key }) => !hidden.has(key)).length, total: gpus.length })}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {gpus.map(({ key, label }) => (
                <Choice key={key} label={label} isOn={!hidden.has(key)} onClick={() => onHide(key)} />
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
    </div>
  );
}

type Minutes = 15 | 60 | 360 | 1440 | 10080;

function MetricMenu({ chosen, onChoose }: RangeBarProps) {
  const { t, message } = useWords();
  return (
    <Menu closeOnItemClick={false} width={280}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconChartHistogram size={14} aria-hidden />}>
          {t('liveTab.metrics', { count: chosen.size })}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ScrollArea.Autosize mah={440}>
          {groups.map((group) => (
            <div key={group}>
              <Menu.Label>{t(`liveTab.group.${group}`)}</Menu.Label>
              {metricsOfGroup(group).map((id) => (
                <Choice
                  key={id}
                  label={metricWords(id, message).name}
                  isOn={chosen.has(id)}
                  onClick={() => onChoose(id)}
                />
              ))}
            </div>
          ))}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
}

function Choice({ label, isOn, onClick }: { label: string; isOn: boolean; onClick: () => void }) {
  return (
    <Menu.Item
      role="menuitemcheckbox"
      aria-checked={isOn}
      onClick={onClick}
      leftSection={<Checkbox.Indicator checked={isOn} size="xs" />}
    >
      {label}
    </Menu.Item>
  );
}
