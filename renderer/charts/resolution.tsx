import { useWords } from '../app/i18n';
import { useFormat } from '../components/format';
import classes from './charts.module.css';
import type { ReadSeries } from './use-series';

/** What a chart was read from, and for how long each of its points stands. */
export function Resolution({ read: { window, lines, spread } }: { read: ReadSeries }) {
  const { t } = useWords();
  const format = useFormat();
  const all = spread ? [spread.spread] : [...(lines?.values() ?? [])];
  const told = all.filter(({ times }) => times.length > 0);
  if (told.length === 0) return null;
  const tierMs = Math.max(...told.map((each) => each.tierMs));
  // What was measured of a pace is a little beside it.
  const paceMs = Math.round(Math.max(...told.map((each) => each.paceMs)) / 1000) * 1000;
  const seconds = Math.max((window.toMs - window.fromMs) / 300, paceMs, tierMs) / 1000;
  const minutes = seconds / 60;
  // How wide a point is depends on the range to a fraction, which nobody wants to know.
  const point =
    seconds < 100
      ? `${format.number(Math.max(1, seconds), 0)} s`
      : `${format.number(minutes, minutes < 10 ? 1 : 0)} min`;
  return (
    <span className={classes.resolution} title={t('charts.resolution.help')}>
      {t(
        tierMs === 0
          ? 'charts.resolution.raw'
          : tierMs === 10_000
            ? 'charts.resolution.ten'
            : 'charts.resolution.minute',
      )}
      {' · '}
      {t('charts.resolution.point', { point })}
    </span>
  );
}
