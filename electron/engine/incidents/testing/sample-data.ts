import type { ActionRun } from '#shared/domain/action';
import type { CommandRecord, Evidence } from '#shared/domain/command';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { Finding } from '#shared/domain/finding';
import type { ProbeResult } from '#shared/domain/probe';

const both = (en: string, zhCN: string) => ({ en, 'zh-CN': zhCN });
export const startMs = Date.UTC(2026, 5, 1, 8, 0, 0);

export function command(commandId: string, argv: string[], evidenceId: string): CommandRecord {
  return {
    commandId,
    argv,
    privilege: 'user',
    state: 'exited',
    exitCode: 0,
    startedAtMs: startMs,
    durationMs: 120,
    stdoutBytes: 10,
    stderrBytes: 0,
    isTruncated: false,
    evidenceId,
  };
}

export function evidence(record: CommandRecord, probeId: string | null, stdoutText: string, stderrText = ''): Evidence {
  return { id: record.evidenceId, hostId: 'host-a', probeId, record, stdoutText, stderrText };
}

export function probeResult(probeId: string, facts: unknown, commands: CommandRecord[]): ProbeResult {
  return {
    hostId: 'host-a',
    probeId,
    state: 'ok',
    reason: null,
    facts,
    observedAtMs: startMs,
    durationMs: 200,
    commands,
  };
}

export function finding(change: Partial<Finding> = {}): Finding {
  return {
    id: 'finding-1',
    code: 'F-A1',
    hostId: 'host-a',
    state: 'degraded',
    severity: 'warn',
    title: both('A stale process holds GPU memory', '残留进程占用 GPU 显存'),
    explanation: both('Process 4711 of alice holds 20000 MiB of GPU 0.', 'alice 的进程 4711 占用 GPU 0 的 20000 MiB。'),
    advice: [both('Ask alice before ending it.', '结束前请先询问 alice。')],
    cautions: [both('A notebook of alice that pauses looks the same.', 'alice 暂停的 notebook 看起来相同。')],
    subjects: ['pid 4711'],
    evidence: [{ probeId: 'gpu', factPath: 'gpus.0.memory.usedBytes', evidenceId: 'ev-gpu' }],
    actions: [{ actionId: 'gpu-process-end', parameters: { pid: 4711 }, why: null }],
    sources: ['https://docs.nvidia.com/deploy/nvidia-smi/'],
    observedAtMs: startMs,
    origin: { treeId: 'vram-shortage', runId: 'run-1', stepId: 'a2' },
    ...change,
  };
}

export function diagnosisRun(change: Partial<DiagnosisRun> = {}): DiagnosisRun {
  return {
    id: 'run-1',
    treeId: 'vram-shortage',
    hostId: 'host-a',
    state: 'concluded',
    startedAtMs: startMs,
    updatedAtMs: startMs + 1000,
    isWhatIf: false,
    progress: { done: 1, total: 1, running: [] },
    probes: [{ probeId: 'gpu', state: 'ok', reason: null }],
    path: [
      {
        stepId: 'a2',
        atMs: startMs,
        evaluations: [],
        chosenBranchId: null,
        isForced: false,
        answers: null,
        evidence: [{ probeId: 'gpu', factPath: 'gpus.0.memory.usedBytes', evidenceId: 'ev-gpu' }],
      },
    ],
    question: null,
    findings: [finding()],
    error: null,
    ...change,
  };
}

export function actionRun(change: Partial<ActionRun> = {}): ActionRun {
  return {
    id: 'action-run-1',
    plan: {
      id: 'plan-1',
      actionId: 'gpu-process-end',
      hostId: 'host-a',
      parameters: { pid: 4711 },
      createdAtMs: startMs,
      expiresAtMs: startMs + 600_000,
      risk: 'disruptive',
      needsRoot: false,
      interruptsJobs: true,
      checks: [
        {
          title: both('It holds GPU memory', '它占用 GPU 显存'),
          outcome: 'pass',
          detail: both('GPU 0: 20000 MiB', 'GPU 0: 20000 MiB'),
          evidenceId: 'ev-inspect',
        },
      ],
      steps: [
        {
          kind: 'command',
          id: 'term',
          title: both('Send TERM to 4711', '向 4711 发送 TERM'),
          argv: ['kill', '-TERM', '4711'],
          commandLine: 'kill -TERM 4711',
          privilege: 'user',
          onlyIf: null,
        },
        {
          kind: 'file',
          id: 'write',
          title: both('Write the file', '写入文件'),
          path: '/home/alice/gantry-env.sh',
          before: null,
          after: 'export A=1\n',
          diff: '--- /dev/null\n+++ /home/alice/gantry-env.sh\n@@ -0,0 +1 @@\n+export A=1\n',
          privilege: 'user',
        },
      ],
      verification: both('The memory comes back.', '显存被释放。'),
      undo: null,
      isAlreadyDone: false,
      isBlocked: false,
      fingerprint: 'f'.repeat(64),
    },
    incidentId: null,
    state: 'verified',
    startedAtMs: startMs + 2000,
    finishedAtMs: startMs + 4000,
    steps: [
      { id: 'term', state: 'done', evidenceId: 'ev-term', detail: both('The process ended.', '进程已结束。') },
      { id: 'write', state: 'done', evidenceId: null, detail: null },
    ],
    verification: { outcome: 'pass', detail: both('GPU 0: 40500 MiB → 20500 MiB', 'GPU 0: 40500 MiB → 20500 MiB') },
    error: null,
    canUndo: false,
    ...change,
  };
}
