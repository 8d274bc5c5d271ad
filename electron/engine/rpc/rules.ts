import type { CompiledRule } from '#shared/domain/rules/compiled-rule';
import type { Alerts } from '../telemetry/rules/create-alerts';
import type { Rules } from '../telemetry/rules/create-rules';
import { runRuleCases } from '../telemetry/rules/run-rule-cases';
import { engine, translateErrors } from './errors';

/** The `rules` area of the contract. */
export function ruleProcedures({ library }: Rules) {
  const area = engine.rules;
  return {
    list: area.list.use(translateErrors).handler(() => {
      const { rules, problems } = library.load();
      return { rules: rules.map(listed), problems: [...problems] };
    }),
    check: area.check
      .use(translateErrors)
      .handler(({ input: { file, text } }) => [...library.only(file, text).problems]),
    test: area.test.use(translateErrors).handler(({ input: { file, text, rules } }) => {
      const set = rules ? library.only(rules.file, rules.text) : library.load();
      const { cases, problems } = runRuleCases(file, text, set);
      return {
        cases: cases.map(({ name, problems: found }) => ({ name, problems: [...found] })),
        problems: [...(rules ? set.problems : []), ...problems],
      };
    }),
  };
}

/** The `alerts` area of the contract. */
export function alertProcedures(alerts: Alerts) {
  const area = engine.alerts;
  return {
    list: area.list.use(translateErrors).handler(({ input }) => alerts.list(input)),
    acknowledge: area.acknowledge
      .use(translateErrors)
      .handler(({ input }) => alerts.acknowledge(input.alertId, input.why)),
    silence: area.silence.use(translateErrors).handler(({ input }) => alerts.silence(input)),
    silences: area.silences.use(translateErrors).handler(() => alerts.silences()),
    endSilence: area.endSilence.use(translateErrors).handler(({ input }) => {
      alerts.endSilence(input.silenceId, input.why);
      return {};
    }),
  };
}

function listed(rule: CompiledRule) {
  const { id, of, when, severity, title, message, isBuiltIn, file, timing } = rule;
  return {
    id,
    of,
    when,
    for: rule.for ?? null,
    until: { when: rule.until?.when ?? null, forMs: timing.releaseMs },
    severity,
    labels: rule.labels ?? {},
    title,
    message,
    treeId: rule.tree ?? null,
    isBuiltIn,
    file,
  };
}
