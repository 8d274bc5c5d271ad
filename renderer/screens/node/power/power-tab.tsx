import { useWords } from '../../../app/i18n';
import classes from '../node.module.css';
import { factsOf } from '../node-results';
import { ProbeSection, useResults } from '../probe-section';
import { BmcIdentity } from './bmc-identity';
import { BmcLog } from './bmc-log';
import { Fans } from './fans';
import { HostSensors } from './host-sensors';
import { PowerSupplies } from './power-supplies';
import { Redfish } from './redfish';
import { SensorTable } from './sensor-table';
import { Upses } from './upses';

/** What feeds and cools the node, as its management controller, the UPS and the kernel see it. */
export function PowerTab() {
  const { t, message } = useWords();
  const { results, stale } = useResults();
  const redfish = factsOf('redfish', results.get('redfish'));
  const sensors =
    factsOf('bmc-sensors', results.get('bmc-sensors')) ?? factsOf('bmc-sensors', stale.get('bmc-sensors'));
  // Why there are none is said once.
  const hasSensors = sensors?.presence === 'present';
  return (
    <>
      <div className={classes.columns}>
        <div className={classes.column}>
          <ProbeSection probeId="bmc" title={t('powerTab.bmc.title')}>
            {(facts) => <BmcIdentity facts={facts} />}
          </ProbeSection>
          <ProbeSection probeId="ups" title={t('powerTab.ups.title')}>
            {(facts) => <Upses facts={facts} />}
          </ProbeSection>
        </div>
        <div className={classes.column}>
          <ProbeSection probeId="bmc-sensors" title={t('powerTab.supplies.title')}>
            {(facts) =>
              facts.presence === 'present' ? (
                <PowerSupplies facts={facts} />
              ) : (
                <p className="dim">{t(`powerTab.presence.${facts.presence}`)}</p>
              )
            }
          </ProbeSection>
          {hasSensors && (
            <ProbeSection probeId="bmc-sensors" title={t('powerTab.fans.title')}>
              {(facts) => <Fans fans={facts.fans} />}
            </ProbeSection>
          )}
        </div>
      </div>
      {hasSensors && (
        <ProbeSection probeId="bmc-sensors" title={t('powerTab.sensors.title')}>
          {(facts) => <SensorTable sensors={facts.sensors} />}
        </ProbeSection>
      )}
      {hasSensors && (
        <ProbeSection probeId="bmc-sensors" title={t('powerTab.log.title')}>
          {({ log, logProblem }) =>
            log ? <BmcLog facts={log} /> : <p className="dim">{logProblem && message(logProblem)}</p>
          }
        </ProbeSection>
      )}
      {redfish !== null && redfish.access !== 'no-interface' && (
        <ProbeSection probeId="redfish" title={t('powerTab.redfish.title')}>
          {(facts) => <Redfish facts={facts} />}
        </ProbeSection>
      )}
      <ProbeSection probeId="sensors" title={t('powerTab.host.title')}>
        {(facts) => <HostSensors facts={facts} />}
      </ProbeSection>
    </>
  );
}
