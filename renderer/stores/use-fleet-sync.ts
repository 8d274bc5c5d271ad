import { useEffect } from 'react';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';
import { useStream } from '../rpc/use-stream';
import { applyStatuses, applySummaries, setHosts, useFleet } from './fleet-store';

/** Keeps the fleet store current while mounted; the shell mounts it once. */
export function useFleetSync(): void {
  const listing = useFleet((state) => state.listing);
  const isListed = useFleet((state) => state.isListed);
  const { data, error } = useQuery(`hosts/${listing}`, (signal) => engine.hosts.list(undefined, { signal }));

  useEffect(() => {
    if (data) setHosts(data);
  }, [data]);
  const { data: names } = useQuery(isListed ? `names/${listing}` : null, (signal) =>
    engine.hosts.names(undefined, { signal }),
  );
  useEffect(() => {
    if (names) useFleet.setState({ names });
  }, [names]);
  const { data: demo } = useQuery(isListed ? `demo/${listing}` : null, (signal) =>
    engine.sim.status(undefined, { signal }),
  );
  useEffect(() => {
    if (demo) useFleet.setState({ demoHostIds: new Set(demo.nodes.flatMap(({ hostId }) => hostId ?? [])) });
  }, [demo]);
  useEffect(() => {
    if (error) useFleet.setState({ loadError: error });
  }, [error]);
  // Statuses before the list would mean nothing yet.
  useStream(
    isListed ? 'hosts' : null,
    (signal) => engine.hosts.watch(undefined, { signal }),
    (batches) => applyStatuses(batches.flat()),
  );
  useStream(
    'summaries',
    (signal) => engine.inventory.watchSummaries(undefined, { signal }),
    (batches) => applySummaries(batches.flat()),
  );
}
