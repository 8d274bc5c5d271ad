import { z } from 'zod';
import type { GpuFacts, GpuHoldersFacts, GpuProcessesFacts } from './facts/gpu';
import type { ProcessesFacts } from './facts/system';

const MIB = 1024 ** 2;
/**
 * Above this, memory that no listed process explains has to be looked for. Up to 600 MiB is the driver's own: context and
 * persistence (nvidia-smi manual, vLLM troubleshooting).
 */
export const unexplainedBytes = 1024 * MIB;

/** One process on one GPU, with everything that tells whether somebody still wants it. */
export const gpuUserSchema = z.object({
  pid: z.number(),
  gpuIndex: z.number(),
  gpuUuid: z.string().nullable(),
  /** MIG slice it runs in, as the driver numbers it. */
  gpuInstanceId: z.number().nullable(),
  usedMemoryBytes: z.number().nullable(),
  /** C, G, M, O as nvidia-smi prints it; null when only a device file shows it. */
  kind: z.string().nullable(),
  name: z.string().nullable(),
  user: z.string().nullable(),
  state: z.string().nullable(),
  parentPid: z.number().nullable(),
  elapsedSeconds: z.number().nullable(),
  /** Start by the node's clock as this workstation sees it; with the command line it tells the process from a later one. */
  startedAtMs: z.number().nullable(),
  commandLine: z.string().nullable(),
  cgroup: z.string().nullable(),
  isListedByDriver: z.boolean(),
  isUserLoggedIn: z.boolean().nullable(),
  /** A scheduler, container runtime or systemd service owns it, as its cgroup says. */
  isManaged: z.boolean().nullable(),
  isMps: z.boolean(),
  /**
   * zombie: ended, not collected. stuck: state D, no signal reaches it. gone: the driver lists it, the node has no such
   * process. unlisted: holds the device, the driver does not list it. orphaned: parent 1, user not logged in, nobody manages
   * it. suspect: parent 1 and not managed, but it can't be told whether the user is there. none: an ordinary process.
   */
  sign: z.enum(['none', 'zombie', 'stuck', 'gone', 'unlisted', 'orphaned', 'suspect']),
});
export type GpuUser = z.infer<typeof gpuUserSchema>;

/** Memory of one GPU, split into what processes explain and what nobody is listed for. */
export const gpuMemoryViewSchema = z.object({
  index: z.number(),
  uuid: z.string().nullable(),
  name: z.string().nullable(),
  isUsable: z.boolean(),
  totalBytes: z.number().nullable(),
  usedBytes: z.number().nullable(),
  freeBytes: z.number().nullable(),
  freePercent: z.number().nullable(),
  explainedBytes: z.number().nullable(),
  /** Used but in no process list; null when either side is not known. */
  unexplainedBytes: z.number().nullable(),
  isMigOn: z.boolean(),
  computeMode: z.string().nullable(),
  users: z.array(gpuUserSchema),
});
export type GpuMemoryView = z.infer<typeof gpuMemoryViewSchema>;

interface Sources {
  readonly gpu: GpuFacts;
  readonly gpuProcesses: GpuProcessesFacts | null;
  readonly processes: ProcessesFacts | null;
  readonly holders: GpuHoldersFacts | null;
  /** When the process list was read. */
  readonly processesAtMs: number | null;
}

/** Joins the driver's lists, the open device files and the process list. Anything not known stays null. */
export function gpuMemory({ gpu, gpuProcesses, processes, holders, processesAtMs }: Sources): GpuMemoryView[] {
  return gpu.gpus.map((one): GpuMemoryView => {
    const migUuids = (one.migDevices ?? []).map(({ uuid }) => uuid);
    const rows = new Map<
      number,
      { usedMemoryBytes: number | null; kind: string | null; name: string | null; gpuInstanceId: number | null }
    >();
    for (const { pid, usedMemoryBytes, kind, name, gpuInstanceId } of one.processes ?? []) {
      const known = rows.get(pid);
      rows.set(pid, {
        usedMemoryBytes: add(known?.usedMemoryBytes ?? null, usedMemoryBytes ?? null),
        kind: kind ?? null,
        name: name ?? null,
        gpuInstanceId: gpuInstanceId ?? null,
      });
    }
    const compute = (gpuProcesses?.processes ?? []).filter(
      ({ gpuUuid }) => gpuUuid === one.uuid || migUuids.includes(gpuUuid),
    );
    for (const { pid, usedMemoryBytes, name } of compute) {
      const known = rows.get(pid);
      rows.set(pid, {
        usedMemoryBytes: known?.usedMemoryBytes ?? usedMemoryBytes ?? null,
        kind: known?.kind ?? 'C',
        name: known?.name ?? name ?? null,
        gpuInstanceId: known?.gpuInstanceId ?? null,
      });
    }
    const device = `/dev/nvidia${one.minorNumber ?? one.index}`;
    const holding = (holders?.holders ?? []).filter((holder) => holder.device === device);
    const listed = [...rows].map(([pid, row]) => ({ pid, isListedByDriver: true, ...row }));
    const unlisted = holding
      .filter(({ pid }, at) => !rows.has(pid) && holding.findIndex((other) => other.pid === pid) === at)
      .map(({ pid, command }) => ({
        pid,
        isListedByDriver: false,
        usedMemoryBytes: null,
        kind: null,
        name: command,
        gpuInstanceId: null,
      }));
    const usedBytes = one.memory?.usedBytes ?? null;
    const totalBytes = one.memory?.totalBytes ?? null;
    const freeBytes =
      one.memory?.freeBytes ?? (totalBytes === null || usedBytes === null ? null : totalBytes - usedBytes);
    // A process whose amount is not told (containers, WDDM) leaves the sum open; without rows the sum is zero.
    const explainedBytes = listed.some((row) => row.usedMemoryBytes === null)
      ? null
      : listed.reduce((sum, row) => sum + (row.usedMemoryBytes ?? 0), 0);
    const unexplained = usedBytes === null || explainedBytes === null ? null : Math.max(0, usedBytes - explainedBytes);
    return {
      index: one.index,
      uuid: one.uuid ?? null,
      name: one.name ?? null,
      isUsable: one.state === 'present',
      totalBytes,
      usedBytes,
      freeBytes,
      freePercent:
        totalBytes === null || freeBytes === null || totalBytes === 0 ? null : (freeBytes / totalBytes) * 100,
      explainedBytes,
      unexplainedBytes: unexplained,
      isMigOn: one.mig?.current === 'Enabled',
      computeMode: one.computeMode ?? null,
      users: [...listed, ...unlisted].map((row) =>
        describeUser(row, { gpuIndex: one.index, gpuUuid: one.uuid ?? null, processes, processesAtMs, unexplained }),
      ),
    };
  });
}

interface UserContext {
  readonly gpuIndex: number;
  readonly gpuUuid: string | null;
  readonly processes: ProcessesFacts | null;
  readonly processesAtMs: number | null;
  readonly unexplained: number | null;
}

function describeUser(
  row: Pick<GpuUser, 'pid' | 'usedMemoryBytes' | 'kind' | 'name' | 'gpuInstanceId' | 'isListedByDriver'>,
  { gpuIndex, gpuUuid, processes, processesAtMs, unexplained }: UserContext,
): GpuUser {
  const process = processes?.processes.find(({ pid }) => pid === row.pid);
  const user = process?.user ?? null;
  const elapsedSeconds = process?.elapsedSeconds ?? null;
  const logins = processes?.loggedInUsers ?? null;
  const commandLine = process?.commandLine ?? null;
  const isMps = row.kind?.includes('M') === true || /nvidia-cuda-mps/.test(`${commandLine ?? ''} ${row.name ?? ''}`);
  const facts = {
    ...row,
    gpuIndex,
    gpuUuid,
    user,
    state: process?.state ?? null,
    parentPid: process?.parentPid ?? null,
    elapsedSeconds,
    startedAtMs: elapsedSeconds === null || processesAtMs === null ? null : processesAtMs - elapsedSeconds * 1000,
    commandLine,
    cgroup: process?.cgroup ?? null,
    isUserLoggedIn: user === null || logins === null ? null : logins.includes(user),
    isManaged: process?.cgroup == null ? null : isManagedCgroup(process.cgroup),
    isMps,
  };
  return { ...facts, sign: signOf(facts, { isGone: processes !== null && process === undefined, unexplained }) };
}

function signOf(user: Omit<GpuUser, 'sign'>, about: { isGone: boolean; unexplained: number | null }): GpuUser['sign'] {
  if (isGpuDaemon(user)) return 'none';
  if (about.isGone) return user.isListedByDriver ? 'gone' : 'none';
  if (user.state?.startsWith('D')) return 'stuck';
  if (user.state?.startsWith('Z')) return 'zombie';
  if (!user.isListedByDriver) return (about.unexplained ?? 0) > unexplainedBytes ? 'unlisted' : 'none';
  // Desktop programs of a display server come and go with it.
  if (user.kind === 'G') return 'none';
  if (user.parentPid !== 1 || user.isManaged === true) return 'none';
  if (user.isManaged === null || user.isUserLoggedIn === null) return 'suspect';
  return user.isUserLoggedIn ? 'none' : 'orphaned';
}

/** Daemons that belong on a GPU node and hold its devices on purpose. */
const daemons =
  /(?:^|\/)(?:nvidia-persistenced|nv-hostengine|dcgm-exporter|nv-fabricmanager|nvidia-cuda-mps-(?:server|control)|Xorg|Xwayland|gnome-shell|nvsm\S*|nvidia-smi|dcgm\S*)(?:\s|$)/;

/** nvidia-persistenced, the DCGM host engine, Fabric Manager, a display server: they hold a GPU and do no work on it. */
export function isGpuDaemon(user: Pick<GpuUser, 'commandLine' | 'name'>): boolean {
  return daemons.test(user.commandLine ?? '') || daemons.test(user.name ?? '');
}

/** `/system.slice/vllm.service`, `/kubepods/…`, `/slurm/uid_1000/job_7`, `…/docker-<id>.scope`: somebody looks after it. */
export function isManagedCgroup(cgroup: string): boolean {
  return /slurm|kubepods|docker|containerd|libpod|podman|crio|lxc|machine\.slice|\bpbs|\blsf\b|\bsge\b|htcondor|system\.slice\/[^/\s]+\.(?:service|scope)/.test(
    cgroup,
  );
}

function add(left: number | null, right: number | null): number | null {
  return left === null ? right : right === null ? left : left + right;
}
