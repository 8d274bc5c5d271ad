import type { CommandSpec } from '#shared/domain/command';
import type { BmcSensorsFacts } from '#shared/domain/facts/power';
import { bmcDevice, noAnswer } from '../lib/ipmi';
import { readIpmiSensors } from '../lib/ipmi-sensors';
import { isProblem, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { fansOf, powerSuppliesOf, redundancyOf } from './group-sensors';

/** Not `ipmitool sensor`: that asks for the thresholds of each sensor, which takes a slow BMC minutes. */
const sdr: CommandSpec = {
  id: 'ipmi-sdr',
  argv: ['ipmitool', 'sdr', 'elist', 'all'],
  privilege: 'root',
  lane: 'bmc',
  maxOutputBytes: 512 * 1024,
  timeoutMs: 60_000,
};

export const bmcSensorsProbe = defineProbe({
  id: 'bmc-sensors',
  commands: [sdr, bmcDevice],
  sources: { '': 'ipmi-sdr', presence: 'bmc-device' },
  parse(outputs) {
    const output = outputs[sdr.id];
    // One sensor that fails makes ipmitool end with an error after all the others.
    const sensors = output?.state === 'exited' ? readIpmiSensors(output.stdout) : null;
    if (sensors) {
      const facts: BmcSensorsFacts = {
        presence: 'present',
        sensors,
        powerSupplies: powerSuppliesOf(sensors),
        fans: fansOf(sensors),
        redundancy: redundancyOf(sensors),
      };
      return { state: 'ok', facts };
    }
    const none = noAnswer(outputs, sdr);
    if (none === null) return unparsable(sdr, output);
    if (isProblem(none)) return none;
    const facts = { presence: none.presence, sensors: [], powerSupplies: [], fans: [], redundancy: null };
    return { state: 'ok', facts };
  },
});
