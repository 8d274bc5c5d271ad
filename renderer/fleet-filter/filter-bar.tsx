import { ActionIcon, SegmentedControl } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { lazy, memo, useState } from 'react';
import { useWords } from '../app/i18n';
import { WhenFirst } from '../components/when-first';
import { type QuickFilter, quickFilters, useFleetView } from '../stores/fleet-view-store';
import classes from './filter.module.css';
import { FilterLine, type FilterLineProps } from './filter-line';

const FilterHelp = lazy(async () => ({ default: (await import('./filter-help')).FilterHelp }));

type FilterBarProps = Omit<FilterLineProps, 'text' | 'onText'>;

/** A letter typed concerns the line alone, and what it finds the table. */
export const FilterBar = memo(function FilterBar(props: FilterBarProps) {
  const { t } = useWords();
  const text = useFleetView((state) => state.text);
  const quick = useFleetView((state) => state.quick);
  const [isHelping, setHelping] = useState(false);
  return (
    <div className={classes.bar}>
      <FilterLine {...props} text={text} onText={(next) => useFleetView.setState({ text: next })} />
      <ActionIcon aria-label={t('fleetScreen.help.title')} onClick={() => setHelping(true)}>
        <IconHelp size={16} aria-hidden />
      </ActionIcon>
      <SegmentedControl<QuickFilter>
        aria-label={t('fleetScreen.filter.label')}
        value={quick}
        onChange={(value) => useFleetView.setState({ quick: value })}
        data={(Object.keys(quickFilters) as QuickFilter[]).map((value) => ({
          value,
          label: t(`fleetScreen.filter.${value}`),
        }))}
      />
      <WhenFirst isWanted={isHelping}>
        <FilterHelp
          isOpen={isHelping}
          onTake={(taken) => useFleetView.setState({ text: taken })}
          onClose={() => setHelping(false)}
        />
      </WhenFirst>
    </div>
  );
});
