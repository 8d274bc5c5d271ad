import type { Playbooks } from '../playbooks/create-playbooks';
import type { PreflightOf } from '../playbooks/preflight/create-preflight';
import { engine, translateErrors } from './errors';

/** The `playbooks` area of the contract. */
export function playbookProcedures(playbooks: Playbooks, preflight: PreflightOf) {
  const area = engine.playbooks;
  return {
    list: area.list.use(translateErrors).handler(() => playbooks.list()),
    plan: area.plan.use(translateErrors).handler(({ input, signal }) => playbooks.plan(input, { signal })),
    versions: area.versions
      .use(translateErrors)
      .handler(({ input: { hostId }, signal }) => playbooks.versions(hostId, { signal })),
    preflight: area.preflight.use(translateErrors).handler(({ input, signal }) => preflight(input, { signal })),
    problems: area.problems.use(translateErrors).handler(() => [...playbooks.files.problems()]),
    check: area.check
      .use(translateErrors)
      .handler(({ input: { file, text } }) => [...playbooks.files.check(file, text)]),
    source: area.source.use(translateErrors).handler(({ input }) => playbooks.files.source(input.playbookId)),
    schema: area.schema.use(translateErrors).handler(() => playbooks.files.schema()),
    start: area.start.use(translateErrors).handler(({ input }) => playbooks.start(input)),
    exportPlan: area.exportPlan.use(translateErrors).handler(({ input }) => playbooks.exportPlan(input)),
  };
}
