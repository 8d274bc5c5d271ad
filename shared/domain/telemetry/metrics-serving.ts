import { z } from 'zod';

/** Where `/metrics` is served. Files are read when it starts; addresses beyond this workstation need all three of them. */
export const metricsServingSchema = z.object({
  address: z.string().min(1).max(255),
  /** 0: a free one. */
  port: z.number().int().min(0).max(65_535),
  /** Holds the bearer token that is asked for. Null: none is. */
  tokenFile: z.string().nullable(),
  /** PEM, of the server and its chain. Null, with `keyFile`: no TLS. */
  certificateFile: z.string().nullable(),
  keyFile: z.string().nullable(),
});
export type MetricsServing = z.infer<typeof metricsServingSchema>;

/** What nobody has chosen otherwise: this workstation alone. */
export const usualMetricsServing: MetricsServing = {
  address: '127.0.0.1',
  port: 9977,
  tokenFile: null,
  certificateFile: null,
  keyFile: null,
};
