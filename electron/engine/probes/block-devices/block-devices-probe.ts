import type { CommandSpec } from '#shared/domain/command';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { parseLsblk } from './parse-lsblk';

/** MOUNTPOINTS came with util-linux 2.37; -J with 2.27. */
const script = `command -v lsblk >/dev/null 2>&1 || exit 127
columns=NAME,TYPE,SIZE,MODEL,SERIAL,ROTA,TRAN,FSTYPE
lsblk -J -b -o "$columns,MOUNTPOINTS" 2>/dev/null ||
  lsblk -J -b -o "$columns,MOUNTPOINT" 2>/dev/null ||
  lsblk -P -b -o "$columns,MOUNTPOINT,PKNAME"`;
const lsblk: CommandSpec = { id: 'lsblk', argv: ['sh', '-c', script], timeoutMs: 5000 };

export const blockDevicesProbe = defineProbe({
  id: 'block-devices',
  commands: [lsblk],
  sources: { '': 'lsblk' },
  parse(outputs) {
    const output = readCommand(outputs, lsblk);
    if (isProblem(output)) return output;
    const devices = parseLsblk(output.stdout);
    return devices ? { state: 'ok', facts: { devices } } : unparsable(lsblk, output);
  },
});
