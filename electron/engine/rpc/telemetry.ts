import type { Telemetry } from '../telemetry/create-telemetry';
import type { EndpointList } from '../telemetry/endpoints/endpoint-list';
import type { History } from '../telemetry/history';
import { readSpread } from '../telemetry/read-spread';
import { engine, translateErrors } from './errors';

/** The `telemetry` area of the contract. `refuseUnwatching` throws where a host has to be watched for now. */
export function telemetryProcedures(
  telemetry: Telemetry,
  endpoints: EndpointList,
  history: History,
  refuseUnwatching: (hostId: string) => void,
) {
  const area = engine.telemetry;
  return {
    live: area.live.use(translateErrors).handler(({ input, signal }) => telemetry.live(input, signal)),
    at: area.at.use(translateErrors).handler(({ input, signal }) => history.at(input, signal)),
    gpus: area.gpus.use(translateErrors).handler(() => telemetry.gpus()),
    watchStates: area.watchStates.use(translateErrors).handler(({ signal }) => telemetry.watchStates(signal)),
    processes: area.processes
      .use(translateErrors)
      .handler(({ input, signal }) => telemetry.processes(input.hostId, signal)),
    attend: area.attend.use(translateErrors).handler(({ signal }) => telemetry.attend(signal)),
    setWatched: area.setWatched.use(translateErrors).handler(({ input }) => {
      if (!input.isWatched) for (const hostId of input.hostIds) refuseUnwatching(hostId);
      telemetry.setWatched(input.hostIds, input.isWatched);
      return {};
    }),
    endpoints: area.endpoints.use(translateErrors).handler(({ input }) => endpoints.of(input.hostId)),
    setEndpoint: area.setEndpoint.use(translateErrors).handler(({ input: { hostId, address, isNamed } }) => ({
      url: isNamed ? endpoints.add(hostId, address) : endpoints.remove(hostId, address),
    })),
    subjects: area.subjects.use(translateErrors).handler(({ input }) => history.subjects(input)),
    read: area.read
      .use(translateErrors)
      .handler(({ input: { series, ...range }, signal }) => history.readSeries(series, range, signal)),
    readSpread: area.readSpread.use(translateErrors).handler(({ input, signal }) => readSpread(history, input, signal)),
    exportSamples: area.exportSamples
      .use(translateErrors)
      .handler(({ input, signal }) => history.exportSamples(input, signal)),
    storage: area.storage.use(translateErrors).handler(() => telemetry.storage()),
    events: area.events.use(translateErrors).handler(({ input }) => telemetry.events(input)),
  };
}
