import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { RdmaDevice } from '#shared/domain/facts/network';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { parseInfinibandClass } from './parse-infiniband-class';
import { parseIbstat, parseIbstatus, parseIbvDevinfo, parseRdmaLink } from './parse-rdma-tools';

/**
 * Ports that a firmware manages answer reads with EINVAL and fill the kernel log: after the first such read they are left alone,
 * and virtual functions have no counters of their own link. A port has up to 256 GIDs, most of them empty; a node's own
 * addresses are among the first.
 */
const script = `[ -d /sys/class/infiniband ] || { echo 'rdma:none'; exit 0; }
cd /sys/class/infiniband || exit 1
set --
for state in $(grep -sl '' */ports/*/state); do
  port=\${state%/state}
  set -- "$@" "$state" "$port/phys_state" "$port/rate" "$port/link_layer" "$port/lid" "$port/sm_lid" "$port/cap_mask"
  set -- "$@" "$port/gid_attrs/ndevs/0"
  [ -e "\${port%%/*}/device/physfn" ] && continue
  set -- "$@" "$port"/counters/* "$port"/hw_counters/*
  for folder in gids gid_attrs/types gid_attrs/ndevs; do
    set -- "$@" "$port/$folder"/[0-9] "$port/$folder"/[12][0-9]
  done
done
grep -sH '' */hca_type */fw_ver */board_id */node_guid */sys_image_guid */device/numa_node "$@"
grep -sH 'PCI_SLOT_NAME=' */device/uevent
for function in */device/physfn; do [ -e "$function" ] && echo "$function:yes"; done
for netdev in */device/net/*; do [ -e "$netdev" ] && echo "$netdev/dev_port:$(cat "$netdev/dev_port" 2>/dev/null)"; done
echo 'rdma:end'`;
const sysfs: CommandSpec = { id: 'sysfs-infiniband', argv: ['sh', '-c', script] };
/** The kernel's files tell no MTU. */
const verbs: CommandSpec = { id: 'ibv-devinfo', argv: ['ibv_devinfo'], timeoutMs: 5000 };
const system: CommandSpec = { id: 'rdma-system', argv: ['rdma', 'system', 'show'], timeoutMs: 5000 };

export const rdmaProbe = defineProbe({
  id: 'rdma',
  commands: [sysfs, verbs, system],
  sources: {
    '': 'sysfs-infiniband',
    'devices.ports.activeMtu': 'ibv-devinfo',
    'devices.ports.maxMtu': 'ibv-devinfo',
    isCopyOnFork: 'rdma-system',
  },
  parse(outputs) {
    const output = readCommand(outputs, sysfs);
    if (isProblem(output)) return output;
    if (output.stdout.trim() === 'rdma:none')
      return { state: 'ok', facts: { devices: [], ...copyOnFork(outputs[system.id]) } };
    const devices =
      parseInfinibandClass(output.stdout) ??
      parseIbstat(output.stdout) ??
      parseIbstatus(output.stdout) ??
      parseIbvDevinfo(output.stdout) ??
      parseRdmaLink(output.stdout);
    if (!devices) return unparsable(sysfs, output);
    addMtu(devices, outputs[verbs.id]);
    return { state: 'ok', facts: { devices, ...copyOnFork(outputs[system.id]) } };
  },
});

/** `netns shared copy-on-fork on`; an older iproute2 does not print it. */
function copyOnFork(output: CommandOutput | undefined): { isCopyOnFork?: boolean } {
  const word = output?.state === 'exited' ? /\bcopy-on-fork (on|off)\b/.exec(output.stdout)?.[1] : undefined;
  return word === undefined ? {} : { isCopyOnFork: word === 'on' };
}

function addMtu(devices: readonly RdmaDevice[], output: CommandOutput | undefined): void {
  const told = output?.state === 'exited' ? parseIbvDevinfo(output.stdout) : null;
  for (const device of devices) {
    const same = told?.find(({ name }) => name === device.name);
    for (const port of device.ports) {
      const other = same?.ports.find((one) => one.port === port.port);
      port.activeMtu ??= other?.activeMtu ?? null;
      port.maxMtu ??= other?.maxMtu ?? null;
    }
  }
}
