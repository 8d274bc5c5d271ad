/**
 * How long real tools take on a healthy node of eight GPUs, in ms, where that is more than a fork. First match wins. No node
 * was measured for it; each number says what it rests on.
 */
const paces: ReadonlyArray<readonly [call: RegExp, ms: number]> = [
  // With persistence mode on, eight GPUs take the driver library some 0.3 s to open; the report asks each for about 200
  // values, the matrix each pair. Without persistence mode it would be tens of seconds.
  [/^nvidia-smi (-q -x|-x -q)/, 1200],
  [/^nvidia-smi topo/, 1000],
  [/^nvidia-smi (nvlink|mig|vgpu|conf-compute)/, 500],
  [/^nvidia-smi/, 300],
  // Python starts and loads the library; dcgmi asks a daemon that has everything open.
  [/^(amd-smi|rocm-smi)/, 400],
  [/^dcgmi/, 300],
  // A BMC answers some messages in a hundredth of a second. Reports of `ipmitool sdr` go from 0.4 s (iLO 4 over the network,
  // 17 sensors) to 8 s (telegraf's pull request 2818, over the node's own driver): two or three messages a sensor, of which
  // there are more than a hundred. The log takes one an entry and the records of its sensors, the parts one for each 16
  // to 32 bytes of their memories, and the rest a handful.
  [/^ipmitool .*(sdr|sensor)/, 2500],
  [/^ipmitool .*sel e?list/, 1500],
  [/^ipmitool .*fru/, 1000],
  [/^ipmitool/, 300],
  // Small programs that read a table of the firmware, a device or a daemon's answer.
  [/^lspci .*-v/, 300],
  [/^(dmidecode|nvme|docker|podman|nvidia-ctk|journalctl|dpkg-query)/, 100],
  // A disk answers when its queue lets it; the others start an interpreter or read a large list of packages.
  [/^(smartctl|apt|dnf|rpm|conda|kubectl|scontrol)/, 300],
  // A client of Ceph loads Python and authenticates with a monitor before it asks.
  [/^ceph/, 500],
  // A drive or a changer that moves nothing.
  [/^(mt|mtx|sg_logs)/, 1000],
];

/** What this call takes on a real node; 0 for what is quick there as well. */
export function realPaceMs(tool: string, args: readonly string[]): number {
  const call = [tool, ...args].join(' ');
  return paces.find(([pattern]) => pattern.test(call))?.[1] ?? 0;
}
