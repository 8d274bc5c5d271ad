import { UnstyledButton } from '@mantine/core';
import {
  IconArrowDown,
  IconClockExclamation,
  IconDatabaseOff,
  IconHourglass,
  IconPlugConnectedX,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import { useWords } from '../../app/i18n';
import { StateBadge, type Tone } from '../../components/state-badge';
import type { CellKind, HeatCounts } from './heat-cells';
import classes from './heat-map.module.css';

/** What cells can be looked for by. */
export type Sought = Exclude<CellKind, 'ok'> | 'throttled';

const badges: ReadonlyArray<readonly [sought: Sought, tone: Tone, icon?: TablerIcon]> = [
  ['gone', 'bad', IconX],
  ['critical', 'bad'],
  ['warn', 'warn'],
  ['throttled', 'warn', IconArrowDown],
  ['stale', 'warn', IconClockExclamation],
  ['unknown', 'unknown'],
  ['waiting', 'unknown', IconHourglass],
  ['absent', 'unknown', IconDatabaseOff],
  ['offline', 'unknown', IconPlugConnectedX],
  ['off', 'unknown', IconPlugConnectedX],
];

interface CountsProps {
  counts: HeatCounts;
  sought: Sought | null;
  onSeek: (sought: Sought | null) => void;
}

/** How many cells are in each state that is not simply well; one that is chosen stands out on the map. */
export function HeatCountBadges({ counts, sought, onSeek }: CountsProps) {
  const { t } = useWords();
  const shown = badges.filter(([kind]) => counts[kind] > 0 || kind === sought);
  return (
    <fieldset className={classes.counts} aria-label={t('heatMap.counts')}>
      {shown.length === 0 && counts.ok > 0 && <StateBadge tone="ok">{t('heatMap.count.none')}</StateBadge>}
      {shown.map(([kind, tone, icon]) => (
        <UnstyledButton
          key={kind}
          className={classes.count}
          aria-pressed={kind === sought}
          title={t('heatMap.seek', { state: t(`heatMap.state.${kind}`) })}
          onClick={() => onSeek(kind === sought ? null : kind)}
        >
          <StateBadge tone={tone} icon={icon}>
            {t(`heatMap.count.${kind}`, { count: counts[kind] })}
          </StateBadge>
        </UnstyledButton>
      ))}
    </fieldset>
  );
}
