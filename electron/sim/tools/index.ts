import type { NodeModel } from '../model/node-model';
import type { NodeProfile } from '../profiles/profile';
import { ceph } from './ceph';
import { docker, nvidiaContainerCli, nvidiaCtk } from './containers';
import { lscpu, numactl } from './cpu';
import * as identity from './identity';
import { dmesg, journalctl, lsmod, modinfo, systemctl } from './kernel';
import { lsblk } from './lsblk';
import { lspci } from './lspci';
import { ethtool, ibdev2netdev, ibstat, ip, rdma } from './network';
import { nvidiaSmi } from './nvidia-smi';
import { dpkgQuery, rpm, sysctl } from './packages';
import { fuser, kill, lsof, pgrep } from './processes';
import { ps } from './ps';
import { lvs, mdadm } from './raid';
import { nvme, smartctl } from './smart';
import { df, findmnt, mount } from './storage';
import { lsscsi, mt, mtx } from './tape';
import { failed, type Tool, type ToolContext, type ToolOutput } from './tool';

const always = (): boolean => true;
const hasDriver = (profile: NodeProfile): boolean => profile.driverVersion !== null;
const hasRdma = (profile: NodeProfile): boolean => profile.nics.some((nic) => nic.rdmaDevice !== null);
const hasToolkit = (profile: NodeProfile): boolean => (profile.docker?.toolkitVersion ?? null) !== null;
const hasNvme = (profile: NodeProfile): boolean => profile.disks.some(({ transport }) => transport === 'nvme');
const hasArrays = (profile: NodeProfile): boolean => (profile.arrays ?? []).length > 0;
const hasTape = (profile: NodeProfile): boolean => profile.tape !== undefined;
const hasCeph = (profile: NodeProfile): boolean => profile.ceph !== undefined;
const isDebian = (profile: NodeProfile): boolean => profile.osId === 'ubuntu' || profile.osId === 'debian';

/** Every emulated tool, and the machines that have it. */
const TOOLS: Readonly<Record<string, readonly [tool: Tool, isOn: (profile: NodeProfile) => boolean]>> = {
  'nvidia-smi': [nvidiaSmi, hasDriver],
  ps: [ps, always],
  kill: [kill, always],
  pgrep: [pgrep, always],
  fuser: [fuser, always],
  lsof: [lsof, always],
  lscpu: [lscpu, always],
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
  ip: [ip, always],
  ethtool: [ethtool, always],
  ibstat: [ibstat, hasRdma],
  ibdev2netdev: [ibdev2netdev, hasRdma],
  rdma: [rdma, hasRdma],
  docker: [docker, (profile) => profile.docker !== null],
  'nvidia-ctk': [nvidiaCtk, hasToolkit],
  'nvidia-container-cli': [nvidiaContainerCli, hasToolkit],
  journalctl: [journalctl, always],
  dmesg: [dmesg, always],
  modinfo: [modinfo, always],
  lsmod: [lsmod, always],
  systemctl: [systemctl, always],
  sysctl: [sysctl, always],
  lspci: [lspci, always],
  'dpkg-query': [dpkgQuery, isDebian],
  rpm: [rpm, (profile) => !isDebian(profile)],
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
  loginctl: [identity.loginctl, always],
  'systemd-detect-virt': [identity.systemdDetectVirt, always],
  timedatectl: [identity.timedatectl, always],
  chronyc: [identity.chronyc, always],
};

export function emulatedTools(profile: NodeProfile): string[] {
  return Object.entries(TOOLS).flatMap(([name, [, isOn]]) => (isOn(profile) ? [name] : []));
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
  const tool = TOOLS[name];
  if (!tool?.[1](model.profile)) return failed(127, `sh: 1: ${name}: not found\n`);
  return tool[0](model, args, context);
}
