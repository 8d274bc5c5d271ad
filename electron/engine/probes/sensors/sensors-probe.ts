import type { CommandSpec } from '#shared/domain/command';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { readHwmon, readSensorsJson, readSensorsText } from './read-sensors';

/** lm-sensors before 3.5 knows no `-j`; without it the kernel's own files say the same, in thousandths. */
const script = `{ sensors -j 2>/dev/null || sensors -u 2>/dev/null ||
  grep -sH '' /sys/class/hwmon/hwmon[0-9]*/name /sys/class/hwmon/hwmon[0-9]*/temp[0-9]*_* /sys/class/hwmon/hwmon[0-9]*/fan[0-9]*_* \\
  /sys/class/hwmon/hwmon[0-9]*/in[0-9]*_* /sys/class/hwmon/hwmon[0-9]*/curr[0-9]*_* /sys/class/hwmon/hwmon[0-9]*/power[0-9]*_*; }
echo 'sensors:end'`;
const sensors: CommandSpec = { id: 'sensors', argv: ['sh', '-c', script], timeoutMs: 10_000 };

export const sensorsProbe = defineProbe({
  id: 'sensors',
  commands: [sensors],
  sources: { '': 'sensors' },
  parse(outputs) {
    const output = readCommand(outputs, sensors);
    if (isProblem(output)) return output;
    const isWhole = /^sensors:end\s*$/m.test(output.stdout);
    const text = output.stdout.replace(/^sensors:end\s*$/m, '');
    const chips = readSensorsJson(text) ?? readSensorsText(text) ?? readHwmon(text);
    if (chips) return { state: 'ok', facts: { chips } };
    // Nothing was said by any of them: a machine without sensors, as most virtual ones are.
    return isWhole && text.replace(/[{}\s]/g, '') === ''
      ? { state: 'ok', facts: { chips: [] } }
      : unparsable(sensors, output);
  },
});
