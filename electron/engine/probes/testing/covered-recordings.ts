import type { ProbeId } from '#shared/domain/facts/index';

/** What of the recordings each probe reads, by its main command; the tests beside each probe look at the facts. */
export const coveredRecordings: Readonly<Partial<Record<ProbeId, readonly RegExp[]>>> = {
  os: [/^host\/(os-release|uname-a)__/],
  'gpu-list': [/^gpu-nvidia\/nvidia-smi-L__/],
  gpu: [
    /^gpu-nvidia\/nvidia-smi-(q|qx|query-gpu|query-gpu-all|q-d-page-retirement)__/,
    /^gpu-nvidia\/nvidia-smi__(?!driver-library|unable)/,
  ],
  cpu: [/^host\/(lscpu|proc-cpuinfo)__/],
  memory: [/^host\/(proc-meminfo|free|free-h|free-w)__/],
  'gpu-processes': [/^gpu-nvidia\/nvidia-smi-(query-compute-apps|pmon)__/],
  processes: [/^host\/top-b-n1__/],
  machine: [/^host\/dmidecode__/],
  'memory-modules': [/^host\/dmidecode__(centos-7|ubuntu-18)/],
  edac: [/^kernel-log\/sysfs-edac__/],
  sensors: [/^power-cooling\/(sensors-A-u|sensors-u|sysfs-hwmon)__/],
  ups: [/^power-cooling\/(upsc|apcaccess-status)__/],
  bmc: [/^power-cooling\/ipmitool-dcmi-power-reading__/],
  'bmc-sensors': [/^power-cooling\/(ipmitool-sdr|ipmi-sensors-csv)__/],
  numa: [/^host\/numactl-H__/],
  pci: [/^host\/lspci-/, /^fabric\/sysfs-tree__(gpu-node-good|compute)/],
  'gpu-topology': [/^gpu-nvidia\/nvidia-smi-topo-m__/],
  'gpu-kernel-log': [/^kernel-log\/(?!sysfs-edac)/],
  'block-devices': [/^storage\/lsblk/],
  'file-systems': [/^storage\/(df|df-h|df-alP|df-li|findmnt-J|mount)__/],
  nvme: [/^storage\/(nvme-list|nvme-smart-log|sysfs-class-nvme)/],
  'disk-health': [/^storage\/smartctl-(a|j|x)/],
  raid: [/^storage\/(proc-mdstat|mdadm-detail|zpool|storcli|lvs|multipath)/],
  ceph: [/^storage\/ceph-(status|df|osd-df|osd-tree)/],
  nfs: [/^storage\/proc-(self-mountstats|net-rpc-nfsd)/],
  tape: [/^storage\/(lsscsi|mtx|sysfs-scsi-tape)/],
  network: [/^fabric\/(ip-j-link|proc-net-bonding)__/],
  'ethernet-settings': [/^fabric\/(ethtool|ethtool-i|ethtool-S)__/],
  'network-modules': [/^fabric\/ethtool-m__/],
  gpudirect: [/^software\/gdscheck-p__/],
  rdma: [/^fabric\/(sysfs-class-infiniband|ibstat|ibstatus|ibv_devinfo|rdma-link)__/],
  docker: [/^software\/docker-info(-text)?__/],
  'kernel-modules': [/^host\/(proc-modules|lsmod)__/],
  packages: [/^software\/dpkg-l__/],
  services: [/^software\/systemctl-show__/],
  'time-sync': [/^host\/(chronyc-tracking|timedatectl)__/],
  'python-environments': [/^software\/pip-list/],
  containers: [/^software\/podman-ps/],
  cluster: [/^software\/slurm-rest-nodes__/],
};

/** Recordings of a tool that says what is wrong in place of a report, and how the probe tells it. */
export const spokenRecordings: ReadonlyArray<{ pattern: RegExp; probeId: ProbeId; reason: string }> = [
  { pattern: /^gpu-nvidia\/nvidia-smi__driver-library/, probeId: 'gpu', reason: 'probes.driverLibraryMismatch' },
  { pattern: /^gpu-nvidia\/nvidia-smi__unable/, probeId: 'gpu', reason: 'probes.gpuHandle' },
];
