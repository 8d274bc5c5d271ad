import type { PrometheusService } from '../telemetry/prometheus/create-prometheus';
import type { ServerLink } from '../telemetry/prometheus/server/create-server-link';
import { engine, translateErrors } from './errors';

/** The `prometheus` area of the contract. */
export function prometheusProcedures(prometheus: PrometheusService, server: ServerLink) {
  const area = engine.prometheus;
  return {
    status: area.status.use(translateErrors).handler(() => prometheus.status()),
    serverStatus: area.serverStatus.use(translateErrors).handler(() => server.status()),
    setServerSecret: area.setServerSecret.use(translateErrors).handler(async ({ input }) => {
      await server.setSecret(input.secret);
      return {};
    }),
    hasServerSecret: area.hasServerSecret.use(translateErrors).handler(() => server.hasSecret()),
    importHistory: area.importHistory
      .use(translateErrors)
      .handler(({ input, signal }) => server.importHistory(input, signal)),
    serve: area.serve.use(translateErrors).handler(({ input, signal }) => prometheus.serve(input, signal)),
  };
}
