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
  'NCCL_NET_GDR_LEVEL NCCL_SHM_DISABLE NCCL_ALGO NCCL_PROTO NCCL_NVLS_ENABLE NCCL_CUMEM_ENABLE NCCL_BUFFSIZE ' +
  'RDMAV_FORK_SAFE IBV_FORK_SAFE WORLD_SIZE RANK LOCAL_RANK LOCAL_WORLD_SIZE'
).split(' ');

/**
 * Processes that have a GPU open and whose environment may be read, each with the lines of it that have such a name. All on one line, so that a
 * sudoers line can name it. A find without -lname (busybox) can't tell which processes those are.
 */
const script =
  'find /proc/self -maxdepth 0 -lname x >/dev/null 2>&1 || exit 127; echo "uid $(id -u)"; ' +
  'for p in $(find /proc -maxdepth 3 -path "/proc/[0-9]*/fd/*" -lname "*/nvidia[0-9]*" 2>/dev/null | ' +
  'sed "s,/fd/.*,,;s,.*/,," | sort -un); do cat /proc/$p/environ >/dev/null 2>&1 || continue; echo "pid $p"; ' +
  `cat /proc/$p/environ 2>/dev/null | tr "\\000\\n" "\\n " | grep -E "^(${variableNames.join('|')})="; done; exit 0`;

/** A login that is not root reads its own processes; those of others with sudo. */
const environment: CommandSpec = {
  id: 'environment',
  argv: ['sh', '-c', script],
  privilege: 'root-else-user',
  timeoutMs: 10_000,
};

export const gpuProcessEnvironmentProbe = defineProbe({
  id: 'gpu-process-environment',
  commands: [environment],
  sources: { '': 'environment' },
  parse(outputs) {
    const output = outputs.environment;
    const told = commandProblem(output, environment);
    if (told) return told.state === 'missing-tool' ? problem('missing-tool', 'missingTool', { tool: 'find' }) : told;
    const facts = parseEnvironments(output?.stdout ?? '');
    if (!facts || output?.isTruncated) return unparsable(environment, output);
    // Nothing of our own and no right to see the rest is no answer.
    if (facts.processes.length === 0 && !facts.isComplete) return refusal(output, [environment], 'notExecutable');
    return { state: 'ok', facts };
  },
});

/**
 *   uid 0
 *   pid 4242
 *   CUDA_VISIBLE_DEVICES=0,1
 * Null: something else. The first of a name counts, as in getenv; a value is cut where no list of devices is that long.
 */
export function parseEnvironments(text: string): GpuProcessEnvironmentFacts | null {
  const lines = linesOf(text, 4096);
  const start = lines.findIndex((line) => /^uid \d{1,10}$/.test(line));
  if (start < 0 || !text.endsWith('\n')) return null;
  const processes: GpuProcessEnvironmentFacts['processes'] = [];
  for (const line of lines.slice(start + 1)) {
    const pid = Number(/^pid (\d{1,10})$/.exec(line)?.[1] ?? 0);
    const [, name = '', value = ''] = /^([A-Z][A-Z0-9_]{1,60})=(.*)$/.exec(line) ?? [];
    const variables = processes.at(-1)?.variables;
    if (pid > 0) processes.push({ pid, variables: {} });
    else if (variables && name !== '') {
      if (variableNames.includes(name)) variables[name] ??= value;
    } else if (line !== '') return null;
  }
  return { processes, isComplete: lines[start] === 'uid 0' };
}
