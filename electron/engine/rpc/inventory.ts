import type { AuditLog } from '../audit/audit-log';
import { HostUnavailableError } from '../hosts/host';
import type { InventoryService } from '../inventory/inventory';
import { parseRecorded } from '../probes/parse-recorded';
import { probeInfo } from '../probes/probe-info';
import { batches } from './batches';
import { engine, translateErrors } from './errors';

export function probeProcedures(inventory: InventoryService) {
  const { probes } = engine;
  return {
    list: probes.list.use(translateErrors).handler(() => [...probeInfo]),
    parse: probes.parse.use(translateErrors).handler(({ input }) => {
      const { probeId, text, ...options } = input;
      return parseRecorded(probeId, text, options);
    }),
    run: probes.run.use(translateErrors).handler(async function* ({ input, signal }) {
      yield* inventory.run(input.hostId, input.probeIds, { signal });
    }),
  };
}

export function inventoryProcedures(inventory: InventoryService, audit: AuditLog) {
  const { inventory: area } = engine;
  return {
    list: area.list.use(translateErrors).handler(() => inventory.summaries()),
    get: area.get.use(translateErrors).handler(({ input: { hostId } }) => ({
      hostId,
      isCollecting: inventory.isCollecting(hostId),
      results: inventory.results(hostId),
      staleResults: inventory.staleResults(hostId),
    })),
    refresh: area.refresh.use(translateErrors).handler(async ({ input: { hostId, probeIds }, signal }) => {
      const { isCut, ...report } = await inventory.refresh(hostId, { probeIds, signal, isFresh: true });
      if (!isCut) return report;
      // Facts of before stand where nothing newer came, so nothing else would tell that this was no whole look.
      const detail = `${report.ok} / ${report.total}`;
      throw new HostUnavailableError(hostId, { code: 'connection-lost', detail });
    }),
    cancelRefresh: area.cancelRefresh.use(translateErrors).handler(({ input }) => {
      inventory.cancel(input.hostId);
      return {};
    }),
    watchSummaries: area.watchSummaries.use(translateErrors).handler(async function* ({ signal }) {
      const changes = batches((ended) => inventory.watchChanges({ signal: ended }), {
        everyMs: 200,
        keyOf: (hostId) => hostId,
        signal,
      });
      // Summed up once per batch, however many results came in meanwhile.
      for await (const hostIds of changes) yield inventory.summaries(hostIds);
    }),
    watch: area.watch.use(translateErrors).handler(async function* ({ input, signal }) {
      yield* inventory.watch(input.hostId, { signal });
    }),
    evidence: area.evidence.use(translateErrors).handler(({ input }) => inventory.evidence(input.evidenceId)),
    noteExport: area.noteExport.use(translateErrors).handler(({ input }) => {
      audit.append({ event: 'inventory.export', detail: input });
      return {};
    }),
    collectorScript: area.collectorScript.use(translateErrors).handler(() => ({ script: inventory.collectorScript() })),
    importBundle: area.importBundle.use(translateErrors).handler(({ input }) => inventory.importBundle(input)),
  };
}
