import type { CommandSpec } from '#shared/domain/command';
import { integerOf, linesOf } from '../lib/lines';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { type RoceSettings, readDcb, readMlnxQos } from './parse-qos';

/** mlnx_qos is slow (Python), and dcb knows most of the same where it is not installed or does not know the card. */
const script = `[ -d /sys/class/infiniband ] || { echo 'roce:end'; exit 0; }
cd /sys/class/infiniband || exit 1
for device in *; do
  layer= name=
  [ -e "$device/device/physfn" ] && continue
  [ -e "$device/ports/1/link_layer" ] && read -r layer <"$device/ports/1/link_layer"
  [ "$layer" = Ethernet ] || continue
  [ -e "$device/ports/1/gid_attrs/ndevs/0" ] && read -r name 2>/dev/null <"$device/ports/1/gid_attrs/ndevs/0"
  for netdev in "$device"/device/net/*; do [ -n "$name" ] || ! [ -e "$netdev" ] || name=\${netdev##*/}; done
  [ -n "$name" ] || continue
  echo "==> $name $device"
  grep -sH '' "$device"/tc/1/traffic_class "/sys/class/net/$name"/ecn/roce_[nr]p/enable/[0-7] \\
    "/sys/class/net/$name/ecn/roce_np/cnp_dscp" "/sys/kernel/config/rdma_cm/$device"/ports/1/default_roce_*
  mlnx_qos -i "$name" 2>/dev/null && continue
  dcb -j pfc show dev "$name" 2>/dev/null && echo && dcb -j app show dev "$name" 2>/dev/null
  echo
done
echo 'roce:end'`;
const settings: CommandSpec = { id: 'roce-settings', argv: ['sh', '-c', script], timeoutMs: 15_000 };

export const roceSettingsProbe = defineProbe({
  id: 'roce-settings',
  commands: [settings],
  sources: { '': 'roce-settings' },
  parse(outputs) {
    const output = readCommand(outputs, settings);
    if (isProblem(output)) return output;
    if (!output.stdout.trimEnd().endsWith('roce:end')) return unparsable(settings, output);
    const interfaces = output.stdout.split(/^==> /m).slice(1).flatMap(readInterface);
    const isUntold = interfaces.some(({ tool }) => tool === null);
    return { state: 'ok', facts: { interfaces }, ...(isUntold ? { reason: { key: 'probes.qosUnknown' } } : {}) };
  },
});

function readInterface(text: string): RoceSettings[] {
  const head = /^([^\s/]{1,64}) (\w[\w.-]{0,40})\n/.exec(text);
  if (!head) return [];
  const found: RoceSettings = {
    name: head[1] ?? '',
    rdmaDevice: head[2] ?? '',
    tool: null,
    trust: null,
    isTrustInferred: false,
    pfcPriorities: null,
    dscpOfPriority: null,
    ecnNotificationPriorities: null,
    ecnReactionPriorities: null,
    cnpDscp: null,
    trafficClass: null,
    connectionManagerTos: null,
    connectionManagerMode: null,
  };
  for (const line of linesOf(text)) readFile(found, line);
  if (!readMlnxQos(found, text)) readDcb(found, text);
  return [found];
}

/** `/sys/class/net/ens1f0np0/ecn/roce_np/enable/3:1`, `mlx5_0/tc/1/traffic_class:Global tclass=106`. */
function readFile(found: RoceSettings, line: string): void {
  const ecn = /\/ecn\/roce_(np|rp)\/enable\/([0-7]):([01])$/.exec(line);
  if (ecn) {
    const name = ecn[1] === 'np' ? 'ecnNotificationPriorities' : 'ecnReactionPriorities';
    found[name] ??= [];
    if (ecn[3] === '1') found[name].push(Number(ecn[2]));
  }
  found.cnpDscp ??= integerOf(/\/ecn\/roce_np\/cnp_dscp:(\d{1,2})$/.exec(line)?.[1]);
  found.trafficClass ??= integerOf(/\/tc\/1\/traffic_class:(?:Global tclass=)?(\d{1,3})$/.exec(line)?.[1]);
  found.connectionManagerTos ??= integerOf(/\/default_roce_tos:(\d{1,3})$/.exec(line)?.[1]);
  found.connectionManagerMode ??= /\/default_roce_mode:([\w/ ]{1,30})$/.exec(line)?.[1]?.trim() || null;
}
