import type { CommandSpec } from '#shared/domain/command';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { ethernetSettingsProbe } from '../../../probes/ethernet-settings/ethernet-settings-probe';
import { type SlowCollector, type SlowFrame, unknownIfNull } from './slow-collector';

const discardsLayout: readonly MetricId[] = ['network.receiveDiscards'];
const rdmaLayout: readonly MetricId[] = ['network.rdmaReceivedBytes', 'network.rdmaSentBytes'];

/** A few counters of each card that has them, in the form of the inventory's own script, which asks for much more. */
const script = `command -v ethtool >/dev/null 2>&1 || exit 127
for device in /sys/class/net/*/device; do
  [ -e "$device" ] && ! [ -e "$device/physfn" ] || continue
  name=\${device%/device} name=\${name##*/}
  echo "==> $name"
  echo 'NIC statistics:'
  ethtool -S "$name" 2>/dev/null | grep -E '^ *(rx_discards_phy|[rt]x_vport_rdma_unicast_bytes):'
done
echo 'ethtool:end'`;
const statistics: CommandSpec = { id: 'ethtool', argv: ['sh', '-c', script], timeoutMs: 10_000 };

/** What a card counts itself and /proc/net/dev does not have: packets that it dropped, and RDMA traffic (mlx5). */
export const cardCounters: SlowCollector = {
  id: 'card-counters',
  everyMs: 60_000,
  probes: [{ ...ethernetSettingsProbe, commands: [statistics] }],
  read: ({ facts }) =>
    (facts['ethernet-settings']?.interfaces ?? []).flatMap(({ name, counters }): SlowFrame[] => {
      const subject = { kind: 'network', id: name } as const;
      const { rx_discards_phy: discards, rx_vport_rdma_unicast_bytes: received } = counters;
      const sent = counters.tx_vport_rdma_unicast_bytes;
      return [
        ...(discards === undefined ? [] : [{ subject, layout: discardsLayout, values: [discards] }]),
        ...(received === undefined && sent === undefined
          ? []
          : [{ subject, layout: rdmaLayout, values: [received, sent].map(unknownIfNull) }]),
      ];
    }),
};
