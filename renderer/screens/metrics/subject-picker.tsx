import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { IconListCheck, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../../app/i18n';
import { useMetricsView } from '../../stores/metrics-view-store';
import type { Compared } from './compared-subjects';
import classes from './metrics.module.css';

interface SubjectPickerProps {
  all: readonly Compared[];
  shown: readonly Compared[];
}

/** More than these are found by a word. */
const LISTED = 200;

/** Which GPUs, disks, ports and services of the chosen nodes are compared. */
export function SubjectPicker({ all, shown }: SubjectPickerProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const [sought, setSought] = useState('');
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(({ label, key }) => {
    const text = `${label} ${key}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const chosen = new Set(shown.map(({ id }) => id));
  const pick = (ids: Iterable<string>, isOn: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) {
      if (isOn) next.add(id);
      else next.delete(id);
    }
    // What is picked without anything left would show everything again.
    if (next.size > 0) useMetricsView.setState({ picked: next.size === all.length ? null : next });
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={360} shadow="md" trapFocus withRoles>
      <Popover.Target>
        <Button
          variant="default"
          disabled={all.length === 0}
          leftSection={<IconListCheck size={14} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        >
          {t('metricsScreen.subjects', { shown: shown.length, total: all.length })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('metricsScreen.subjectsTitle')}>
        <TextInput
          data-autofocus
          aria-label={t('metricsScreen.searchSubjects')}
          placeholder={t('metricsScreen.searchSubjects')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
        <div className={classes.pickAll}>
          <Button size="compact-xs" variant="default" onClick={() => useMetricsView.setState({ picked: null })}>
            {t('metricsScreen.everything')}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            disabled={words.length === 0 || found.length === 0}
            onClick={() => useMetricsView.setState({ picked: new Set(found.map(({ id }) => id)) })}
          >
            {t('metricsScreen.onlyFound', { count: found.length })}
          </Button>
        </div>
        <div className={classes.subjects}>
          {found.slice(0, LISTED).map(({ id, label }) => (
            <Checkbox
              key={id}
              label={label}
              checked={chosen.has(id)}
              onChange={(event) => pick([id], event.currentTarget.checked)}
            />
          ))}
          {found.length > LISTED && (
            <p className="dim">{t('metricsScreen.moreSubjects', { count: found.length - LISTED })}</p>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
