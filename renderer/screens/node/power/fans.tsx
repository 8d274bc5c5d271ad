import type { BmcFan } from '#shared/domain/facts/power';
import { useWords } from '../../../app/i18n';
import { Value } from '../../../components/value';
import classes from './power.module.css';
import { SensorStateBadge, useMeasure } from './sensor-words';

/** Many and alike: a tile each, with the state in words. */
export function Fans({ fans }: { fans: readonly BmcFan[] }) {
  const { t } = useWords();
  const measure = useMeasure();
  if (fans.length === 0) return <p className="dim">{t('powerTab.fans.none')}</p>;
  return (
    <ul className={classes.fans}>
      {fans.map((fan, index) => (
        <li key={fan.name}>
          <span className="dim">{fan.name}</span>
          <Value value={fan.speedRpm ?? fan.speedPercent} path={`fans.${index}.speedRpm`}>
            {fan.speedRpm !== null ? measure(fan.speedRpm, 'RPM') : measure(fan.speedPercent, '%')}
          </Value>
          <SensorStateBadge state={fan.state} />
        </li>
      ))}
    </ul>
  );
}
