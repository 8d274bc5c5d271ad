import type { BmcSensor, BmcSensorsFacts } from '#shared/domain/facts/power';
import { bmcDevice, fruCommand, ipmitool, noAnswer, textOfCommand } from '../lib/ipmi';
import { readIpmiSensors } from '../lib/ipmi-sensors';
import { isProblem, unparsable } from '../lib/outcome';
import { readFrus } from '../lib/read-frus';
import { type CommandOutputs, defineProbe } from '../probe';
import { fansOf, powerSuppliesOf, redundancyOf } from './group-sensors';
import { logCommand, logInfoCommand, logTimeCommand, readLog } from './read-log';

/** Not `ipmitool sensor`: that asks for the thresholds of each sensor, which takes a slow BMC minutes. */
const sdr = ipmitool('ipmi-sdr', ['sdr', 'elist', 'all'], 60_000);

/**
 * What hangs on the BMC's records of its sensors: their readings, the log, whose entries ipmitool names by them, and the
 * parts. What that takes is one wait, whoever asks.
 */
export const bmcSensorsProbe = defineProbe({
  id: 'bmc-sensors',
  commands: [sdr, fruCommand, logCommand, logInfoCommand, logTimeCommand, bmcDevice],
  sources: {
    '': 'ipmi-sdr',
    'powerSupplies.manufacturer': 'ipmi-fru',
    'powerSupplies.model': 'ipmi-fru',
    'powerSupplies.serial': 'ipmi-fru',
    'powerSupplies.firmwareVersion': 'ipmi-fru',
    log: 'ipmi-sel',
    'log.entryCount': 'ipmi-sel-info',
    'log.usedPercent': 'ipmi-sel-info',
    'log.isOverflown': 'ipmi-sel-info',
    'log.clockOffsetSeconds': 'ipmi-sel-time',
    presence: 'bmc-device',
  },
  parse(outputs) {
    const output = outputs[sdr.id];
    // One sensor that fails makes ipmitool end with an error after all the others.
    const sensors = output?.state === 'exited' ? readIpmiSensors(output.stdout) : null;
    if (sensors) return { state: 'ok', facts: factsOf(sensors, outputs) };
    // A recorded log is one without sensors.
    if (!output && outputs[logCommand.id]?.state === 'exited') {
      const facts = factsOf([], outputs);
      if (facts.log) return { state: 'ok', facts };
    }
    const none = noAnswer(outputs, sdr);
    if (none === null) return unparsable(sdr, output);
    if (isProblem(none)) return none;
    return { state: 'ok', facts: { ...factsOf([], {}), presence: none.presence, log: null, logProblem: null } };
  },
});

function factsOf(sensors: BmcSensor[], outputs: CommandOutputs): BmcSensorsFacts {
  const log = readLog(outputs, textOfCommand(outputs, bmcDevice));
  return {
    presence: 'present',
    sensors,
    powerSupplies: powerSuppliesOf(sensors, readFrus(textOfCommand(outputs, fruCommand))),
    fans: fansOf(sensors),
    redundancy: redundancyOf(sensors),
    ...(isProblem(log) ? { log: null, logProblem: log.reason } : { log, logProblem: null }),
  };
}
