import type { CommandSpec } from '#shared/domain/command';
import { readEach } from '../lib/each';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { parseSmartctl } from './parse-smartctl';

/** `-n standby` leaves a sleeping disk asleep. Its exit status is a bit mask, kept with each disk. */
const smartctl: CommandSpec = {
  id: 'smartctl',
  argv: ['smartctl', '-j', '-x', '-n', 'standby', '{}'],
  forEach: '/dev/sd[a-z] /dev/sd[a-z][a-z] /dev/nvme[0-9] /dev/nvme[0-9][0-9]',
  privilege: 'root',
  timeoutMs: 30_000,
  maxOutputBytes: 8 * 1024 * 1024,
};

export const diskHealthProbe = defineProbe({
  id: 'disk-health',
  commands: [smartctl],
  sources: { '': 'smartctl' },
  parse(outputs) {
    const output = readCommand(outputs, smartctl);
    const text = outputs[smartctl.id]?.stdout ?? '';
    const asked = readEach(text);
    // Of a long row of disks, those that answered before time was up are good to know.
    if (isProblem(output) && (asked.length === 0 || (output.state !== 'timeout' && output.state !== 'hung')))
      return output;
    if (asked.length === 0) {
      if (text.trim() === '') return { state: 'ok', facts: { disks: [] } };
      const disk = parseSmartctl(text, '');
      return disk || isProblem(output)
        ? { state: 'ok', facts: { disks: disk ? [disk] : [] } }
        : unparsable(smartctl, output);
    }
    const disks = asked.flatMap(({ path, output: printed, exitCode }) => {
      const disk = parseSmartctl(printed, path, exitCode);
      return disk ? [disk] : [];
    });
    if (disks.length === 0) return isProblem(output) ? output : unparsable(smartctl, output);
    return isProblem(output)
      ? { state: 'ok', facts: { disks }, reason: output.reason }
      : { state: 'ok', facts: { disks } };
  },
});
