import type { MetricId } from '../domain/telemetry/metrics';
import type { Message } from '../domain/text';
import { metrics } from './en/metrics';

/** What a metric is called, and what there is to know about it: null where the name says it all. */
export function metricWords(id: MetricId, say: (message: Message) => string): { name: string; help: string | null } {
  const [subject = '', name = ''] = id.split('.');
  const helps: Readonly<Record<string, Readonly<Record<string, string>>>> = metrics.help;
  return {
    name: say({ key: `metrics.name.${id}` }),
    help: helps[subject]?.[name] === undefined ? null : say({ key: `metrics.help.${id}` }),
  };
}
