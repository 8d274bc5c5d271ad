import type { FetchProgress } from '#shared/contract/incidents';
import type { Incident } from '#shared/domain/incident';
import { ConflictError, NotFoundError } from '../../errors';
import type { HostDirectory } from '../../hosts/host-directory';
import type { Incidents } from '../create-incidents';
import { fetchFile, readFetched } from './fetch-file';

export interface AttachmentsDeps {
  readonly incidents: Pick<Incidents, 'get' | 'append'>;
  readonly hosts: Pick<HostDirectory, 'open' | 'spec'>;
  readonly folder: string;
}

export interface Attachments {
  /** Copies the bug report that an action of the incident made on its node, and puts it on the timeline. */
  fetchBugReport(incidentId: string, actionRunId: string, signal?: AbortSignal): AsyncGenerator<FetchProgress>;
  /** Null: the file is gone or was changed. */
  read(sha256: string): Uint8Array<ArrayBuffer> | null;
  /** Ends what is being fetched; what came of it is gone on with next time. */
  close(): void;
}

/** Files of nodes that belong to an incident: kept beside the database, under their hash. */
export function createAttachments({ incidents, hosts, folder }: AttachmentsDeps): Attachments {
  /** One at a time of one report: a second click joins nothing and starts nothing. */
  const fetching = new Set<string>();
  const closing = new AbortController();

  return {
    async *fetchBugReport(incidentId, actionRunId, signal) {
      const incident = incidents.get(incidentId);
      if (incident.state === 'closed') throw new ConflictError('incidents.isClosed', { number: incident.number });
      const { hostId, path } = reportOf(incident, actionRunId);
      if (fetching.has(actionRunId)) throw new ConflictError('incidents.isFetching', { path });
      fetching.add(actionRunId);
      try {
        const stop = new AbortController();
        const ended = AbortSignal.any([stop.signal, closing.signal, ...(signal ? [signal] : [])]);
        const host = await hosts.open(hostId, { signal: ended });
        let told: FetchProgress = { receivedBytes: 0, totalBytes: 0, isDone: false };
        let wake = () => {};
        const onProgress = (receivedBytes: number, totalBytes: number): void => {
          told = { receivedBytes, totalBytes, isDone: false };
          wake();
        };
        let isOver = false;
        const fetched = fetchFile(host, path, folder, { signal: ended, onProgress }).finally(() => {
          isOver = true;
          wake();
        });
        // Whoever reads on hears of it; who stopped reading does not need to.
        fetched.catch(() => {});
        try {
          while (!isOver) {
            const moved = new Promise<void>((resolve) => {
              wake = resolve;
            });
            yield told;
            if (!isOver) await moved;
          }
        } finally {
          if (!isOver) stop.abort();
        }
        const { sha256, sizeBytes } = await fetched;
        ended.throwIfAborted();
        const name = path.slice(path.lastIndexOf('/') + 1);
        incidents.append(incidentId, [{ kind: 'file', hostId, name, path, sha256, sizeBytes, actionRunId }]);
        yield { receivedBytes: sizeBytes, totalBytes: sizeBytes, isDone: true };
      } finally {
        fetching.delete(actionRunId);
      }
    },
    close: () => closing.abort(),
    read: (sha256) => (/^[0-9a-f]{64}$/.test(sha256) ? readFetched(folder, sha256) : null),
  };
}

/** Only what an action of this incident wrote can be fetched: no path comes from outside. */
function reportOf(incident: Incident, actionRunId: string): { hostId: string; path: string } {
  const run = incident.entries
    .flatMap((entry) => (entry.kind === 'action' ? [entry.run] : []))
    .findLast(
      ({ id, plan, state }) => id === actionRunId && plan.actionId === 'nvidia-bug-report' && state === 'verified',
    );
  const file = run?.plan.parameters.file;
  if (!run || typeof file !== 'string') throw new NotFoundError('bug report', actionRunId);
  return { hostId: run.plan.hostId, path: `${file}.gz` };
}
