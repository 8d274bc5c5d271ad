import type { Answers, DiagnosisRun } from '#shared/domain/diagnosis';
import type { CliContext } from './context';

interface FollowOptions {
  readonly hostName: string;
  /** By step id; a question without one is answered with "I don't know". */
  readonly answers: Readonly<Record<string, Answers>>;
}

/** Follows a walk until it has ended; an answer may lead to where probes are read again. */
export async function followWalk(
  context: CliContext,
  started: DiagnosisRun,
  { hostName, answers }: FollowOptions,
): Promise<DiagnosisRun> {
  const client = await context.client();
  let walk = started;
  for (;;) {
    for await (const now of await client.diagnosis.watch({ runId: walk.id }, { signal: context.signal })) {
      walk = now;
      const { done, total, running } = now.progress;
      context.progress(`${hostName}: ${done}/${total} ${running.join(' ')}`);
      if (now.state !== 'collecting') break;
    }
    if (walk.state !== 'waiting' || !walk.question) return walk;
    const { stepId, fields } = walk.question;
    const given: Answers = Object.fromEntries(
      fields.map((field) => [field.name, answers[stepId]?.[field.name] ?? null]),
    );
    walk = await client.diagnosis.answer({ runId: walk.id, stepId, answers: given });
  }
}

/** The name of a walk's node; its id where the node was removed. */
export async function hostNameOf(context: CliContext, { hostId }: Pick<DiagnosisRun, 'hostId'>): Promise<string> {
  const names = await (await context.client()).hosts.names();
  return names[hostId] ?? hostId;
}
