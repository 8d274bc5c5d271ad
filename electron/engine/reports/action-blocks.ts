import type { ActionRun } from '#shared/domain/action';
import type { Incident } from '#shared/domain/incident';
import { labelled, labelledTable, type ReportBlock } from './report-model';
import type { Words } from './report-words';

/** The last state of each run on the timeline: it is there once as started and once as ended. */
export function lastRuns(incident: Incident): ActionRun[] {
  const runs = new Map<string, ActionRun>();
  for (const entry of incident.entries) if (entry.kind === 'action') runs.set(entry.run.id, entry.run);
  return [...runs.values()];
}

/** What was done, with what was so before and after. */
export function actionBlocks(incident: Incident, words: Words): ReportBlock[] {
  const { t } = words;
  const runs = lastRuns(incident);
  const heading: ReportBlock = { kind: 'heading', level: 2, text: t('actions') };
  if (runs.length === 0) return [heading, { kind: 'paragraph', text: t('noActions'), isQuiet: true }];
  const rest = runs.length - shownRuns;
  return [
    heading,
    ...(rest > 0 ? [{ kind: 'paragraph' as const, text: t('moreActions', { count: rest }), isQuiet: true }] : []),
    ...runs.slice(-shownRuns).flatMap((run) => runBlocks(run, words)),
  ];
}

/** About a page each; the bundle has all. */
const shownRuns = 40;

function runBlocks(
  run: ActionRun,
  { t, text, message, host, action, parametersOf, values, time }: Words,
): ReportBlock[] {
  const { plan, verification } = run;
  const given = Object.fromEntries(Object.entries(plan.parameters).filter(([, value]) => value !== null));
  const verified =
    verification &&
    t({ pass: 'verified', fail: 'notVerified', unknown: 'notKnown' }[verification.outcome], {
      detail: text(verification.detail),
    });
  const steps = plan.steps.flatMap((step): ReportBlock[] => {
    const done = run.steps.find((one) => one.id === step.id);
    const state = t(`stepState.${done?.state ?? 'pending'}`);
    const outcome = done?.detail ? `${state}: ${text(done.detail)}` : state;
    const title: ReportBlock = { kind: 'paragraph', text: `${text(step.title)} – ${outcome}` };
    // What did not run needs no more than its name.
    if (done?.state === 'skipped' || done?.state === 'pending') return [title];
    return [title, { kind: 'code', text: step.kind === 'command' ? shortened(step.commandLine) : step.diff }];
  });
  // Undoing has steps of its own.
  const more = run.steps.flatMap(({ id, state, detail }): ReportBlock[] => {
    if (plan.steps.some((step) => step.id === id)) return [];
    const undone = plan.steps.find((step) => `undo-${step.id}` === id);
    const title = undone ? t('undoOf', { step: text(undone.title) }) : id;
    const outcome = t(`stepState.${state}`);
    return [{ kind: 'paragraph', text: `${title} – ${detail ? `${outcome}: ${text(detail)}` : outcome}` }];
  });
  return [
    { kind: 'heading', level: 3, text: t('actionOn', { action: action(plan.actionId), host: host(plan.hostId) }) },
    {
      kind: 'facts',
      rows: [
        [t('outcome'), t(`runState.${run.state}`) + (run.error ? ` – ${message(run.error)}` : '')],
        [t('risk'), t(`riskName.${plan.risk}`)],
        [t('started'), time(run.startedAtMs)],
        [t('finished'), run.finishedAtMs === null ? '–' : time(run.finishedAtMs)],
      ],
    },
    ...labelledTable(
      t('parameters'),
      [t('parameter'), t('valueColumn')],
      values(parametersOf(plan.actionId), given),
      [1],
    ),
    ...labelled(
      t('checksBefore'),
      plan.checks.map((check) => `${text(check.title)} (${t(`checkOutcome.${check.outcome}`)}): ${text(check.detail)}`),
    ),
    ...labelledTable(
      t('effect'),
      [t('valueColumn'), t('before'), t('wanted'), t('after')],
      (plan.values ?? []).map(({ title, current, wanted }) => {
        const now = verification?.values?.find((one) => one.title.en === title.en)?.now;
        return [text(title), text(current), text(wanted), now ? text(now) : t('notRead')];
      }),
    ),
    { kind: 'label', text: t('steps') },
    ...steps,
    ...more,
    ...(verified ? labelled(t('verification'), [verified]) : []),
  ];
}

/** The programs that ran are long; how they begin tells which they are, the JSON has them whole. */
function shortened(text: string): string {
  return text.length > 4000 ? `${text.slice(0, 4000)}\n…` : text;
}
