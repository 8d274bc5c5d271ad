import type { NodeModel } from '../model/node-model';
import { cpuTemperatureC, nodePowerW } from '../model/platform-state';
import { platformOf } from '../profiles/platform';
import { machineSerial } from './dmidecode';
import { failed, lines, optionValue, printed, type Tool } from './tool';

/** upsc of NUT 2.8: `-l`, and all variables of one UPS. */
export const upsc: Tool = (model, args) => {
  const platform = platformOf(model.profile);
  const ups = platform?.ups;
  if (!platform || !ups) return failed(1, 'Error: Connection failure: Connection refused\n');
  if (args.includes('-l') || args.includes('-L')) return printed(`${ups.name}\n`);
  const name = (args.find((arg) => !arg.startsWith('-')) ?? '').replace(/@localhost$/, '');
  if (name !== ups.name) return failed(1, 'Error: Unknown UPS\n');
  const watts = nodePowerW(model, platform);
  const load = Math.min(100, Math.round((watts / ups.nominalPowerW) * 100));
  return printed(
    lines(
      'battery.charge: 100',
      'battery.charge.low: 10',
      'battery.date: 2024-03-11',
      `battery.runtime: ${Math.round((ups.nominalPowerW / Math.max(1, watts)) * 420)}`,
      'battery.type: PbAc',
      'battery.voltage: 54.4',
      `device.mfr: ${ups.manufacturer}`,
      `device.model: ${ups.model}`,
      `device.serial: AS${machineSerial(model).slice(0, 10)}`,
      'device.type: ups',
      'driver.name: usbhid-ups',
      'input.voltage: 231.8',
      'output.voltage: 231.8',
      'ups.firmware: UPS 09.3 / ID=18',
      `ups.load: ${load}`,
      `ups.realpower: ${watts}`,
      `ups.realpower.nominal: ${ups.nominalPowerW}`,
      'ups.status: OL',
      'ups.temperature: 29.2',
    ),
  );
};

interface Chip {
  readonly name: string;
  readonly features: ReadonlyArray<readonly [label: string, values: Readonly<Record<string, number>>]>;
}

function chips(model: NodeModel): Chip[] {
  const { cpu } = model.profile;
  const platform = platformOf(model.profile);
  if (!platform) return [];
  return Array.from({ length: cpu.sockets }, (_, socket) => {
    const value = cpuTemperatureC(model, platform, socket);
    return cpu.vendorId === 'GenuineIntel'
      ? {
          name: `coretemp-isa-${String(socket).padStart(4, '0')}`,
          features: [
            [`Package id ${socket}`, { temp1_input: value, temp1_max: 83, temp1_crit: 93, temp1_crit_alarm: 0 }],
          ] as const,
        }
      : { name: `k10temp-pci-00c${3 + socket * 8}`, features: [['Tctl', { temp1_input: value }]] as const };
  });
}

/** sensors of lm-sensors 3.6: `-j` and `-u`. */
export const sensors: Tool = (model, args) => {
  const found = chips(model);
  if (found.length === 0) return failed(1, 'No sensors found!\n');
  if (args.includes('-j')) {
    const document = Object.fromEntries(
      found.map(({ name, features }) => [name, { Adapter: 'ISA adapter', ...Object.fromEntries(features) }]),
    );
    return printed(`${JSON.stringify(document, null, 3)}\n`);
  }
  return printed(
    found
      .map(({ name, features }) =>
        lines(
          name,
          'Adapter: ISA adapter',
          ...features.flatMap(([label, values]) => [
            `${label}:`,
            ...Object.entries(values).map(([key, value]) => `  ${key}: ${value.toFixed(3)}`),
          ]),
          '',
        ),
      )
      .join(''),
  );
};

/** The key that asks for enrollment is told by its path; the firmware's own screen would enroll it. */
export const mokutil: Tool = (model, args, { uid, files }) => {
  const platform = platformOf(model.profile);
  if (!platform) return failed(255, 'EFI variables are not supported on this system\n');
  const { settings } = model;
  const key = optionValue(args, '--test-key') ?? optionValue(args, '--import');
  if (key !== undefined && files?.read(key) == null)
    return failed(255, `Failed to open ${key}: No such file or directory\n`);
  if (args.includes('--test-key')) {
    if (settings.enrolledKeys.has(key ?? '')) return failed(1, '', `${key} is already enrolled\n`);
    if (settings.requestedKey === key) return failed(1, '', `${key} is already in the enrollment request\n`);
    return printed(`${key} is not enrolled\n`);
  }
  if (args.includes('--list-new'))
    return settings.requestedKey === null ? failed(1, 'MokNew is empty\n') : printed('[key 1]\n');
  if (args.includes('--import') || args.includes('--revoke-import')) {
    if (uid !== 0) return failed(255, 'This command requires root privilege\n');
    settings.requestedKey = args.includes('--import') ? (key ?? null) : null;
    return printed('');
  }
  return printed(`SecureBoot ${platform.isSecureBootOn ? 'enabled' : 'disabled'}\n`);
};
