import { z } from 'zod';

/** A Prometheus-compatible server that samples are stored on and history is read from. */
export const prometheusServerSchema = z.object({
  /** Whether samples are written there. */
  isOn: z.boolean(),
  /** Of its HTTP API, as `https://prometheus.lab:9090`. Null: there is none. */
  url: z
    .string()
    .max(2000)
    .regex(/^https?:\/\/[^\s/?#@]+[^\s?#@]*$/)
    .nullable(),
  /** Where it takes remote write, if not at `/api/v1/write` of that. */
  writeUrl: z
    .string()
    .max(2000)
    .regex(/^https?:\/\/[^\s/?#@]+[^\s?#@]*$/)
    .nullable(),
  /** With a name the secret is its password, else a bearer token. */
  userName: z.string().max(200).nullable(),
  /** Holds the secret where the workstation has no keychain. */
  secretFile: z.string().nullable(),
  /** What signed its certificate, PEM; null: one that the system knows. */
  authorityFile: z.string().nullable(),
  /** Put to every series. */
  externalLabels: z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().min(1).max(200)),
  /** Whether history is kept there, and here only what is younger than `bufferHours`. */
  isHistory: z.boolean(),
  bufferHours: z.number().int().min(3).max(168),
});
export type PrometheusServer = z.infer<typeof prometheusServerSchema>;

export const noPrometheusServer: PrometheusServer = {
  isOn: false,
  url: null,
  writeUrl: null,
  userName: null,
  secretFile: null,
  authorityFile: null,
  externalLabels: {},
  isHistory: false,
  bufferHours: 3,
};
