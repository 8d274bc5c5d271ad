import type { Answers, Assumption, DiagnosisRun } from '#shared/domain/diagnosis';
import { useStartDiagnosis } from '../../../findings/start-diagnosis';
import { engine } from '../../../rpc/client';
import { type Call, useCall } from '../../../rpc/use-call';
import { type Query, useQuery } from '../../../rpc/use-query';
import { useStream } from '../../../rpc/use-stream';

export type RunCommand =
  | { readonly kind: 'answer'; readonly stepId: string; readonly answers: Answers }
  | { readonly kind: 'back'; readonly stepId: string }
  /** The probes of one step, or all of them. */
  | { readonly kind: 'read'; readonly stepId: string | null }
  | { readonly kind: 'resume' }
  | { readonly kind: 'cancel' };

export interface DiagnosisRunView {
  query: Query<DiagnosisRun>;
  /** Answering, going back, reading again, cancelling: all change this run. */
  command: Call<[RunCommand], DiagnosisRun>;
  /** Makes a hypothetical copy that takes this for true. */
  whatIf: Call<[Assumption], DiagnosisRun>;
  /** Starts afresh on the same node; `answers` by step id are not asked again. */
  again: Call<[answers: Record<string, Answers>], DiagnosisRun>;
}

/** One run, followed while it lives, and what can be done with it. */
export function useDiagnosisRun(runId: string): DiagnosisRunView {
  const query = useQuery(`diagnosis.get:${runId}`, (signal) => engine.diagnosis.get({ runId }, { signal }));
  const run = query.data;
  const isLive = run?.state === 'collecting' || run?.state === 'waiting';
  useStream(
    isLive ? `diagnosis.watch:${runId}` : null,
    (signal) => engine.diagnosis.watch({ runId }, { signal }),
    (runs) => query.set((previous) => runs.at(-1) ?? previous),
  );

  const command = useCall(async (signal, next: RunCommand) => {
    const changed = await sendCommand(next, signal);
    query.set(() => changed);
    return changed;
  });
  const whatIf = useCall((signal, assumption: Assumption) =>
    engine.diagnosis.whatIf({ runId, assumption }, { signal }),
  );
  const startDiagnosis = useStartDiagnosis();
  const again = useCall((signal, answers: Record<string, Answers>) => {
    const { treeId = '', hostId = '', logLine } = run ?? {};
    const line = logLine && { text: logLine.line, atMs: logLine.atMs };
    return startDiagnosis({ treeId, hostId, answers, ...(line && { evidence: { line } }) }, signal);
  });
  return { query, command, whatIf, again };

  function sendCommand(next: RunCommand, signal: AbortSignal): Promise<DiagnosisRun> {
    switch (next.kind) {
      case 'answer':
        return engine.diagnosis.answer({ runId, stepId: next.stepId, answers: next.answers }, { signal });
      case 'back':
        return engine.diagnosis.back({ runId, stepId: next.stepId }, { signal });
      case 'read':
        return engine.diagnosis.readAgain({ runId, stepId: next.stepId }, { signal });
      case 'resume':
        return engine.diagnosis.resume({ runId }, { signal });
      case 'cancel':
        return engine.diagnosis.cancel({ runId }, { signal });
    }
  }
}

/** Answers of the walk by step id, to run again without being asked the same. */
export function answersOf(run: DiagnosisRun): Record<string, Answers> {
  return Object.fromEntries(run.path.flatMap(({ stepId, answers }) => (answers ? [[stepId, answers]] : [])));
}
