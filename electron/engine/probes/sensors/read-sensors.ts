import type { SensorsFacts } from '#shared/domain/facts/power';
import { isObject, linesOf, readJson, readPathValues } from '../lib/lines';

type Chip = SensorsFacts['chips'][number];
type Reading = Chip['readings'][number];
/** One feature's sub-features by the end of their names: `input`, `max`, `crit`, `alarm` … */
type Feature = { readonly name: string; readonly label: string; readonly values: ReadonlyMap<string, number> };

const kinds: Readonly<Record<string, Reading['kind']>> = {
  temp: 'temperature',
  fan: 'fan',
  in: 'voltage',
  curr: 'current',
  power: 'power',
  humidity: 'humidity',
};

function toReading({ name, label, values }: Feature): Reading | null {
  const kind = kinds[/^[a-z]+/.exec(name)?.[0] ?? ''];
  const value = values.get('input') ?? values.get('average');
  if (kind === undefined || value === undefined) return null;
  const isUnset = kind === 'voltage' && values.get('min') === 0 && values.get('max') === 0;
  const limit = (end: string) => {
    const number = values.get(end);
    if (number === undefined || isUnset) return null;
    // Drives without a limit answer 65261.85 °C or absolute zero.
    return kind === 'temperature' && (number > 1000 || number < -270) ? null : number;
  };
  const alarms = ['alarm', 'max_alarm', 'min_alarm', 'crit_alarm'].flatMap((end) => values.get(end) ?? []);
  return {
    label,
    kind,
    value: Number.isFinite(value) ? value : null,
    minimum: limit('min'),
    maximum: limit('max'),
    critical: limit('crit'),
    isAlarm: alarms.length > 0 ? alarms.some((alarm) => alarm === 1) : null,
  };
}

function toChip(name: string, features: readonly Feature[]): Chip {
  return { name, readings: features.flatMap((feature) => toReading(feature) ?? []) };
}

const chipName = /^\S{1,60}-(?:isa|pci|virtual|acpi|i2c|hid|mdio|scsi|spi|sdio)-[0-9a-f-]{1,12}$/;

/**
 * `{"coretemp-isa-0000": {"Adapter": "ISA adapter", "Core 0": {"temp2_input": 75.0, "temp2_max": 82.0}}}`. Some drivers make
 * `sensors` print NaN or a comma too many, which are no JSON.
 */
export function readSensorsJson(text: string): Chip[] | null {
  if (!text.trimStart().startsWith('{')) return null;
  const document =
    readJson(text) ?? readJson(text.replace(/:\s{0,4}-?nan\b/gi, ': null').replace(/,(\s{0,200}[}\]])/g, '$1'));
  if (!isObject(document)) return null;
  const chips = Object.entries(document).flatMap(([name, chip]) => {
    if (!chipName.test(name) || !isObject(chip)) return [];
    const features = Object.entries(chip).flatMap(([label, values]): Feature[] => {
      if (!isObject(values)) return [];
      const numbers = new Map<string, number>();
      let feature = '';
      for (const [key, value] of Object.entries(values)) {
        const match = /^([a-z]+\d{1,4})_([a-z_]{1,40})$/.exec(key);
        if (!match) continue;
        feature = match[1] ?? '';
        if (typeof value === 'number') numbers.set(match[2] ?? '', value);
        else if (match[2] === 'input') numbers.set('input', Number.NaN);
      }
      return [{ name: feature, label: label.trim(), values: numbers }];
    });
    return [toChip(name, features)];
  });
  return chips.length > 0 ? chips : null;
}

/** `sensors -u`: the chip, `Adapter: …` unless -A left it away, then `Core 0:` and `  temp2_input: 75.000`. */
export function readSensorsText(text: string): Chip[] | null {
  const chips: Array<{ name: string; features: Array<{ name: string; label: string; values: Map<string, number> }> }> =
    [];
  for (const line of linesOf(text, 300)) {
    if (chipName.test(line)) {
      chips.push({ name: line, features: [] });
      continue;
    }
    const features = chips.at(-1)?.features;
    if (!features) continue;
    const value = /^ {2}([a-z]+\d{1,4})_([a-z_]{1,40}): (-?\d{1,12}\.\d{1,6}|-?nan)$/.exec(line);
    const feature = features.at(-1);
    if (value && feature) {
      feature.name = value[1] ?? '';
      feature.values.set(value[2] ?? '', Number(value[3]));
    } else if (/^.{1,80}:$/.test(line)) features.push({ name: '', label: line.trim().slice(0, -1), values: new Map() });
  }
  return chips.length > 0 ? chips.map(({ name, features }) => toChip(name, features)) : null;
}

/** What a unit of each file is (Documentation/hwmon/sysfs-interface): m°C, mV, mA, µW, thousandths of a percent. */
const fileScale: Readonly<Record<string, number>> = {
  temp: 1e3,
  fan: 1,
  in: 1e3,
  curr: 1e3,
  power: 1e6,
  humidity: 1e3,
};

/** `/sys/class/hwmon/hwmon0/temp1_input:55000`, with the label in a file of its own. */
export function readHwmon(text: string): Chip[] | null {
  const folders = new Map<string, Map<string, string>>();
  for (const [path, value] of readPathValues(text)) {
    const match = /^(.{0,200}\/hwmon\d{1,4})\/([a-z]+\d{1,4}_[a-z_]{1,40}|name)$/.exec(path);
    if (!match) continue;
    const files = folders.get(match[1] ?? '') ?? new Map<string, string>();
    folders.set(match[1] ?? '', files.set(match[2] ?? '', value));
  }
  const chips = [...folders].map(([folder, files]) => {
    const name = files.get('name') ?? (/[^/]*$/.exec(folder)?.[0] || folder);
    const features = new Map<string, { name: string; label: string; values: Map<string, number> }>();
    for (const [file, value] of files) {
      const match = /^(([a-z]+)\d{1,4})_([a-z_]{1,40})$/.exec(file);
      const scale = fileScale[match?.[2] ?? ''];
      if (!match || scale === undefined) continue;
      const key = match[1] ?? '';
      const feature = features.get(key) ?? { name: key, label: key, values: new Map<string, number>() };
      features.set(key, feature);
      const end = match[3] ?? '';
      if (end === 'label') feature.label = value;
      else if (/^-?\d{1,12}$/.test(value)) feature.values.set(end, Number(value) / (end.endsWith('alarm') ? 1 : scale));
    }
    return toChip(name, [...features.values()]);
  });
  const found = chips.filter(({ readings }) => readings.length > 0);
  return found.length > 0 ? found : null;
}
