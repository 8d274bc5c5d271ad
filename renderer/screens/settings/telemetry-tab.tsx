import { Select } from '@mantine/core';
import type { SamplesKept, SamplesStorage } from '#shared/domain/telemetry/samples-kept';
import { useWords } from '../../app/i18n';
import { useFormat } from '../../components/format';
import { Meter } from '../../components/meter';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import { useSavedSettings } from '../../forms/use-saved-settings';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import classes from './settings.module.css';

const lengths = [
  { key: 'rawHours', tierMs: 0, label: 'raw', unit: 'hours', choices: [6, 12, 24, 48, 96, 168] },
  { key: 'tenSecondsDays', tierMs: 10_000, label: 'tenSeconds', unit: 'days', choices: [3, 7, 14, 30, 90] },
  { key: 'minutesDays', tierMs: 60_000, label: 'minutes', unit: 'days', choices: [30, 90, 180, 396, 760, 1830] },
] as const;
const budgetsGigabytes = [1, 2, 5, 10, 20, 50, 100];

/** How long samples are kept, in how much room, and what there is. */
export function TelemetryTab() {
  const { t } = useWords();
  const { query, save } = useSavedSettings();
  const storage = useQuery('samples-storage', (signal) => engine.telemetry.storage(undefined, { signal }));
  return (
    <StateView query={query}>
      {({ samplesKept }) => (
        <>
          <p className={classes.explain}>{t('settings.samples.explain')}</p>
          <section className={classes.group}>
            <Lengths
              kept={samplesKept}
              storage={storage.data ?? null}
              onSave={(change) => save({ samplesKept: { ...samplesKept, ...change } })}
            />
            <StateView query={storage}>
              {(found) => <Storage storage={found} gigabytes={samplesKept.diskGigabytes} />}
            </StateView>
          </section>
        </>
      )}
    </StateView>
  );
}

function Lengths({
  kept,
  storage,
  onSave,
}: {
  kept: SamplesKept;
  storage: SamplesStorage | null;
  onSave: (change: Partial<SamplesKept>) => Promise<void>;
}) {
  const { t } = useWords();
  const { dateTime } = useFormat();
  const reach = (tierMs: number): string => {
    const oldestMs = storage?.tiers.find((tier) => tier.tierMs === tierMs)?.oldestMs;
    if (oldestMs === undefined) return '';
    return oldestMs === null
      ? t('settings.samples.none')
      : t('settings.samples.reachesTo', { time: dateTime(oldestMs) });
  };
  return (
    <>
      {lengths.map(({ key, tierMs, label, unit, choices }) => (
        <Choice
          key={key}
          label={t(`settings.samples.${label}`)}
          help={reach(tierMs)}
          choices={choices}
          value={kept[key]}
          nameOf={(count) => t(`settings.samples.${unit}`, { count })}
          onSave={(value) => onSave({ [key]: value })}
        />
      ))}
      <Choice
        label={t('settings.samples.budget')}
        help={t('settings.samples.budgetHelp')}
        choices={budgetsGigabytes}
        value={kept.diskGigabytes}
        nameOf={(value) => t('settings.samples.gigabytes', { value })}
        onSave={(diskGigabytes) => onSave({ diskGigabytes })}
      />
    </>
  );
}

/** One of a few numbers, or the one that was set by other means. */
function Choice({
  label,
  help,
  choices,
  value,
  nameOf,
  onSave,
}: {
  label: string;
  help: string;
  choices: readonly number[];
  value: number;
  nameOf: (value: number) => string;
  onSave: (value: number) => Promise<void>;
}) {
  return (
    <Select
      label={label}
      // A line of its own also while it is not known, so that nothing jumps.
      description={help || '\u00a0'}
      data={[...new Set([...choices, value])]
        .sort((left, right) => left - right)
        .map((choice) => ({ value: String(choice), label: nameOf(choice) }))}
      value={String(value)}
      allowDeselect={false}
      onChange={(next) => next && void onSave(Number(next))}
    />
  );
}

function Storage({ storage, gigabytes }: { storage: SamplesStorage; gigabytes: number }) {
  const { t } = useWords();
  const { bytes } = useFormat();
  const used = t('settings.samples.used', {
    used: bytes(storage.usedBytes),
    budget: t('settings.samples.gigabytes', { value: gigabytes }),
  });
  return (
    <>
      <div>
        <Meter value={storage.usedBytes} max={gigabytes * 1e9} label={used} warnFrom={0.9} /> {used}
      </div>
      <div>
        {t('settings.samples.file')} <code>{storage.file}</code>
      </div>
      {!storage.isKeeping && <StatePanel variant="inline" tone="warn" title={t('settings.samples.elsewhere')} />}
    </>
  );
}
