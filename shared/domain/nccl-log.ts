import { z } from 'zod';

/** What lines of an NCCL log say (`NCCL_DEBUG=INFO`), with those of the PyTorch watchdog. Null: no such line. */
export const ncclLogSchema = z.object({
  /** InfiniBand and RoCE are one to NCCL: `NET/IB`. */
  transport: z.enum(['ib', 'socket', 'plugin']).nullable(),
  /** True: GPUs and NICs reach each other; false: a line says that they don't. */
  hasGpuDirect: z.boolean().nullable(),
  /** `eth0:10.0.0.5<0>` of `Bootstrap : Using`. */
  bootstrapInterface: z.string().nullable(),
  /** More than one: nodes of one job run different ones. */
  versions: z.array(z.string()),
  /** Status of a completion that failed: 12 is a transport retry that gave up. */
  completionError: z.number().nullable(),
  /** The device that a failed completion names. */
  failedDevice: z.string().nullable(),
  isInitDone: z.boolean(),
  isWatchdogTimeout: z.boolean(),
  /** What the watchdog waited for: ALLREDUCE, … with its sequence number. */
  collective: z.string().nullable(),
  sequence: z.number().nullable(),
  timeoutMs: z.number().nullable(),
  trouble: z
    .enum(['remote-error', 'connect', 'shared-memory', 'registration', 'peer', 'no-device', 'version', 'system'])
    .nullable(),
  /** The line that says so. */
  line: z.string().nullable(),
});
export type NcclLog = z.infer<typeof ncclLogSchema>;

const maxLength = 400_000;

const troubles: readonly [NonNullable<NcclLog['trouble']>, RegExp][] = [
  ['version', /Mismatched NCCL version|NCCL version mismatch|incompatible NCCL version/i],
  [
    'shared-memory',
    /Error while (?:creating|attaching to) shared memory|No space left on device.{0,80}nccl|\/dev\/shm\/nccl|unable to allocate shared memory/i,
  ],
  [
    'registration',
    /ibv_reg_(?:mr|dmabuf_mr|mr_iova2)\b.{0,120}(?:failed|error|Cannot allocate memory)|Call to ibv_reg/i,
  ],
  [
    'peer',
    /P2P is disabled between connected GPUs|peer access is not supported|ncclIpc|cudaIpcOpenMemHandle|Cuda failure.{0,60}peer/i,
  ],
  [
    'connect',
    /Connect(?:ion)? (?:to \S+ )?(?:refused|timed out|failed)|No route to host|socketStartConnect|socketPollConnect|Bootstrap.{0,60}(?:failed|no socket interface)|no socket interface found/i,
  ],
  ['no-device', /NET\/IB : No device found/],
  ['remote-error', /ncclRemoteError|remote process exited or there was a network error|NET\/IB.{0,120}Got completion/i],
  ['system', /ncclSystemError|ncclUnhandledCudaError|ncclInternalError/],
];

/** Total; null: nothing of NCCL or of the watchdog. */
export function parseNcclLog(text: string): NcclLog | null {
  const pasted = text.slice(0, maxLength);
  if (!/NCCL|ncclRemoteError|ibv_poll_cq|Watchdog caught/i.test(pasted)) return null;
  const lines = pasted.split(/\r?\n/).map((line) => line.slice(0, 600));
  const first = (pattern: RegExp): RegExpExecArray | null => {
    for (const line of lines) {
      const match = pattern.exec(line);
      if (match !== null) return match;
    }
    return null;
  };
  const versions = new Set(lines.flatMap((line) => /NCCL version (\d+\.\d+(?:\.\d+)?)/.exec(line)?.[1] ?? []));
  const watchdog = first(
    /Watchdog caught collective operation timeout: WorkNCCL\(SeqNum=(\d{1,15}), OpType=(\w{1,40})[\s\S]{0,300}?Timeout\(ms\)=(\d{1,12})/,
  );
  const completion =
    first(/Got completion from peer .{0,160}? with (?:status=|error )(\d{1,3})/) ??
    first(/ibv_poll_cq.{0,80}?error (\d{1,3})/i) ??
    first(/Got completion.{0,200}?(?:status=|error )(\d{1,3})/);
  const trouble = troubles.find(([, pattern]) => first(pattern) !== null);
  const socket = first(/NET\/Socket\s*: ?Using|Using network Socket|via NET\/Socket/);
  const ib = first(/NET\/IB\s*: ?Using|Using network IB|via NET\/IB/);
  const plugin = first(/Using network (?!Socket|IB\b)(\w[\w ./-]{0,40})/);
  return {
    transport: socket !== null ? 'socket' : ib !== null ? 'ib' : plugin !== null ? 'plugin' : null,
    hasGpuDirect:
      first(/GPU Direct RDMA Enabled|\/GDRDMA\b/) !== null
        ? true
        : first(/GPU Direct RDMA Disabled/) !== null ||
            (ib !== null && first(/via NET\/IB\/\d+(?!\/GDRDMA)(?:\s|$)/) !== null)
          ? false
          : null,
    bootstrapInterface: first(/Bootstrap ?: Using (\S{1,80})/)?.[1] ?? null,
    versions: [...versions],
    completionError: completion === null ? null : Number(completion[1]),
    failedDevice: first(/(?:hca|dev(?:ice)?)[ =:]+(\w*mlx5\w*|bnxt_re\d+|irdma\d+|rocep?\w+)/i)?.[1] ?? null,
    isInitDone: first(/Init COMPLETE/) !== null,
    isWatchdogTimeout: first(/Watchdog caught collective operation timeout/) !== null,
    collective: watchdog?.[2] ?? null,
    sequence: watchdog === null ? null : Number(watchdog[1]),
    timeoutMs: watchdog === null ? null : Number(watchdog[3]),
    trouble: trouble?.[0] ?? null,
    line: trouble === undefined ? null : (lines.find((line) => trouble[1].test(line))?.trim() ?? null),
  };
}
