/**
 * How long real tools take on a healthy node, in ms, where that is more than a fork: the low ends of what was seen on nodes
 * of eight GPUs with persistence mode on. First match wins.
 */
const paces: ReadonlyArray<readonly [call: RegExp, ms: number]> = [
  [/^nvidia-smi (-q -x|-x -q)/, 1200],
  [/^nvidia-smi topo/, 1000],
  [/^nvidia-smi (nvlink|mig|vgpu|conf-compute)/, 500],
  [/^nvidia-smi/, 300],
  [/^(amd-smi|rocm-smi)/, 400],
  [/^dcgmi/, 300],
  [/^ipmitool .*(sdr|sensor)/, 2500],
  [/^ipmitool .*sel /, 1500],
  [/^ipmitool/, 300],
  [/^lspci .*-v/, 300],
  [/^(dmidecode|nvme|docker|podman|nvidia-ctk|journalctl|dpkg-query)/, 100],
  [/^(smartctl|apt|dnf|rpm|conda|kubectl|scontrol)/, 300],
  [/^ceph/, 500],
  [/^(mt|mtx|sg_logs)/, 1000],
];

/** What this call takes on a real node; 0 for what is quick there as well. */
export function realPaceMs(tool: string, args: readonly string[]): number {
  const call = [tool, ...args].join(' ');
  return paces.find(([pattern]) => pattern.test(call))?.[1] ?? 0;
}
