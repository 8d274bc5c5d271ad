import { z } from 'zod';

/** What answers there, as far as its samples are understood. */
export const exporterKinds = ['vllm', 'triton', 'dcgm-exporter', 'node-exporter'] as const;
export type ExporterKind = (typeof exporterKinds)[number];

/**
 * Where a node serves Prometheus text, as seen from the node itself. `missing`: nothing listens. `denied`: sshd forwards
 * nothing for this login, and neither curl nor wget is there instead. `failed`: what answered was no use.
 */
export const metricsEndpointSchema = z.object({
  url: z.string(),
  /** A person named it; else it was found. */
  isNamed: z.boolean(),
  exporters: z.array(z.enum(exporterKinds)),
  state: z.enum(['starting', 'reading', 'missing', 'denied', 'failed']),
  /** Through the connection itself, or by curl or wget on the node. Null before the first answer. */
  via: z.enum(['forward', 'command']).nullable(),
  /** What went wrong, as it was told. */
  detail: z.string().nullable(),
});
export type MetricsEndpoint = z.infer<typeof metricsEndpointSchema>;
