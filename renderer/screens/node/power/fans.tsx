import type { BmcSensorsFacts } from '#shared/domain/facts/platform';
import { useWords } from '../../../app/i18n';
import { Value } from '../../../components/value';
import classes from './power.module.css';
import { SensorStateBadge, useMeasure } from './sensor-words';

/** Many and alike: a tile each, with the state in words. */
export function Fans({ facts }: { facts: BmcSensorsFacts }) {
  const { t } = useWords();
  const measure = useMeasure();
  if (facts.fans.length === 0) return null;
  return (
    <div>
      <h3>{t('powerTab.fans.title')}</h3>
      <ul className={classes.fans}>
        {facts.fans.map((fan, index) => (
          <li key={fan.name}>
            <span className="dim">{fan.name}</span>
            <Value value={fan.speedRpm ?? fan.speedPercent} path={`fans.${index}.speedRpm`}>
              {fan.speedRpm !== null ? measure(fan.speedRpm, 'RPM') : measure(fan.speedPercent, '%')}
            </Value>
            <SensorStateBadge state={fan.state} />
          </li>
        ))}
      </ul>
    </div>
  );
}
