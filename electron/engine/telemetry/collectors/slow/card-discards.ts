import type { CommandSpec } from '#shared/domain/command';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { ethernetSettingsProbe } from '../../../probes/ethernet-settings/ethernet-settings-probe';
import type { SlowCollector } from './slow-collector';

const layout: readonly MetricId[] = ['network.receiveDiscards'];

/** One counter of each card that has it, in the form of the inventory's own script, which asks for much more. */
const script = `command -v ethtool >/dev/null 2>&1 || exit 127
for device in /sys/class/net/*/device; do
  [ -e "$device" ] && ! [ -e "$device/physfn" ] || continue
  name=\${device%/device} name=\${name##*/}
  echo "==> $name"
  echo 'NIC statistics:'
  ethtool -S "$name" 2>/dev/null | grep '^ *rx_discards_phy:'
done
echo 'ethtool:end'`;
const statistics: CommandSpec = { id: 'ethtool', argv: ['sh', '-c', script], timeoutMs: 10_000 };

/** Packets that a card dropped itself, which /proc/net/dev does not have. */
export const cardDiscards: SlowCollector = {
  id: 'card-discards',
  everyMs: 60_000,
  probes: [{ ...ethernetSettingsProbe, commands: [statistics] }],
  read: ({ facts }) =>
    (facts['ethernet-settings']?.interfaces ?? []).flatMap(({ name, counters }) => {
      const discards = counters.rx_discards_phy;
      return discards === undefined
        ? []
        : [{ subject: { kind: 'network' as const, id: name }, layout, values: [discards] }];
    }),
};
