import { Button, Checkbox, Menu } from '@mantine/core';
import { IconCpu } from '@tabler/icons-react';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { useWords } from '../../../app/i18n';
import { MetricPicker } from '../../../charts/metric-picker';
import { TimeBar } from '../../../charts/time-bar';
import type { ChangeView, TimeView } from '../../../charts/time-view';
import type { LiveSubject } from './use-subjects';

interface RangeBarProps {
  view: TimeView;
  onView: ChangeView;
  chosen: ReadonlySet<MetricId>;
  onChoose: (metric: MetricId) => void;
  gpus: readonly LiveSubject[];
  /** By their ids. */
  hidden: ReadonlySet<string>;
  onHide: (id: string) => void;
  isSpread: boolean;
  onSpread: (isSpread: boolean) => void;
}

/** Which time, which metrics and which GPUs the charts show. */
export function RangeBar(props: RangeBarProps) {
  const { view, onView, chosen, onChoose, gpus, hidden, onHide, isSpread, onSpread } = props;
  const { t } = useWords();
  return (
    <TimeBar view={view} onView={onView}>
      {gpus.length > 2 && (
        <Checkbox
          label={t('charts.form.percentiles')}
          title={t('charts.percentilesDetail')}
          checked={isSpread}
          onChange={(event) => onSpread(event.currentTarget.checked)}
        />
      )}
      <MetricPicker chosen={chosen} onChoose={onChoose} />
      {gpus.length > 1 && (
        <Menu closeOnItemClick={false}>
          <Menu.Target>
            <Button variant="default" leftSection={<IconCpu size={14} aria-hidden />}>
              {t('liveTab.gpus', { shown: gpus.filter(({ id }) => !hidden.has(id)).length, total: gpus.length })}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {gpus.map(({ id, label }) => (
              <Menu.Item
                key={id}
                role="menuitemcheckbox"
                aria-checked={!hidden.has(id)}
                onClick={() => onHide(id)}
                leftSection={<Checkbox.Indicator checked={!hidden.has(id)} size="xs" />}
              >
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </TimeBar>
  );
}
