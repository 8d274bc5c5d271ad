import type { PrometheusService } from '../telemetry/prometheus/create-prometheus';
import { engine, translateErrors } from './errors';

/** The `prometheus` area of the contract. */
export function prometheusProcedures(prometheus: PrometheusService) {
  const area = engine.prometheus;
  return {
    status: area.status.use(translateErrors).handler(() => prometheus.status()),
    serve: area.serve.use(translateErrors).handler(({ input, signal }) => prometheus.serve(input, signal)),
  };
}
