import type { Notifications } from '../notifications/create-notifications';
import type { JudgeLine } from '../telemetry/log-evidence';
import type { Diagnosis } from '../trees/create-diagnosis';
import { engine, translateErrors } from './errors';

export function treeProcedures(diagnosis: Diagnosis) {
  return {
    list: engine.trees.list.use(translateErrors).handler(async () => {
      const { trees, problems } = await diagnosis.trees();
      return { trees, problems: [...problems] };
    }),
    get: engine.trees.get.use(translateErrors).handler(({ input }) => diagnosis.tree(input.treeId)),
    check: engine.trees.check
      .use(translateErrors)
      .handler(({ input }) => [...diagnosis.checkTree(input.file, input.text)]),
    test: engine.trees.test.use(translateErrors).handler(({ input }) => {
      const { outcomes, problems } = diagnosis.testTree(input.file, input.text, input.tree);
      return {
        cases: outcomes.map(({ name, result, problems: found }) => ({
          name,
          path: result.path.map(({ stepId }) => stepId),
          findings: result.findings.map(({ code }) => code),
          problems: [...found],
        })),
        problems: [...problems],
      };
    }),
  };
}

export function diagnosisProcedures(
  diagnosis: Diagnosis,
  judgeLine: JudgeLine,
  { incidentOf }: Pick<Notifications, 'incidentOf'>,
) {
  return {
    list: engine.diagnosis.list.use(translateErrors).handler(({ input }) =>
      diagnosis.list(input.hostId).map((run) => ({
        ...run,
        findings: run.findings.map(({ code, severity, title }) => ({ code, severity, title })),
      })),
    ),
    get: engine.diagnosis.get.use(translateErrors).handler(({ input }) => diagnosis.get(input.runId)),
    start: engine.diagnosis.start.use(translateErrors).handler(async ({ input: { evidence, ...input } }) => {
      if (!evidence) return diagnosis.start(input);
      const { hostId } = input;
      const logLine = await judgeLine({ ...evidence, hostId });
      return diagnosis.start({ ...input, logLine, incidentId: incidentOf(hostId) });
    }),
    answer: engine.diagnosis.answer
      .use(translateErrors)
      .handler(({ input }) => diagnosis.answer(input.runId, input.stepId, input.answers)),
    back: engine.diagnosis.back.use(translateErrors).handler(({ input }) => diagnosis.back(input.runId, input.stepId)),
    question: engine.diagnosis.question
      .use(translateErrors)
      .handler(({ input }) => diagnosis.question(input.runId, input.stepId)),
    readAgain: engine.diagnosis.readAgain
      .use(translateErrors)
      .handler(({ input }) => diagnosis.readAgain(input.runId, input.stepId)),
    resume: engine.diagnosis.resume.use(translateErrors).handler(({ input }) => diagnosis.resume(input.runId)),
    whatIf: engine.diagnosis.whatIf
      .use(translateErrors)
      .handler(({ input }) => diagnosis.whatIf(input.runId, input.assumption)),
    cancel: engine.diagnosis.cancel.use(translateErrors).handler(({ input }) => diagnosis.cancel(input.runId)),
    watch: engine.diagnosis.watch.use(translateErrors).handler(async function* ({ input, signal }) {
      yield* diagnosis.watch(input.runId, signal);
    }),
  };
}
