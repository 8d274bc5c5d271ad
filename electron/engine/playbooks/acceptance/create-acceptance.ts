import type { IncidentSummary } from '#shared/domain/incident';
import type { AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import { isRolling } from '#shared/domain/rollout';
import type { Language } from '#shared/domain/text';
import type { Actions } from '../../actions/actions';
import type { Rollouts } from '../../actions/rolling/create-rollouts';
import { ConflictError, NotFoundError } from '../../errors';
import { HostUnavailableError } from '../../hosts/host';
import type { HostDirectory } from '../../hosts/host-directory';
import type { Incidents } from '../../incidents/create-incidents';
import type { Inventory } from '../../inventory/inventory';
import { makeSheet, sheetProbes } from './make-sheet';

export interface AcceptanceDeps {
  readonly hosts: Pick<HostDirectory, 'everyHost'>;
  readonly inventory: Pick<Inventory, 'refresh' | 'results' | 'evidence'>;
  readonly actions: Pick<Actions, 'get'>;
  readonly rollouts: Pick<Rollouts, 'get' | 'signOff'>;
  readonly incidents: Pick<Incidents, 'append'>;
  /** Of reports, which lie above. */
  readonly markdown: (sheet: AcceptanceSheet, language: Language) => string;
  readonly nowMs: () => number;
}

interface SheetRequest {
  readonly rolloutId: string;
  readonly hostId: string;
}

export interface Acceptance {
  /** Reads the node's versions again where it answers, else tells those of then with their time. Throws NotFoundError, AbortError. */
  sheet(request: SheetRequest, options?: { signal?: AbortSignal | undefined }): Promise<AcceptanceSheet>;
  export(
    request: SheetRequest & { language: Language },
    options?: { signal?: AbortSignal | undefined },
  ): Promise<{ fileName: string; text: string }>;
  /** Throws ConflictError while nodes are still being changed, and where the sheet is no longer that of the digest. */
  signOff(request: SheetRequest & { note: string; digest: string }): Promise<AcceptanceSheet>;
  /** Puts the sheet on the timeline of an incident, frozen as it is now. */
  attach(request: SheetRequest & { incidentId: string }): Promise<IncidentSummary>;
}

/** Acceptance sheets of nodes that playbooks were carried out on. */
export function createAcceptance({
  hosts,
  inventory,
  actions,
  rollouts,
  incidents,
  markdown,
  nowMs,
}: AcceptanceDeps): Acceptance {
  const orNull = <Value>(read: () => Value): Value | null => {
    try {
      return read();
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
  };

  const made: Acceptance = {
    async sheet({ rolloutId, hostId }, { signal } = {}) {
      const rollout = rollouts.get(rolloutId);
      if (!rollout.items.some((item) => item.hostId === hostId)) throw new NotFoundError('host', hostId);
      try {
        await inventory.refresh(hostId, { probeIds: sheetProbes, ...(signal ? { signal } : {}) });
      } catch (error) {
        if (!(error instanceof HostUnavailableError || error instanceof NotFoundError)) throw error;
      }
      return makeSheet({
        rollout,
        hostId,
        hostName: hosts.everyHost().find(({ id }) => id === hostId)?.name ?? hostId,
        run: (runId) => orNull(() => actions.get(runId)),
        results: inventory.results(hostId),
        output: (evidenceId) => orNull(() => inventory.evidence(evidenceId).stdoutText),
        nowMs: nowMs(),
      });
    },

    async export({ language, ...request }, options) {
      const sheet = await made.sheet(request, options);
      const name = `${sheet.playbookId}-${sheet.hostName}`.replace(/[^A-Za-z0-9._-]/g, '_');
      return { fileName: `${name}-acceptance.md`, text: markdown(sheet, language) };
    },

    async signOff({ note, digest, ...request }) {
      if (isRolling(rollouts.get(request.rolloutId))) throw new ConflictError('actions.rolloutRuns');
      const { outcome, digest: now } = await made.sheet(request);
      if (now !== digest) throw new ConflictError('playbooks.sheetChanged');
      rollouts.signOff(request.rolloutId, { hostId: request.hostId, note, outcome, digest });
      return made.sheet(request);
    },

    async attach({ incidentId, ...request }) {
      const sheet = await made.sheet(request);
      return incidents.append(incidentId, [{ kind: 'acceptance', sheet }]);
    },
  };
  return made;
}
