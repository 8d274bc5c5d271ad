import type { Acceptance } from '../playbooks/acceptance/create-acceptance';
import type { Playbooks } from '../playbooks/create-playbooks';
import type { PackageSets } from '../playbooks/offline/create-package-sets';
import { engine, translateErrors } from './errors';

/** The `playbooks` area of the contract. */
export function playbookProcedures(playbooks: Playbooks, sets: PackageSets, acceptance: Acceptance) {
  const area = engine.playbooks;
  return {
    list: area.list.use(translateErrors).handler(() => playbooks.list()),
    plan: area.plan.use(translateErrors).handler(({ input, signal }) => playbooks.plan(input, { signal })),
    versions: area.versions
      .use(translateErrors)
      .handler(({ input: { hostId }, signal }) => playbooks.versions(hostId, { signal })),
    preflight: area.preflight
      .use(translateErrors)
      .handler(({ input, signal }) => playbooks.preflight(input, { signal })),
    problems: area.problems.use(translateErrors).handler(() => [...playbooks.files.problems()]),
    check: area.check
      .use(translateErrors)
      .handler(({ input: { file, text } }) => [...playbooks.files.check(file, text)]),
    source: area.source.use(translateErrors).handler(({ input }) => playbooks.files.source(input.playbookId)),
    schema: area.schema.use(translateErrors).handler(() => playbooks.files.schema()),
    fetchPackages: area.fetchPackages
      .use(translateErrors)
      .handler(({ input, signal }) => sets.fetch(input, { signal })),
    carryPackages: area.carryPackages
      .use(translateErrors)
      .handler(({ input, signal }) => sets.carry(input, { signal })),
    start: area.start.use(translateErrors).handler(({ input }) => playbooks.start(input)),
    acceptance: area.acceptance
      .use(translateErrors)
      .handler(({ input, signal }) => acceptance.sheet(input, { signal })),
    exportAcceptance: area.exportAcceptance
      .use(translateErrors)
      .handler(({ input, signal }) => acceptance.export(input, { signal })),
    attachAcceptance: area.attachAcceptance.use(translateErrors).handler(({ input }) => acceptance.attach(input)),
    signOff: area.signOff.use(translateErrors).handler(({ input }) => acceptance.signOff(input)),
    exportPlan: area.exportPlan.use(translateErrors).handler(({ input }) => playbooks.exportPlan(input)),
  };
}
