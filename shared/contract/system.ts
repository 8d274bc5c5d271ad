import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { severities } from '../domain/finding';
import { fleetViewsSchema } from '../domain/fleet/fleet-view-schema';
import { chartViewsSchema } from '../domain/telemetry/chart-view';
import { metricsServingSchema } from '../domain/telemetry/metrics-serving';
import { prometheusServerSchema } from '../domain/telemetry/prometheus-server';
import { samplesKeptSchema } from '../domain/telemetry/samples-kept';
import { messageSchema } from '../domain/text-schema';
import { procedure } from './errors';

/** What the user chose. `language` and `colorScheme` null follow the workstation. */
export const settingsSchema = z.object({
  language: z.enum(['en', 'zh-CN']).nullable(),
  colorScheme: z.enum(['light', 'dark', 'auto']),
  sshConfigFile: z.string().nullable(),
  knownHostsFile: z.string().nullable(),
  connectTimeoutMs: z.number().int().min(1000).max(120_000),
  treesFolder: z.string().nullable(),
  rulesFolder: z.string().nullable(),
  fixesFolder: z.string().nullable(),
  playbooksFolder: z.string().nullable(),
  /** Ids of rules that are switched off. */
  rulesOff: z.array(z.string()),
  /** Alerts of this severity and worse open or extend an incident. */
  alertIncidents: z.enum([...severities, 'never']),
  /** Ways to look at the fleet that were saved under a name. */
  fleetViews: fleetViewsSchema,
  /** What the metrics screen compares, saved under a name. */
  chartViews: chartViewsSchema,
  samplesKept: samplesKeptSchema,
  /** `/metrics` for Prometheus, served while the app runs. */
  metricsServer: metricsServingSchema.extend({ isOn: z.boolean() }),
  prometheusServer: prometheusServerSchema,
});
export type Settings = z.infer<typeof settingsSchema>;

export const system = {
  info: procedure.output(
    z.object({
      version: z.string(),
      dataDir: z.string(),
      platform: z.string(),
      secretStorage: z.enum(['keychain', 'memory']),
    }),
  ),
  /**
   * What nobody asked about and the user should know: a damaged database was kept aside, a password was not saved …
   * All of them at once, and all again whenever one is added.
   */
  watchNotices: procedure.output(eventIterator(z.array(messageSchema))),
  settings: procedure.output(settingsSchema),
  updateSettings: procedure.input(settingsSchema.partial()).output(settingsSchema),
};
