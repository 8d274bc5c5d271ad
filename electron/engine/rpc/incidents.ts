import type { Attachments } from '../incidents/attachments/create-attachments';
import type { Incidents } from '../incidents/create-incidents';
import type { Reports } from '../reports/create-reports';
import { engine, translateErrors } from './errors';

export function incidentProcedures(incidents: Incidents, attachments: Attachments) {
  const procedures = engine.incidents;
  return {
    list: procedures.list.use(translateErrors).handler(() => incidents.list()),
    get: procedures.get.use(translateErrors).handler(({ input }) => incidents.get(input.incidentId)),
    open: procedures.open.use(translateErrors).handler(({ input }) => incidents.open(input)),
    rename: procedures.rename
      .use(translateErrors)
      .handler(({ input }) => incidents.rename(input.incidentId, input.title)),
    addNote: procedures.addNote
      .use(translateErrors)
      .handler(({ input }) => incidents.addNote(input.incidentId, input.text)),
    addDiagnosis: procedures.addDiagnosis
      .use(translateErrors)
      .handler(({ input }) => incidents.addDiagnosis(input.incidentId, input.runId)),
    addProfileCheck: procedures.addProfileCheck
      .use(translateErrors)
      .handler(({ input }) => incidents.addProfileCheck(input.incidentId, input.hostId, input.profileId)),
    addEvidence: procedures.addEvidence
      .use(translateErrors)
      .handler(({ input }) => incidents.addEvidence(input.incidentId, input.hostId, input.probeIds)),
    close: procedures.close
      .use(translateErrors)
      .handler(({ input }) => incidents.close(input.incidentId, input.reason)),
    reopen: procedures.reopen
      .use(translateErrors)
      .handler(({ input }) => incidents.reopen(input.incidentId, input.reason)),
    fetchBugReport: procedures.fetchBugReport.use(translateErrors).handler(async function* ({ input, signal }) {
      yield* attachments.fetchBugReport(input.incidentId, input.actionRunId, signal);
    }),
    watch: procedures.watch.use(translateErrors).handler(async function* ({ signal }) {
      yield* incidents.watch({ signal });
    }),
  };
}

export function reportProcedures(reports: Reports) {
  return {
    preview: engine.reports.preview.use(translateErrors).handler(({ input }) => reports.preview(input)),
    render: engine.reports.render.use(translateErrors).handler(({ input }) => reports.render(input)),
  };
}
