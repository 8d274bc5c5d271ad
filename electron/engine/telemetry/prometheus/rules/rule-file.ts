import { stringify } from 'yaml';
import { durationMs, durationText } from '#shared/domain/rules/duration';
import type { RuleDefinition } from '#shared/domain/rules/rule-schema';
import { InexpressibleError, promqlOf } from './promql-of-expression';

/** What Prometheus has no place for goes along in annotations, so that nothing is lost on the way back. */
export const carried = {
  id: 'gantry_id',
  until: 'gantry_until',
  untilFor: 'gantry_until_for',
  tree: 'gantry_tree',
  sources: 'gantry_sources',
} as const;

export interface RuleProblem {
  readonly id: string;
  readonly reason: string;
}

/** A file of alert rules for Prometheus, and why some rules can't be in it. */
export function prometheusRuleFile(rules: readonly RuleDefinition[]): { text: string; problems: RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const written = rules.flatMap((rule) => {
    try {
      return [alertOf(rule)];
    } catch (error) {
      if (!(error instanceof InexpressibleError)) throw error;
      problems.push({ id: rule.id, reason: error.message });
      return [];
    }
  });
  const text = stringify({ groups: [{ name: 'gantry', rules: written }] }, { lineWidth: 0 });
  return { text, problems };
}

function alertOf({ id, when, for: duration, until, severity, labels, title, message, tree, sources }: RuleDefinition) {
  const reserved = ['severity', 'alertname'].find((name) => labels?.[name] !== undefined);
  if (reserved) throw new InexpressibleError(`the label ${reserved} is Prometheus’ own`);
  const alert = alertName(id);
  return {
    alert,
    expr: promqlOf(when),
    ...(duration === undefined ? {} : { for: duration }),
    keep_firing_for: until?.for ?? usualRelease(duration),
    labels: { ...labels, severity },
    annotations: {
      summary: title.en,
      description: templated(message.en),
      ...(title['zh-CN'] === undefined ? {} : { summary_zh_cn: title['zh-CN'] }),
      ...(message['zh-CN'] === undefined ? {} : { description_zh_cn: templated(message['zh-CN']) }),
      ...(ruleId(alert) === id ? {} : { [carried.id]: id }),
      ...(until?.when === undefined ? {} : { [carried.until]: until.when }),
      // Where it is as usual, it would come back as not given.
      ...(until?.for === undefined ? {} : { [carried.untilFor]: until.for }),
      ...(tree === undefined ? {} : { [carried.tree]: tree }),
      ...(sources === undefined ? {} : { [carried.sources]: JSON.stringify(sources) }),
    },
  };
}

/** How long a rule without a word about it must be false until it is over. */
export function usualRelease(duration: string | undefined): string {
  return durationText(Math.max(2 * (durationMs(duration ?? '0s') ?? 0), 60_000));
}

/** `GpuHot` of `gpu-hot`. */
function alertName(id: string): string {
  return id.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}

/** And back; also of names that others chose. */
export function ruleId(alert: string): string {
  return alert
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
}

function templated(text: string): string {
  return text.replace(/\{\{ *value *\}\}/g, '{{ $value }}');
}
