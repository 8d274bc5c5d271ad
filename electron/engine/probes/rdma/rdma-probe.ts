import type { CommandSpec } from '#shared/domain/command';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { parseInfinibandClass } from './parse-infiniband-class';
import { parseIbstat, parseIbstatus, parseIbvDevinfo, parseRdmaLink } from './parse-rdma-tools';

/** Ports that a firmware manages answer reads with EINVAL: grep skips those. */
const script = `[ -d /sys/class/infiniband ] || { echo 'rdma:none'; exit 0; }
cd /sys/class/infiniband || exit 1
grep -sH '' */fw_ver */board_id */node_guid */device/numa_node */ports/*/state */ports/*/phys_state \\
  */ports/*/rate */ports/*/link_layer */ports/*/lid */ports/*/gid_attrs/ndevs/0
grep -sH 'PCI_SLOT_NAME=' */device/uevent
for netdev in */device/net/*; do [ -e "$netdev" ] && echo "$netdev/dev_port:$(cat "$netdev/dev_port" 2>/dev/null)"; done
echo 'rdma:end'`;
const sysfs: CommandSpec = { id: 'sysfs-infiniband', argv: ['sh', '-c', script] };

export const rdmaProbe = defineProbe({
  id: 'rdma',
  commands: [sysfs],
  sources: { '': 'sysfs-infiniband' },
  parse(outputs) {
    const output = readCommand(outputs, sysfs);
    if (isProblem(output)) return output;
    if (output.stdout.trim() === 'rdma:none') return { state: 'ok', facts: { devices: [] } };
    const devices =
      parseInfinibandClass(output.stdout) ??
      parseIbstat(output.stdout) ??
      parseIbstatus(output.stdout) ??
      parseIbvDevinfo(output.stdout) ??
      parseRdmaLink(output.stdout);
    return devices ? { state: 'ok', facts: { devices } } : unparsable(sysfs, output);
  },
});
