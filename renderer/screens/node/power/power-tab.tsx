import { useWords } from '../../../app/i18n';
import classes from '../node.module.css';
import { ProbeSection } from '../probe-section';
import { BmcIdentity } from './bmc-identity';
import { BmcLog } from './bmc-log';
import { Fans } from './fans';
import { HostSensors } from './host-sensors';
import { PowerSupplies } from './power-supplies';
import { SensorTable } from './sensor-table';
import { Upses } from './upses';

/** What feeds and cools the node, as its management controller, the UPS and the kernel see it. */
export function PowerTab() {
  const { t } = useWords();
  return (
    <>
      <div className={classes.columns}>
        <div className={classes.column}>
          <ProbeSection probeId="bmc" title={t('powerTab.bmc.title')}>
            {(facts) => <BmcIdentity facts={facts} />}
          </ProbeSection>
        </div>
        <div className={classes.column}>
          <ProbeSection probeId="ups" title={t('powerTab.ups.title')}>
            {(facts) => <Upses facts={facts} />}
          </ProbeSection>
        </div>
      </div>
      <ProbeSection probeId="bmc-sensors" title={t('powerTab.sensors.title')}>
        {(facts) =>
          facts.presence === 'present' ? (
            <div className={classes.column}>
              <PowerSupplies facts={facts} />
              <Fans facts={facts} />
              <SensorTable facts={facts} />
            </div>
          ) : (
            <p className="dim">{t(`powerTab.presence.${facts.presence}`)}</p>
          )
        }
      </ProbeSection>
      <ProbeSection probeId="bmc-log" title={t('powerTab.log.title')}>
        {(facts) =>
          facts.presence === 'present' ? (
            <BmcLog facts={facts} />
          ) : (
            <p className="dim">{t(`powerTab.presence.${facts.presence}`)}</p>
          )
        }
      </ProbeSection>
      <ProbeSection probeId="sensors" title={t('powerTab.host.title')}>
        {(facts) => <HostSensors facts={facts} />}
      </ProbeSection>
    </>
  );
}
