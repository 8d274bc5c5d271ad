import type { NodeModel } from '../model/node-model';
import { bmcLog, bmcSensors, nodePowerW, type PlatformSensor } from '../model/platform-state';
import { restartNode } from '../model/restart-node';
import { type PlatformSpec, platformOf } from '../profiles/platform';
import { formatDate } from './date-format';
import { machineSerial } from './dmidecode';
import { failed, lines, printed, type Tool, type ToolOutput } from './tool';

/** ipmitool 1.8.19 on the controller of the machine: what the sensors, the event log, DCMI and the part list of it say. */
export const ipmitool: Tool = (model, args, context) => {
  const platform = platformOf(model.profile);
  if (!platform) return failed(1, noDevice('No such file or directory'));
  if (context.uid !== 0) return failed(1, noDevice('Permission denied'));
  const isCsv = args.includes('-c');
  const words = args.filter((arg) => !arg.startsWith('-'));
  const [noun = '', verb = '', ...rest] = words;
  switch (`${noun} ${verb}`) {
    case 'mc info':
    case 'bmc info':
      return mcInfo(platform);
    case 'sdr ':
    case 'sdr list':
      return sdr(model, 'list', isCsv, rest[0]);
    case 'sdr elist':
      return sdr(model, 'elist', isCsv, rest[0]);
    case 'sel ':
    case 'sel info':
      return selInfo(model);
    case 'sel list':
    case 'sel elist':
      return selList(model, isCsv, rest[0] === 'last' ? Number(rest[1]) : undefined);
    case 'sel time':
      return printed(`${formatDate(model.clockMs(), '%m/%d/%Y %T')} UTC\n`);
    case 'chassis power':
    case 'power ':
      return chassisPower(model, rest[0] ?? 'status');
    case 'dcmi power':
      return dcmi(model, platform);
    case 'fru ':
    case 'fru print':
    case 'fru list':
      return fru(model, platform);
    default:
      return failed(1, `Invalid command: ${words.join(' ')}\n`);
  }
};

/** Its controller cuts the power: what stays is what a restart leaves, and a card off the bus is back. */
function chassisPower(model: NodeModel, verb: string): ToolOutput {
  if (verb === 'status') return printed('Chassis Power is on\n');
  if (verb !== 'cycle' && verb !== 'reset') return failed(1, `Invalid chassis power command: ${verb}\n`);
  restartNode(model);
  return printed('Chassis Power Control: Cycle\n');
}

function noDevice(why: string): string {
  return `Could not open device at /dev/ipmi0 or /dev/ipmi/0 or /dev/ipmidev/0: ${why}\n`;
}

function mcInfo({ bmc }: PlatformSpec): ToolOutput {
  const product = `0x${bmc.productId.toString(16)}`;
  return printed(
    lines(
      'Device ID                 : 32',
      'Device Revision           : 1',
      `Firmware Revision         : ${bmc.firmware}`,
      'IPMI Version              : 2.0',
      `Manufacturer ID           : ${bmc.manufacturerId}`,
      `Manufacturer Name         : ${bmc.manufacturer}`,
      `Product ID                : ${bmc.productId} (${product})`,
      `Product Name              : Unknown (${product.replace('0x', '0x').toUpperCase().replace('0X', '0x')})`,
      'Device Available          : yes',
      'Provides Device SDRs      : no',
      'Additional Device Support :',
      '    Sensor Device',
      '    SDR Repository Device',
      '    SEL Device',
      '    FRU Inventory Device',
    ),
  );
}

function sdr(model: NodeModel, form: 'list' | 'elist', isCsv: boolean, kind = 'all'): ToolOutput {
  const sensors = bmcSensors(model).filter(({ states }) => kind !== 'full' || states === undefined);
  return printed(lines(...sensors.map((sensor) => sdrLine(sensor, form, isCsv))));
}

function sdrLine(
  { name, number, entity, value, unit, states, status }: PlatformSensor,
  form: 'list' | 'elist',
  isCsv: boolean,
): string {
  const id = `${number.toString(16).toUpperCase().padStart(2, '0')}h`;
  if (isCsv) {
    if (states !== undefined) return `${name},${id},${status},${entity},${states}`;
    return value === null ? `${name},,,${status}` : `${name},${value},${unit},${status}`;
  }
  const reading = states ?? (value === null ? 'No Reading' : `${value} ${unit}`);
  if (form === 'elist') return `${name.padEnd(16)} | ${id} | ${status.padEnd(3)} | ${entity.padStart(4)} | ${reading}`;
  const short = states === undefined ? (value === null ? 'no reading' : reading) : '0x01';
  return `${name.padEnd(16)} | ${short.padEnd(17)} | ${status}`;
}

function selInfo(model: NodeModel): ToolOutput {
  const entries = bmcLog(model);
  const last = entries.at(-1);
  return printed(
    lines(
      'SEL Information',
      'Version          : 1.5 (v1.5, v2 compliant)',
      `Entries          : ${entries.length}`,
      `Free Space       : ${16_000 - entries.length * 16} bytes `,
      `Percent Used     : ${Math.floor((entries.length * 100) / 1000)}%`,
      `Last Add Time    : ${last ? formatDate(last.atMs, '%m/%d/%Y %T') : 'Not Available'}`,
      'Last Del Time    : Not Available',
      'Overflow         : false',
    ),
  );
}

function selList(model: NodeModel, isCsv: boolean, last: number | undefined): ToolOutput {
  const all = bmcLog(model);
  if (all.length === 0) return failed(0, 'SEL has no entries\n');
  const from = last === undefined ? 0 : Math.max(0, all.length - last);
  return printed(
    lines(
      ...all.slice(from).map(({ atMs, sensor, event, isAsserted }, index) => {
        const id = (from + index + 1).toString(16);
        const cells = [
          formatDate(atMs, '%m/%d/%Y'),
          `${formatDate(atMs, '%T')} UTC`,
          sensor,
          event,
          isAsserted ? 'Asserted' : 'Deasserted',
        ];
        return isCsv ? [id, ...cells].join(',') : [id.padStart(4), ...cells].join(' | ');
      }),
    ),
  );
}

function dcmi(model: NodeModel, platform: PlatformSpec): ToolOutput {
  const now = nodePowerW(model, platform);
  const { count, capacityW } = platform.powerSupplies;
  const row = (name: string, watts: number): string => `    ${name.padEnd(41)} ${String(watts).padStart(8)} Watts`;
  return printed(
    lines(
      '',
      row('Instantaneous power reading:', now),
      row('Minimum during sampling period:', Math.round(now * 0.62)),
      row('Maximum during sampling period:', Math.min(count * capacityW, Math.round(now * 1.18))),
      row('Average power reading over sample period:', Math.round(now * 0.97)),
      `    IPMI timestamp:                           ${formatDate(model.clockMs(), '%a %b %e %T %Y')}`,
      '    Sampling period:                          00000005 Seconds.',
      '    Power reading state is:                   activated',
      '',
    ),
  );
}

function fru(model: NodeModel, platform: PlatformSpec): ToolOutput {
  const { profile } = model;
  const { count, manufacturer, model: product } = platform.powerSupplies;
  const serial = machineSerial(model);
  return printed(
    lines(
      'FRU Device Description : Builtin FRU Device (ID 0)',
      ' Chassis Type          : Rack Mount Chassis',
      ` Chassis Serial        : C${serial.slice(2)}`,
      ` Board Mfg             : ${profile.vendor}`,
      ` Board Product         : ${platform.board}`,
      ` Board Serial          : WM${serial.slice(0, 8)}`,
      ` Product Manufacturer  : ${profile.vendor}`,
      ` Product Name          : ${profile.product}`,
      ` Product Serial        : ${serial}`,
      '',
      ...Array.from({ length: count }, (_, index) => [
        `FRU Device Description : PSU${index + 1} (ID ${index + 3})`,
        ` Product Manufacturer  : ${manufacturer}`,
        ` Product Name          : ${product}`,
        ` Product Part Number   : ${product}`,
        ` Product Version       : 1.3`,
        ` Product Serial        : ${product.slice(0, 3)}${serial.slice(0, 6)}${index + 1}`,
        '',
      ]).flat(),
    ),
  );
}
