/** What a service prints at `/metrics`; counts what happened since it was asked last. */
export interface ServiceMetrics {
  print(): string;
}
