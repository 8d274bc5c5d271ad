import type { CommandSpec } from '#shared/domain/command';
import type { GpuProcessEnvironmentFacts } from '#shared/domain/facts/gpu';
import { linesOf } from '../lib/lines';
import { commandProblem, problem, refusal, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';

/**
 * The only names that leave the node: an environment also holds keys and passwords (`VLLM_API_KEY`, `HF_TOKEN`), so there
 * is no pattern here. Sources: CUDA C++ Programming Guide (environment variables), NCCL and MPS documentation, PyTorch
 * (CUDA semantics), JAX (GPU memory allocation), NVIDIA Container Toolkit.
 */
export const variableNames: readonly string[] = (
  'CUDA_VISIBLE_DEVICES CUDA_DEVICE_ORDER CUDA_DEVICE_MAX_CONNECTIONS CUDA_LAUNCH_BLOCKING CUDA_MODULE_LOADING CUDA_HOME CUDA_VERSION ' +
  'CUDA_MPS_PIPE_DIRECTORY CUDA_MPS_ACTIVE_THREAD_PERCENTAGE CUDA_MPS_PINNED_DEVICE_MEM_LIMIT NVIDIA_VISIBLE_DEVICES ' +
  'NVIDIA_DRIVER_CAPABILITIES PYTORCH_ALLOC_CONF PYTORCH_CUDA_ALLOC_CONF PYTORCH_NO_CUDA_MEMORY_CACHING ' +
  'XLA_PYTHON_CLIENT_PREALLOCATE XLA_PYTHON_CLIENT_MEM_FRACTION XLA_PYTHON_CLIENT_ALLOCATOR TF_FORCE_GPU_ALLOW_GROWTH ' +
  'TF_GPU_ALLOCATOR VLLM_USE_V1 VLLM_ATTENTION_BACKEND VLLM_WORKER_MULTIPROC_METHOD OMP_NUM_THREADS LD_LIBRARY_PATH ' +
  'NCCL_DEBUG NCCL_SOCKET_IFNAME NCCL_IB_HCA NCCL_IB_DISABLE NCCL_IB_GID_INDEX NCCL_IB_TC NCCL_P2P_DISABLE NCCL_P2P_LEVEL ' +
  'NCCL_NET NCCL_NET_GDR_LEVEL NCCL_SHM_DISABLE NCCL_ALGO NCCL_PROTO NCCL_NVLS_ENABLE NCCL_CUMEM_ENABLE NCCL_BUFFSIZE ' +
  'NCCL_IB_TIMEOUT NCCL_IB_RETRY_CNT TORCH_NCCL_TRACE_BUFFER_SIZE TORCH_FR_BUFFER_SIZE TORCH_NCCL_DUMP_ON_TIMEOUT ' +
  'RDMAV_FORK_SAFE RDMAV_HUGEPAGES_SAFE IBV_FORK_SAFE WORLD_SIZE RANK LOCAL_RANK LOCAL_WORLD_SIZE'
).split(' ');

/**
 * Processes that have a GPU open and whose environment may be read, each with the lines of it that have such a name, with what
 * limits it (locked memory, cores, its /dev/shm) and with the same names in the files that NCCL reads. All on one line, so that a
 * sudoers line can name it. A find without -lname (busybox) can't tell which processes those are.
 */
const script =
  'find /proc/self -maxdepth 0 -lname x >/dev/null 2>&1 || exit 127; echo "uid $(id -u)"; ' +
  'for p in $(find /proc -maxdepth 3 -path "/proc/[0-9]*/fd/*" -lname "*/nvidia[0-9]*" 2>/dev/null | ' +
  'sed "s,/fd/.*,,;s,.*/,," | sort -un); do cat /proc/$p/environ >/dev/null 2>&1 || continue; echo "pid $p"; ' +
  'sed -n "s/^Max locked memory  */limit /p;s/^Cpus_allowed_list:[[:space:]]*/cpus /p" /proc/$p/limits /proc/$p/status 2>/dev/null; ' +
  'stat -f -c "shm %S %b %a" /proc/$p/root/dev/shm 2>/dev/null; ' +
  `e=$(cat /proc/$p/environ 2>/dev/null | tr "\\000\\n" "\\n " | grep -E "^(HOME|${variableNames.join('|')})="); ` +
  `printf "%s\\n" "$e" | grep -E "^(${variableNames.join('|')})="; ` +
  'for f in /etc/nccl.conf "$(printf "%s\\n" "$e" | sed -n "s/^HOME=//p" | head -n 1)/.nccl.conf"; do ' +
  '[ -f "/proc/$p/root$f" ] || continue; printf "file %s\\n" "$f"; ' +
  `grep -sE "^(${variableNames.join('|')})=" "/proc/$p/root$f"; done; done; exit 0`;

/** A login that is not root reads its own processes; those of others with sudo. */
const environment: CommandSpec = {
  id: 'environment',
  argv: ['sh', '-c', script],
  privilege: 'root-else-user',
  timeoutMs: 10_000,
};

/**
 * Which files of CUDA's libraries each has mapped: two of one library in one process are one too many. Without root those of the
 * login's own processes.
 */
const mapsScript = `find /proc/self -maxdepth 0 -lname x >/dev/null 2>&1 || exit 127
echo '== libraries'
for p in $(find /proc -maxdepth 3 -path "/proc/[0-9]*/fd/*" -lname "*/nvidia[0-9]*" 2>/dev/null | sed "s,/fd/.*,,;s,.*/,," | sort -un); do
  cat /proc/$p/maps >/dev/null 2>&1 || continue
  printf 'pid %s %s\\n' "$p" "$(readlink /proc/$p/exe 2>/dev/null)"
  grep -oE '/[^ ]*/lib(cuda|cudart|cublas|cublasLt|cudnn|nccl|nvrtc)[.]so[.0-9]*$' /proc/$p/maps 2>/dev/null | sort -u | sed 's/^/map /'
done
echo '== done'`;
const maps: CommandSpec = { id: 'libraries', argv: ['sh', '-c', mapsScript], timeoutMs: 10_000 };

export const gpuProcessEnvironmentProbe = defineProbe({
  id: 'gpu-process-environment',
  commands: [environment, maps],
  sources: { '': 'environment', libraries: 'libraries' },
  parse(outputs) {
    const output = outputs.environment;
    const told = commandProblem(output, environment);
    if (told) return told.state === 'missing-tool' ? problem('missing-tool', 'missingTool', { tool: 'find' }) : told;
    const facts = parseEnvironments(output?.stdout ?? '');
    if (!facts || output?.isTruncated) return unparsable(environment, output);
    // Nothing of our own and no right to see the rest is no answer.
    if (facts.processes.length === 0 && !facts.isComplete) return refusal(output, [environment], 'notExecutable');
    const read = outputs[maps.id];
    return { state: 'ok', facts: { ...facts, libraries: parseMaps(read?.state === 'exited' ? read.stdout : '') } };
  },
});

/**
 *   uid 0
 *   pid 4242
 *   limit 8388608              8388608              bytes
 *   cpus 0-31,64-95
 *   shm 4096 16384 16384
 *   CUDA_VISIBLE_DEVICES=0,1
 *   file /etc/nccl.conf
 *   NCCL_DEBUG=WARN
 * Null: something else. The first of a name counts, as in getenv; a value is cut where no list of devices is that long.
 */
export function parseEnvironments(text: string): Omit<GpuProcessEnvironmentFacts, 'libraries'> | null {
  const lines = linesOf(text, 4096);
  const start = lines.findIndex((line) => /^uid \d{1,10}$/.test(line));
  if (start < 0 || !text.endsWith('\n')) return null;
  const processes: GpuProcessEnvironmentFacts['processes'] = [];
  for (const line of lines.slice(start + 1)) {
    const pid = Number(/^pid (\d{1,10})$/.exec(line)?.[1] ?? 0);
    const [, name = '', value = ''] = /^([A-Z][A-Z0-9_]{1,60})=(.*)$/.exec(line) ?? [];
    const process = processes.at(-1);
    const variables = process?.files?.at(-1)?.variables ?? process?.variables;
    const path = /^file (\/.{1,1000})$/.exec(line)?.[1];
    if (pid > 0) processes.push({ pid, variables: {} });
    else if (process && path !== undefined) process.files = [...(process.files ?? []), { path, variables: {} }];
    else if (process && readLimit(process, line)) continue;
    else if (variables && name !== '') {
      if (variableNames.includes(name)) variables[name] ??= value;
    } else if (line !== '') return null;
  }
  return { processes, isComplete: lines[start] === 'uid 0' };
}

function readLimit(process: GpuProcessEnvironmentFacts['processes'][number], line: string): boolean {
  const [, soft] = /^limit (unlimited|\d{1,20}) +\S+ +bytes *$/.exec(line) ?? [];
  const [, cpus] = /^cpus ([\d,-]{1,1000})$/.exec(line) ?? [];
  const [, size, total, available] = /^shm (\d{1,9}) (\d{1,15}) (\d{1,15})$/.exec(line) ?? [];
  if (soft !== undefined) {
    process.isLockedMemoryUnlimited = soft === 'unlimited';
    if (soft !== 'unlimited') process.lockedMemoryBytes = Number(soft);
  }
  if (cpus !== undefined) process.cpusAllowed = cpus;
  if (size !== undefined)
    process.sharedMemory = {
      totalBytes: Number(size) * Number(total),
      availableBytes: Number(size) * Number(available),
    };
  return soft !== undefined || cpus !== undefined || size !== undefined;
}

/**
 *   == libraries
 *   pid 4242 /opt/venv/bin/python3.11
 *   map /opt/venv/lib/python3.11/site-packages/nvidia/nccl/lib/libnccl.so.2
 *   == done
 * Null: the list is not whole.
 */
export function parseMaps(text: string): GpuProcessEnvironmentFacts['libraries'] {
  const lines = linesOf(text, 4096);
  if (!lines.includes('== libraries') || !lines.includes('== done')) return null;
  const found: NonNullable<GpuProcessEnvironmentFacts['libraries']> = [];
  for (const line of lines) {
    const process = /^pid (\d{1,10})(?: (\/.{0,1000}))?\s*$/.exec(line);
    const path = /^map (\/\S{1,1000})$/.exec(line)?.[1];
    if (process) found.push({ pid: Number(process[1]), executable: process[2] ?? null, paths: [] });
    else if (path !== undefined) found.at(-1)?.paths.push(path);
  }
  return found;
}
