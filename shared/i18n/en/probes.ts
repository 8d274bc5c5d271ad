export const probes = {
  // Why a probe has no facts.
  missingTool: '{{tool}} is not installed on this node, or not on its PATH.',
  denied:
    '{{tool}} needs root and there is no passwordless sudo for it. This sudoers line would allow exactly this command: {{sudoers}}',
  notExecutable: '{{tool}} is there but may not be executed.',
  timeout: '{{tool}} did not finish within {{seconds}} s and was ended.',
  hung: '{{tool}} did not finish and could not be ended. It is left alone and not started again until it is gone.',
  skippedAfterHang: '{{tool}} was not started because earlier calls of the same tool did not end on this node.',
  cancelled: '{{tool}} was cancelled.',
  connectionLost: 'The connection was lost while {{tool}} ran.',
  notRun: '{{tool}} was not run.',
  exitCode: '{{tool}} ended with exit code {{exitCode}}.',
  exitCodeDetail: '{{tool}} ended with exit code {{exitCode}}: {{detail}}',
  unparsable: 'The output of {{tool}} could not be understood.',
  truncated: 'The output of {{tool}} is cut short.',
  parserFailed: 'The parser of {{probe}} failed. The raw output is kept as evidence.',
  collectionCut: 'The collection ends before {{tool}} was done. Collect again for the rest.',
  notInBundle: '{{probe}} is not part of this offline collection.',

  // What nvidia-smi and the driver say is wrong.
  driverLibraryMismatch:
    'Driver/library version mismatch: the loaded NVIDIA kernel module is of another version than the user-space libraries. Usually the driver was updated and the node not rebooted.',
  driverNotRunning: 'nvidia-smi cannot reach the NVIDIA driver: the kernel module is not loaded or does not run.',
  nvmlLibraryMissing: 'nvidia-smi cannot find the NVML library (libnvidia-ml) on this node.',
  nvmlNoPermission: 'The driver refused this query: insufficient permissions.',
  nvmlInit: 'NVML could not be initialised: {{detail}}',
  noDevices: 'The driver runs but finds no NVIDIA GPU.',
  gpuLost: 'A GPU is lost: it has fallen off the bus or is otherwise inaccessible.',
  gpuHandle: 'The driver cannot get hold of GPU {{pciBusId}}: {{detail}}',
  powerCables: "A GPU's external power cables are not attached properly.",
  gpuInterrupts: 'The kernel reports an interrupt problem with a GPU.',
  infoRomCorrupt: 'The InfoROM of a GPU is corrupt.',
  unknownField: 'This nvidia-smi does not know the field {{field}}.',
  gpusMissing: 'The driver counts {{attached}} GPUs but reports {{listed}}.',
  amdGroups: 'This user may not open AMD GPUs. Membership of the groups render and video is enough.',
  amdDriverNotLoaded: 'The amdgpu kernel driver is not loaded.',
  amdNoDevices: 'The tool runs but finds no AMD GPU.',
  kernelModuleNotLoaded: 'The NVIDIA kernel module is not loaded.',

  // The others.
  journalDenied: 'This user may not read the system journal. Membership of the group systemd-journal or adm is enough.',
  journalEmpty: 'The journal of this node keeps no kernel messages.',
  dmesgDenied: 'This user may not read the kernel log (kernel.dmesg_restrict).',
  dmesgEmpty: 'The kernel log could not be read.',
  dockerDenied:
    'This user may not talk to the Docker daemon. Membership of the group docker is enough, and is as good as root.',
  dockerNotRunning: 'The Docker daemon does not answer.',
  qosUnknown:
    'Of some RoCE interfaces neither mlnx_qos nor dcb tells the priority flow control: their PFC and trust are not known.',
  addressesUnknown: 'The ip tool is missing or too old: interfaces come from sysfs, addresses are not known.',
  systemdNotRunning: 'This node does not run systemd (a container, or another init), so its services are not known.',
  noTimeService: 'No time service was found running. That alone does not make the clock wrong.',
  timeServiceSilent: 'The time service is installed and does not answer.',
  slurmSilent: 'This node runs slurmd, but the Slurm controller did not say what it knows of it.',
  environmentsCut:
    'Reading the Python environments took too long: those found until then are shown, others may be missing.',
  homesUnreadable:
    'Environments in {{count}} home folders are not known: this login may not look into them. They are told where their Python runs.',
  networkMountsUnmeasured: 'Some network file systems did not answer in time and are listed without sizes.',
  raidControllerUnread:
    'There is a RAID controller ({{controller}}) and no tool that could be asked about it (storcli or perccli): disks and volumes behind it are not known.',
  raidControllerSilent:
    'There is a RAID controller ({{controller}}), and {{tool}} told nothing of it: disks and volumes behind it are not known.',
  changerNotOpen:
    'This user may not open the tape library at {{device}}. Membership of the group tape is enough; or load the kernel module ch and allow mtx with sudo.',
  cephNoQuorum: 'ceph found no quorum of monitors within its time.',
  cephNoKeyring: 'This user may read no Ceph keyring. A keyring of its own, or sudo for ceph, is enough.',
  cephNotSetUp: 'ceph is installed, but this node is not set up for any cluster.',
  noFirmwareTable:
    'This machine has no SMBIOS table, or none that can be read (a container, some virtual machines and small boards).',
  noMemoryModules: 'The firmware lists no memory modules.',
  upsServerSilent: 'The UPS server of this node does not answer: {{detail}}',
};
