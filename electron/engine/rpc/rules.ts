import type { CompiledRule } from '#shared/domain/rules/compiled-rule';
import { readingOf } from '#shared/domain/rules/rule-reading';
import type { AuditLog } from '../audit/audit-log';
import { NotFoundError } from '../errors';
import type { Notifications } from '../notifications/create-notifications';
import type { SettingsStore } from '../store/settings';
import type { History } from '../telemetry/history';
import type { Alerts } from '../telemetry/rules/create-alerts';
import type { Rules } from '../telemetry/rules/create-rules';
import { replayRules } from '../telemetry/rules/replay-rules';
import { runRuleCases } from '../telemetry/rules/run-rule-cases';
import { engine, translateErrors } from './errors';

/** The `rules` area of the contract. */
export function ruleProcedures(
  { library }: Rules,
  history: Pick<History, 'replayed'>,
  settings: SettingsStore,
  audit: AuditLog,
) {
  const area = engine.rules;
  return {
    list: area.list.use(translateErrors).handler(() => {
      const { rules, off, problems } = library.load();
      const all = [...rules.map((rule) => listed(rule, true)), ...off.map((rule) => listed(rule, false))];
      return { rules: all, problems: [...problems] };
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
    runCases: area.runCases.use(translateErrors).handler(async ({ input: { ruleId } }) => {
      const set = library.load();
      const rules = [...set.rules, ...set.off];
      const rule = rules.find(({ id }) => id === ruleId);
      if (!rule) throw new NotFoundError('rule', ruleId);
      const beside = await library.casesBeside(rule);
      if (!beside) return { cases: [], problems: [] };
      const { cases, problems } = runRuleCases(beside.file, beside.text, { ...set, rules }, ruleId);
      return {
        cases: cases.map(({ name, problems: found }) => ({ name, problems: [...found] })),
        problems,
      };
    }),
    replay: area.replay.use(translateErrors).handler(({ input: { ruleIds, rules: text, ...range }, signal }) => {
      const set = text ? library.only(text.file, text.text) : library.load();
      const all = text ? set.rules : [...set.rules, ...set.off];
      const missing = ruleIds?.find((ruleId) => !all.some(({ id }) => id === ruleId));
      if (missing !== undefined) throw new NotFoundError('rule', missing);
      const rules = ruleIds ? all.filter(({ id }) => ruleIds.includes(id)) : set.rules;
      return replayRules({ ...set, rules }, history.replayed(signal), range, signal);
    }),
    setOn: area.setOn.use(translateErrors).handler(({ input: { ruleId, isOn, why } }) => {
      const { rules, off } = library.load();
      if (![...rules, ...off].some(({ id }) => id === ruleId)) throw new NotFoundError('rule', ruleId);
      audit.append({ event: isOn ? 'rule.switchOn' : 'rule.switchOff', hostId: null, detail: { ruleId, why } });
      const others = settings.get().rulesOff.filter((id) => id !== ruleId);
      settings.update({ rulesOff: isOn ? others : [...others, ruleId] });
      return {};
    }),
  };
}

/** The `alerts` area of the contract. */
export function alertProcedures(alerts: Alerts, notifications: Pick<Notifications, 'addToIncident'>) {
  const area = engine.alerts;
  return {
    list: area.list.use(translateErrors).handler(({ input }) => alerts.list(input)),
    watch: area.watch.use(translateErrors).handler(({ signal }) => alerts.watch(signal)),
    during: area.during.use(translateErrors).handler(({ input }) => alerts.during(input)),
    values: area.values.use(translateErrors).handler(({ input }) => alerts.values(input.alertIds)),
    resolved: area.resolved.use(translateErrors).handler(() => alerts.resolved()),
    acknowledge: area.acknowledge
      .use(translateErrors)
      .handler(({ input }) => alerts.acknowledge(input.alertId, input.why)),
    addToIncident: area.addToIncident
      .use(translateErrors)
      .handler(({ input }) => notifications.addToIncident(input.incidentId, input.alertId)),
    silence: area.silence.use(translateErrors).handler(({ input }) => alerts.silence(input)),
    silences: area.silences.use(translateErrors).handler(() => alerts.silences()),
    extendSilence: area.extendSilence
      .use(translateErrors)
      .handler(({ input: { silenceId, untilMs, why } }) => alerts.extendSilence(silenceId, untilMs, why)),
    endSilence: area.endSilence.use(translateErrors).handler(({ input }) => {
      alerts.endSilence(input.silenceId, input.why);
      return {};
    }),
  };
}

function listed(rule: CompiledRule, isOn: boolean) {
  const { id, of, when, severity, title, message, isBuiltIn, file, line, timing } = rule;
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
    sources: rule.sources ?? [],
    isBuiltIn,
    file,
    line,
    isOn,
    reading: readingOf(when),
  };
}
