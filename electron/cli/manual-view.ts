import { type ManualPlan, type ManualWork, manualPhases, openItems } from '#shared/domain/manual/manual-work';
import type { CliContext } from './context';
import { clockTime } from './format';
import { state } from './table';

export function showPlan(context: CliContext, { procedure, target, checks }: ManualPlan): void {
  context.print(context.text(procedure.title));
  if (target) context.print([target.slot, target.model, target.identity].filter(Boolean).join('  '));
  context.table(
    ['CHECK', 'OUTCOME', 'DETAIL'],
    checks.map(({ title, outcome, detail }) => [context.text(title), state(outcome), context.text(detail)]),
  );
}

export async function show(context: CliContext, one: ManualWork, json = false): Promise<void> {
  if (json) return context.json(one);
  const { procedure, target, hostId } = one;
  const names = await (await context.client()).hosts.names();
  context.print(`${one.state}  ${one.id}  ${context.text(procedure.title)}  ${names[hostId] ?? hostId}`);
  if (target) context.print([target.slot, target.model, target.identity].filter(Boolean).join('  '));
  context.table(
    ['STEP', 'STATE', 'BY', 'WHAT'],
    manualPhases.flatMap((phase) =>
      procedure.steps
        .filter((step) => step.phase === phase)
        .map((step) => {
          const mark = one.steps[step.id];
          const words = [context.text(step.title), mark?.note].filter(Boolean).join(' · ');
          return [step.id, state(mark?.state ?? 'open'), mark?.by ?? null, words];
        }),
    ),
  );
  if (procedure.serials.length > 0) {
    context.print('');
    context.table(
      ['SERIAL', 'VALUE', 'BY', 'WHAT'],
      procedure.serials.map(({ id, label }) => {
        const serial = one.serials.find((known) => known.id === id);
        const judged = serial ? context.say({ key: `manualWork.judgement.${serial.judgement}` }) : null;
        return [id, serial?.value ?? serial?.note ?? null, serial?.by ?? null, judged ?? context.text(label)];
      }),
    );
  }
  if (procedure.photos.length > 0) {
    context.print('');
    context.table(
      ['PHOTO', 'TAKEN', 'WHAT'],
      procedure.photos.map(({ id, label, isRequired }) => {
        const taken = one.photos.filter(({ slot }) => slot === id).length;
        return [id, taken > 0 ? taken : isRequired ? 'open' : null, context.text(label)];
      }),
    );
  }
  for (const { outcome, detail, atMs } of one.verifications) {
    context.print(
      `${clockTime(atMs)}  ${context.say({ key: `manualWork.verdict.${outcome}` })}: ${context.text(detail)}`,
    );
  }
  showOpen(context, one);
}

/** What is still to be done before the node is asked, by the ids that the verbs take. */
export function showOpen(context: CliContext, one: ManualWork): void {
  if (one.state !== 'open') return;
  const { steps, serials, photos } = openItems(one);
  const left = [...steps, ...serials, ...photos];
  const key = left.length > 0 ? 'cli.manualOpen' : 'cli.manualReady';
  context.print(context.say({ key, params: { what: left.join(', ') } }));
}
