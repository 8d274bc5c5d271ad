import type { CommandSpec } from '#shared/domain/command';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { blankSettings, chosenStatistics, type EthernetSettings, readEthtool } from './parse-ethtool';

/**
 * One interface a function of the PCI bus: bridges and the pairs of containers have no hardware to set, virtual functions
 * hundreds of times the same. Of InfiniBand (link type 32) the RDMA device tells the rest.
 */
const script = `command -v ethtool >/dev/null 2>&1 || exit 127
for device in /sys/class/net/*/device; do
  [ -e "$device" ] && ! [ -e "$device/physfn" ] || continue
  name=\${device%/device} name=\${name##*/} type=
  echo "==> $name"
  ethtool "$name" 2>/dev/null
  ethtool -i "$name" 2>/dev/null
  read -r type <"/sys/class/net/$name/type"
  [ "$type" = 32 ] && continue
  for what in -a -g --show-fec; do ethtool "$what" "$name" 2>/dev/null; done
  echo 'NIC statistics:'
  ethtool -S "$name" 2>/dev/null | grep -E '^ *(${chosenStatistics}):'
done
echo 'ethtool:end'`;
const ethtool: CommandSpec = { id: 'ethtool', argv: ['sh', '-c', script], timeoutMs: 10_000 };

export const ethernetSettingsProbe = defineProbe({
  id: 'ethernet-settings',
  commands: [ethtool],
  sources: { '': 'ethtool' },
  parse(outputs) {
    const output = readCommand(outputs, ethtool);
    if (isProblem(output)) return output;
    const { stdout } = output;
    // What ethtool prints by hand has no frame of ours.
    const parts =
      stdout.startsWith('==> ') || stdout.startsWith('ethtool:end') ? frames(stdout) : [['', stdout] as const];
    const interfaces: EthernetSettings[] = [];
    for (const [name, text] of parts ?? []) {
      const settings = blankSettings(name || (/^Settings for ([^:\s]{1,64}):/m.exec(text)?.[1] ?? 'unknown'));
      // A card that ethtool can't say anything of is there all the same.
      if (readEthtool(settings, text) || name !== '') interfaces.push(settings);
    }
    if (!parts || (parts[0]?.[0] === '' && interfaces.length === 0)) return unparsable(ethtool, output);
    return { state: 'ok', facts: { interfaces } };
  },
});

/** Null: cut short. */
function frames(text: string): Array<readonly [name: string, text: string]> | null {
  if (!text.trimEnd().endsWith('ethtool:end')) return null;
  return text
    .split(/^==> /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return [end < 0 ? part.trim() : part.slice(0, end).trim(), end < 0 ? '' : part.slice(end + 1)] as const;
    })
    .filter(([name]) => name !== '');
}
