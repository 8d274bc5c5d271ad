import type { BmcFacts } from '#shared/domain/facts/power';
import { bmcDevice, fruCommand, ipmitool, noAnswer, textOfCommand } from '../lib/ipmi';
import { integerOf, readPairs } from '../lib/lines';
import { commandProblem, isProblem, unparsable } from '../lib/outcome';
import { readFrus } from '../lib/read-frus';
import { defineProbe } from '../probe';

const info = ipmitool('ipmi-mc-info', ['mc', 'info'], 20_000);
const power = ipmitool('ipmi-power', ['dcmi', 'power', 'reading'], 20_000);

export const bmcProbe = defineProbe({
  id: 'bmc',
  commands: [info, power, fruCommand, bmcDevice],
  sources: { '': 'ipmi-mc-info', power: 'ipmi-power', frus: 'ipmi-fru', presence: 'bmc-device' },
  parse(outputs) {
    const identity = readInfo(textOfCommand(outputs, info));
    const draw = readPower(textOfCommand(outputs, power));
    const frus = readFrus(textOfCommand(outputs, fruCommand));
    if (identity || draw || frus.length > 0) {
      // Without DCMI the draw is not told; what kept the list of parts away is worth saying.
      const limit = outputs[fruCommand.id] ? commandProblem(outputs[fruCommand.id], fruCommand) : null;
      return {
        state: 'ok',
        facts: { presence: 'present', ...(identity ?? nobody), power: draw, frus },
        ...(limit && { reason: limit.reason }),
      };
    }
    const none = noAnswer(outputs, info);
    if (none === null) return unparsable(info, outputs[info.id]);
    if (isProblem(none)) return none;
    return { state: 'ok', facts: { presence: none.presence, ...nobody, power: null, frus: [] } };
  },
});

type Identity = Pick<BmcFacts, 'manufacturer' | 'product' | 'firmwareVersion' | 'ipmiVersion'>;
const nobody: Identity = { manufacturer: null, product: null, firmwareVersion: null, ipmiVersion: null };

/** `Firmware Revision         : 9.08`; a maker or product that ipmitool has no name for is `Unknown (0xF02)`. */
function readInfo(text: string): Identity | null {
  const values = readPairs(text, ':');
  if (!values.has('Firmware Revision') || !values.has('IPMI Version')) return null;
  const known = (name: string, number: string) => {
    const value = values.get(name) ?? '';
    return value === '' || /^Unknown/.test(value) ? (values.get(number) ?? null) : value;
  };
  return {
    manufacturer: known('Manufacturer Name', 'Manufacturer ID'),
    product: known('Product Name', 'Product ID'),
    firmwareVersion: values.get('Firmware Revision') || null,
    ipmiVersion: values.get('IPMI Version') || null,
  };
}

/** `Instantaneous power reading:                   167 Watts`, and 0 of everything while it is not activated. */
function readPower(text: string): BmcFacts['power'] {
  const values = readPairs(text, ':');
  if (!values.has('Instantaneous power reading')) return null;
  const state = values.get('Power reading state is');
  const isActive = state === undefined ? null : state === 'activated';
  const number = (name: string) => {
    const value = integerOf(/^(\d{1,9})/.exec(values.get(name) ?? '')?.[1]);
    return isActive === false && value === 0 ? null : value;
  };
  return {
    nowW: number('Instantaneous power reading'),
    minimumW: number('Minimum during sampling period'),
    maximumW: number('Maximum during sampling period'),
    averageW: number('Average power reading over sample period'),
    periodSeconds: number('Sampling period'),
    isActive,
  };
}
