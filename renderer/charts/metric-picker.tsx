import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { IconChartHistogram, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { metricWords } from '#shared/i18n/metric-words';
import { useWords } from '../app/i18n';
import classes from './charts.module.css';
import { groups, metricsOfGroup } from './metric-groups';

interface MetricPickerProps {
  chosen: ReadonlySet<MetricId>;
  onChoose: (metric: MetricId) => void;
}

/** The catalogue of metrics with what each means, found by name, help or source; each a click away. */
export function MetricPicker({ chosen, onChoose }: MetricPickerProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={420} shadow="md" trapFocus withRoles>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconChartHistogram size={14} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        >
          {t('charts.metrics', { count: chosen.size })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('charts.catalogue')}>
        <Catalogue chosen={chosen} onChoose={onChoose} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Catalogue({ chosen, onChoose }: MetricPickerProps) {
  const { t, message } = useWords();
  const [sought, setSought] = useState('');
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const found = groups.flatMap((group) => {
    const metrics = metricsOfGroup(group).flatMap((id) => {
      const { name, help } = metricWords(id, message);
      const { sources } = metricSpec(id);
      const text = [id, name, help ?? '', t(`charts.group.${group}`), ...sources].join(' ').toLowerCase();
      return words.every((word) => text.includes(word)) ? [{ id, name, help, sources }] : [];
    });
    return metrics.length > 0 ? [{ group, metrics }] : [];
  });
  return (
    <>
      <TextInput
        data-autofocus
        aria-label={t('charts.search')}
        placeholder={t('charts.search')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={sought}
        onChange={(event) => setSought(event.currentTarget.value)}
      />
      <div className={classes.catalogue}>
        {found.length === 0 && <p className="dim">{t('charts.noMetric')}</p>}
        {found.map(({ group, metrics }) => (
          <fieldset key={group}>
            <legend>{t(`charts.group.${group}`)}</legend>
            {metrics.map(({ id, name, help, sources }) => (
              <Checkbox
                key={id}
                label={name}
                description={help ?? (sources.length > 0 ? sources[0] : undefined)}
                checked={chosen.has(id)}
                onChange={() => onChoose(id)}
              />
            ))}
          </fieldset>
        ))}
      </div>
    </>
  );
}
