import type { NodeProfile, WorkloadSpec } from '../profiles/profile';
import { FIRST_SIM_PID, type SimProcess } from './process';

interface DaemonSpec {
  readonly user: string;
  readonly uid: number;
  readonly executable: string;
  readonly args: readonly string[];
  readonly unit: string;
  readonly residentMib: number;
}

function daemons(profile: NodeProfile): DaemonSpec[] {
  const root = (executable: string, args: string[], unit: string, residentMib: number): DaemonSpec => ({
    user: 'root',
    uid: 0,
    executable,
    args,
    unit,
    residentMib,
  });
  return [
    root('/usr/lib/systemd/systemd-journald', [], 'systemd-journald.service', 48),
    { ...root('/usr/bin/dbus-daemon', ['--system', '--nofork'], 'dbus.service', 6), user: 'messagebus', uid: 103 },
    root('/usr/sbin/sshd', ['-D'], 'ssh.service', 9),
    { ...root('/usr/sbin/chronyd', ['-F', '1'], 'chrony.service', 4), user: '_chrony', uid: 110 },
    ...(profile.driverVersion === null
      ? []
      : [
          {
            ...root(
              '/usr/bin/nvidia-persistenced',
              ['--user', 'nvidia-persistenced'],
              'nvidia-persistenced.service',
              2,
            ),
            user: 'nvidia-persistenced',
            uid: 115,
          },
        ]),
    ...(profile.hasNvswitch
      ? [
          root(
            '/usr/bin/nv-fabricmanager',
            ['-c', '/usr/share/nvidia/nvswitch/fabricmanager.cfg'],
            'nvidia-fabricmanager.service',
            41,
          ),
        ]
      : []),
    ...(profile.docker === null
      ? []
      : [
          root('/usr/bin/containerd', [], 'containerd.service', 71),
          root('/usr/bin/dockerd', ['-H', 'fd://'], 'docker.service', 94),
        ]),
  ];
}

/** Everything that runs on a node when it starts: init, its daemons, then the workloads of the profile. */
export function initialProcesses(
  profile: NodeProfile,
  bootedAtMs: number,
  nowMs: number,
  random: () => number,
): SimProcess[] {
  let pid = FIRST_SIM_PID + Math.floor(random() * 2000);
  const next = (): number => {
    pid += 1 + Math.floor(random() * 40);
    return pid;
  };
  const system = daemons(profile).map(
    (daemon): SimProcess => ({
      ...base(),
      pid: next(),
      user: daemon.user,
      uid: daemon.uid,
      executable: daemon.executable,
      args: daemon.args,
      startedAtMs: bootedAtMs + 4000,
      cgroup: `/system.slice/${daemon.unit}`,
      residentMib: daemon.residentMib,
    }),
  );
  const init: SimProcess = {
    ...base(),
    pid: 1,
    ppid: 0,
    user: 'root',
    uid: 0,
    executable: '/sbin/init',
    args: [],
    startedAtMs: bootedAtMs,
    cgroup: '/init.scope',
    residentMib: 13,
  };
  const shells = new Map<string, SimProcess>();
  const jobs = profile.workloads.map((workload) => {
    // A job started by hand hangs under its login shell; a service under init.
    if (workload.cgroup.startsWith('/system.slice')) return workloadProcess(profile, workload, nowMs, next(), 1);
    let shell = shells.get(workload.cgroup);
    if (!shell) {
      shell = loginShell(profile, workload, nowMs, next());
      shells.set(workload.cgroup, shell);
    }
    return workloadProcess(profile, workload, nowMs, next(), shell.pid);
  });
  return [init, ...system, ...shells.values(), ...jobs];
}

function uidOf(profile: NodeProfile, user: string): number {
  return profile.users.find((each) => each.name === user)?.uid ?? 1000;
}

function loginShell(profile: NodeProfile, workload: WorkloadSpec, nowMs: number, pid: number): SimProcess {
  return {
    ...base(),
    pid,
    user: workload.user,
    uid: uidOf(profile, workload.user),
    executable: '-bash',
    args: [],
    startedAtMs: nowMs - (workload.startedSecondsAgo + 40) * 1000,
    cgroup: workload.cgroup,
    residentMib: 5,
  };
}

function workloadProcess(
  profile: NodeProfile,
  workload: WorkloadSpec,
  nowMs: number,
  pid: number,
  ppid: number,
): SimProcess {
  return {
    ...base(),
    pid,
    ppid,
    user: workload.user,
    uid: uidOf(profile, workload.user),
    executable: workload.executable,
    args: workload.args,
    state: workload.utilizationPercent > 80 ? 'R' : 'S',
    startedAtMs: nowMs - workload.startedSecondsAgo * 1000,
    cgroup: workload.cgroup,
    environment: {
      HOME: `/home/${workload.user}`,
      USER: workload.user,
      PATH: '/usr/local/bin:/usr/bin:/bin',
      ...workload.environment,
    },
    workingDirectory: workload.workingDirectory ?? '/',
    residentMib: workload.residentMib,
    cpuPercent: workload.utilizationPercent > 0 ? 99.7 : 0.3,
    gpus: workload.gpus.map((gpu) => ({
      gpuIndex: gpu.index,
      memoryMib: gpu.memoryMib,
      gpuInstanceId: gpu.gpuInstanceId ?? null,
    })),
    utilizationPercent: workload.utilizationPercent,
    wavePeriodSec: workload.wavePeriodSec,
  };
}

/** The plain values that most processes share. */
export function base(): Omit<SimProcess, 'pid' | 'user' | 'uid' | 'executable' | 'args' | 'startedAtMs' | 'cgroup'> {
  return {
    ppid: 1,
    state: 'S',
    environment: {},
    workingDirectory: '/',
    residentMib: 4,
    cpuPercent: 0,
    gpus: [],
    utilizationPercent: 0,
    wavePeriodSec: 0,
    isListedByDriver: true,
    ignoresTerm: false,
    termDelayMs: 700,
    endsAtMs: null,
  };
}
