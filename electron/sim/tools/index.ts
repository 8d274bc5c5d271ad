import { installedDriver } from '../model/kernel-modules';
import type { NodeModel } from '../model/node-model';
import { platformOf } from '../profiles/platform';
import type { NodeProfile } from '../profiles/profile';
import { amdSmi, rocmSmi } from './amd-smi';
import { aptCache, aptGet, aptMark, dpkg } from './apt';
import { cmpDevice, mkfsXfs, wipefs } from './block-devices';
import { kubectl, runuser, setpci, sysfs, visudo } from './by-hand';
import { ceph } from './ceph';
import { conda, condaPython } from './conda';
import { docker, dockerd, nvidiaContainerCli, nvidiaCtk } from './containers';
import { lscpu, numactl } from './cpu';
import { curl } from './curl';
import { dcgmi } from './dcgmi';
import { dmidecode } from './dmidecode';
import { dnf } from './dnf';
import { ss } from './docker-containers';
import { ethtool } from './ethtool';
import { dcb, gdscheck, ibvDevinfo, mlnxQos, ofedInfo } from './fabric';
import * as identity from './identity';
import { gpg } from './internet';
import { ipmitool } from './ipmitool';
import { dmesg, journalctl } from './kernel';
import { dkms, grubby, lsmod, makeInitramfs, modinfo, modprobe, rmmod, updateGrub } from './kernel-modules';
import { lsblk } from './lsblk';
import { lspci } from './lspci';
import { mount, statFs, umount } from './mount';
import { ibdev2netdev, ibstat, ip, rdma } from './network';
import { nvidiaSmi } from './nvidia-smi';
import { dpkgQuery, rpm } from './packages';
import { mokutil, sensors, upsc } from './power';
import { fuser, kill, lsof, pgrep } from './processes';
import { ps } from './ps';
import { lvs, mdadm } from './raid';
import { nvme, smartctl } from './smart';
import * as software from './software';
import { df, findmnt } from './storage';
import { sysctl } from './sysctl';
import { systemctl } from './systemctl';
import { lsscsi, mt, mtx } from './tape';
import { failed, type Tool, type ToolContext, type ToolOutput } from './tool';
import { wget } from './wget';

const always = (): boolean => true;
/** A headless driver leaves its tools to a package of their own. */
const hasDriver = (_: NodeProfile, model: NodeModel): boolean => {
  const names = [...model.software.packages.keys()];
  const has = (name: RegExp) => names.some((one) => name.test(one));
  return installedDriver(model) !== null && (!has(/^nvidia-headless-/) || has(/^nvidia-utils-/));
};
const hasAmdDriver = (profile: NodeProfile): boolean => profile.amdDriver !== undefined;
const hasRdma = (profile: NodeProfile): boolean => profile.nics.some((nic) => nic.rdmaDevice !== null);
const hasOfed = (profile: NodeProfile): boolean => Boolean(profile.fabric?.ofedVersion);
const hasToolkit = (profile: NodeProfile): boolean => (profile.docker?.toolkitVersion ?? null) !== null;
const hasNvme = (profile: NodeProfile): boolean => profile.disks.some(({ transport }) => transport === 'nvme');
const hasArrays = (profile: NodeProfile): boolean => (profile.arrays ?? []).length > 0;
const hasTape = (profile: NodeProfile): boolean => profile.tape !== undefined;
const hasCeph = (profile: NodeProfile): boolean => profile.ceph !== undefined;
const isBareMetal = (profile: NodeProfile): boolean => platformOf(profile) !== null;
const isDebian = (profile: NodeProfile): boolean => profile.osId === 'ubuntu' || profile.osId === 'debian';

/** Every emulated tool, and the machines that have it. */
const TOOLS: Readonly<
  Record<string, readonly [tool: Tool, isOn: (profile: NodeProfile, model: NodeModel) => boolean]>
> = {
  'nvidia-smi': [nvidiaSmi, hasDriver],
  'amd-smi': [amdSmi, hasAmdDriver],
  'rocm-smi': [rocmSmi, hasAmdDriver],
  ps: [ps, always],
  kill: [kill, always],
  pgrep: [pgrep, always],
  fuser: [fuser, always],
  lsof: [lsof, always],
  lscpu: [lscpu, always],
  dmidecode: [dmidecode, always],
  ipmitool: [ipmitool, isBareMetal],
  sensors: [sensors, isBareMetal],
  mokutil: [mokutil, isBareMetal],
  upsc: [upsc, (profile) => (platformOf(profile)?.ups ?? null) !== null],
  numactl: [numactl, (profile) => profile.cpu.numaNodes > 1],
  lsblk: [lsblk, always],
  nvme: [nvme, hasNvme],
  // A virtual machine has none to ask.
  smartctl: [smartctl, (profile) => profile.virtualization === 'none'],
  mdadm: [mdadm, hasArrays],
  lvs: [lvs, hasCeph],
  ceph: [ceph, hasCeph],
  lsscsi: [lsscsi, hasTape],
  mt: [mt, hasTape],
  mtx: [mtx, hasTape],
  df: [df, always],
  findmnt: [findmnt, always],
  mount: [mount, always],
  umount: [umount, always],
  wipefs: [wipefs, always],
  'mkfs.xfs': [mkfsXfs, (_, model) => model.software.packages.has('xfsprogs')],
  ip: [ip, always],
  ethtool: [ethtool, always],
  ibstat: [ibstat, hasRdma],
  ibdev2netdev: [ibdev2netdev, hasRdma],
  rdma: [rdma, hasRdma],
  ibv_devinfo: [ibvDevinfo, hasRdma],
  mlnx_qos: [mlnxQos, hasOfed],
  ofed_info: [ofedInfo, hasOfed],
  dcb: [dcb, always],
  gdscheck: [gdscheck, (profile) => Boolean(profile.fabric?.gdsVersion)],
  docker: [docker, (profile) => profile.docker !== null],
  dockerd: [dockerd, (profile) => profile.docker !== null],
  'nvidia-ctk': [nvidiaCtk, hasToolkit],
  'nvidia-container-cli': [nvidiaContainerCli, hasToolkit],
  journalctl: [journalctl, always],
  dmesg: [dmesg, always],
  modinfo: [modinfo, always],
  lsmod: [lsmod, always],
  modprobe: [modprobe, always],
  rmmod: [rmmod, always],
  dkms: [dkms, (_, model) => model.software.packages.has('dkms')],
  'update-initramfs': [makeInitramfs, isDebian],
  'update-grub': [updateGrub, isDebian],
  grubby: [grubby, (profile) => !isDebian(profile)],
  dracut: [makeInitramfs, (profile) => !isDebian(profile)],
  runuser: [runuser, always],
  setpci: [setpci, always],
  visudo: [visudo, always],
  kubectl: [kubectl, ({ software: spec }) => spec?.kubeletVersion !== undefined],
  systemctl: [systemctl, always],
  sysctl: [sysctl, always],
  lspci: [lspci, always],
  'dpkg-query': [dpkgQuery, isDebian],
  dpkg: [dpkg, isDebian],
  'apt-get': [aptGet, isDebian],
  'apt-cache': [aptCache, isDebian],
  'apt-mark': [aptMark, isDebian],
  rpm: [rpm, (profile) => !isDebian(profile)],
  python3: [software.python3, ({ software: spec }) => spec?.python !== undefined],
  apt: [software.apt, isDebian],
  dnf: [dnf, (profile) => !isDebian(profile)],
  'needs-restarting': [software.needsRestarting, (profile) => !isDebian(profile)],
  containerd: [software.containerd, ({ software: spec }) => spec?.containerdVersion !== undefined],
  podman: [software.podman, ({ software: spec }) => spec?.podman !== undefined],
  'nv-fabricmanager': [software.fabricManager, ({ software: spec }) => spec?.fabricManagerVersion !== undefined],
  curl: [curl, (profile) => !profile.lacks?.includes('curl')],
  ss: [ss, always],
  wget: [wget, (profile) => !profile.lacks?.includes('wget')],
  gpg: [gpg, always],
  dcgmi: [dcgmi, ({ software: spec }) => spec?.dcgmVersion !== undefined],
  slurmd: [software.slurmd, ({ software: spec }) => spec?.slurm !== undefined],
  scontrol: [software.scontrol, ({ software: spec }) => spec?.slurm !== undefined],
  kubelet: [software.kubelet, ({ software: spec }) => spec?.kubeletVersion !== undefined],
  uname: [identity.uname, always],
  hostname: [identity.hostname, always],
  hostnamectl: [identity.hostnamectl, always],
  whoami: [identity.whoami, always],
  id: [identity.id, always],
  groups: [identity.groups, always],
  getent: [identity.getent, always],
  uptime: [identity.uptime, always],
  nproc: [identity.nproc, always],
  getconf: [identity.getconf, always],
  free: [identity.free, always],
  who: [identity.who, always],
  users: [identity.users, always],
  last: [identity.last, always],
  loginctl: [identity.loginctl, always],
  'systemd-detect-virt': [identity.systemdDetectVirt, always],
  timedatectl: [identity.timedatectl, always],
  chronyc: [identity.chronyc, always],
};

export function emulatedTools(model: NodeModel): string[] {
  return Object.entries(TOOLS).flatMap(([name, [, isOn]]) => (isOn(model.profile, model) ? [name] : []));
}

/**
 * Runs one emulated tool against the model: what it would print and how it would end. The SSH servers and the tests use
 * the same function, so a test can take its output as a recording of our own.
 */
export function renderTool(
  model: NodeModel,
  argv: readonly string[],
  context: ToolContext = { user: 'ops', uid: 1000 },
): ToolOutput {
  const [name = '', ...args] = argv;
  // The shell keeps the real date; a node whose clock is off asks here.
  if (name === 'date') return identity.date(model, args, context);
  if (name === 'sysfs') return sysfs(model, args, context);
  if (name === 'stat') return statFs(model, args, context);
  if (name === 'cmp') return cmpDevice(model, args, context);
  // Programs of a folder of their own, which no PATH has.
  if (name === 'conda') return conda(model, args, context);
  if (name === 'conda-python') return condaPython(model, args, context);
  const tool = TOOLS[name];
  if (!tool?.[1](model.profile, model)) return failed(127, `sh: 1: ${name}: not found\n`);
  return tool[0](model, args, context);
}
