import { basename } from 'node:path';
import type { Command } from 'commander';
import { type ManualWork, maxPhotoBytes } from '#shared/domain/manual/manual-work';
import { examples, reason } from '../arguments';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { readInput, writeOutput } from '../files';
import { clockTime } from '../format';
import { show, showOpen, showPlan } from '../manual-view';
import type { Run } from '../run';
import { state } from '../table';
import { findIncident } from './incident';

/** Whoever gives no name is who is logged in. */
const by = ['--by <name>', 'who did it, where several people share a login'] as const;
const work = ['<work>', 'an id of `gantry manual list`, or how it begins'] as const;

/** Work with hands in the data hall: steps, serial numbers and photos by people, the verdict by the node. */
export function registerManual(program: Command, run: Run): void {
  const manual = program
    .command('manual')
    .description(
      'Work by hand: a checklist with serial numbers and photos. Only what the node says at the end makes it done.',
    )
    .addHelpText(
      'after',
      examples(
        'gantry manual procedures',
        'gantry manual start gpu-reseat dgx01 --target 00000000:1b:00.0 --yes',
        'gantry manual tick 3f2a drain locate shutdown --by Ada',
        'gantry manual serial 3f2a reseated 1652922001234',
        'gantry manual photo 3f2a contacts.jpg --for contacts',
        'gantry manual verify 3f2a',
      ),
    );

  manual
    .command('procedures')
    .description('List what there are checklists for.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const procedures = await (await context.client()).manual.procedures();
        if (options.json) return context.json(procedures);
        context.table(
          ['PROCEDURE', 'POWER', 'PART', 'WHAT'],
          procedures.map(({ id, power, part, title }) => [id, power, part, context.text(title)]),
        );
      }),
    );

  manual
    .command('list')
    .description('List work by hand, what is under way first.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const client = await context.client();
        const works = await client.manual.list();
        if (options.json) return context.json(works);
        const names = await client.hosts.names();
        context.table(
          ['WORK', 'PROCEDURE', 'NODE', 'PART', 'STATE', 'STEPS', 'STARTED'],
          works.map((one) => [
            one.id,
            one.procedure.id,
            names[one.hostId] ?? one.hostId,
            one.target?.slot ?? null,
            state(one.state),
            `${Object.keys(one.steps).length}/${one.procedure.steps.length}`,
            clockTime(one.startedAtMs),
          ]),
        );
      }),
    );

  manual
    .command('start')
    .description('Look at the node and start the work. Needs --yes; without it only the plan is shown.')
    .argument('<procedure>', 'an id of `gantry manual procedures`')
    .argument('<host>', 'name or id')
    .option('--target <part>', 'which part: its slot as Gantry tells it, or a place in words')
    .option('--incident <incident>', 'record it on this incident: id or INC-number')
    .option(...by)
    .option('--yes', 'I have read the plan')
    .option('--json', 'print JSON')
    .action(
      run(
        async (
          context,
          procedureId: string,
          name: string,
          options: { target?: string; incident?: string; by?: string; yes?: boolean; json?: boolean },
        ) => {
          const { spec } = await context.host(name);
          const client = await context.client();
          const target = options.target ?? null;
          const plan = await client.manual.plan({ procedureId, hostId: spec.id, target }, { signal: context.signal });
          if (!options.json) showPlan(context, plan);
          if (plan.isBlocked) throw new CliError(context.say({ key: 'cli.planBlocked' }), exitCodes.couldNotJudge);
          if (!options.yes) await context.confirm(!options.json);
          const incidentId = options.incident ? (await findIncident(context, options.incident)).id : undefined;
          const { id: planId, fingerprint } = plan;
          await show(
            context,
            await client.manual.start({ planId, fingerprint, incidentId, by: options.by }),
            options.json,
          );
        },
      ),
    );

  manual
    .command('show')
    .description('Show one work with its steps, and what is still open.')
    .argument(...work)
    .option('--json', 'print JSON')
    .action(
      run(async (context, id: string, options: { json?: boolean }) => {
        await show(context, await find(context, id), options.json);
      }),
    );

  manual
    .command('tick')
    .description('Tick steps that are done; leave them out with --skip and a reason; --open takes a tick back.')
    .argument(...work)
    .argument('<step...>', 'ids of steps, as `gantry manual show` lists them')
    .option('--skip <reason>', 'they are left out, for this reason', reason)
    .option('--open', 'they were ticked by mistake')
    .option(...by)
    .action(
      run(async (context, id: string, steps: string[], options: { skip?: string; open?: boolean; by?: string }) => {
        let changed = await find(context, id);
        const { procedure, id: workId } = changed;
        const unknown = steps.filter((step) => !procedure.steps.some((one) => one.id === step));
        // Before the first is ticked: a mistyped one leaves all as they are.
        if (unknown.length > 0) {
          throw new CliError(context.say({ key: 'cli.notFound', params: { what: 'step', id: unknown.join(', ') } }));
        }
        const { manual } = await context.client();
        const next = options.open ? 'open' : options.skip === undefined ? 'done' : 'skipped';
        for (const stepId of steps) {
          changed = await manual.setStep({ workId, stepId, state: next, note: options.skip ?? '', by: options.by });
        }
        showOpen(context, changed);
      }),
    );

  manual
    .command('serial')
    .description('Write down a serial number as it is read on the part; Gantry says what it knows of it.')
    .argument(...work)
    .argument('<field>', 'as `gantry manual show` lists them')
    .argument('[serial]', 'as it is on the label')
    .option('--unreadable <reason>', 'it can’t be read, for this reason', reason)
    .option(...by)
    .action(
      run(
        async (
          context,
          id: string,
          serialId: string,
          value?: string,
          options: { unreadable?: string; by?: string } = {},
        ) => {
          if ((value === undefined) === (options.unreadable === undefined)) {
            throw new CliError(context.say({ key: 'cli.serialOrReason' }));
          }
          const { id: workId } = await find(context, id);
          const changed = await (await context.client()).manual.setSerial({
            ...{ workId, serialId, value: value ?? null },
            ...{ note: options.unreadable ?? '', by: options.by },
          });
          const judgement = changed.serials.find((serial) => serial.id === serialId)?.judgement;
          if (judgement) context.print(context.say({ key: `manualWork.judgement.${judgement}` }));
          showOpen(context, changed);
        },
      ),
    );

  manual
    .command('photo')
    .description('Add photos: JPEG, PNG or WebP.')
    .argument(...work)
    .argument('<file...>', 'pictures')
    .option('--for <photo>', 'which of the photos that are asked for')
    .option(...by)
    .action(
      run(async (context, id: string, files: string[], options: { for?: string; by?: string }) => {
        let changed = await find(context, id);
        const { manual } = await context.client();
        for (const file of files) {
          const bytes = await readInput(file);
          if (bytes.byteLength > maxPhotoBytes) {
            const params = { megabytes: maxPhotoBytes / 1024 / 1024 };
            throw new CliError(`${file}: ${context.say({ key: 'manualWork.photoTooBig', params })}`);
          }
          const name = basename(file).slice(0, 200);
          // A buffer's own type is not what travels.
          const content = new Uint8Array(bytes);
          changed = await manual.addPhoto({
            ...{ workId: changed.id, slot: options.for ?? null },
            ...{ name, bytes: content, by: options.by },
          });
        }
        showOpen(context, changed);
      }),
    );

  manual
    .command('verify')
    .description('Ask the node. 0: it is as it should be, and the work is done; 1: it is not; 3: it could not be told.')
    .argument(...work)
    .option(...by)
    .option('--json', 'print JSON')
    .action(
      run(async (context, id: string, options: { by?: string; json?: boolean }) => {
        const { id: workId } = await find(context, id);
        const client = await context.client();
        const changed = await client.manual.verify({ workId, by: options.by }, { signal: context.signal });
        const last = changed.verifications.at(-1);
        if (last?.outcome === 'fail') context.setExitCode(exitCodes.findings);
        if (last?.outcome === 'unknown') context.setExitCode(exitCodes.couldNotJudge);
        if (options.json) return context.json(changed);
        if (last)
          context.print(`${context.say({ key: `manualWork.verdict.${last.outcome}` })}: ${context.text(last.detail)}`);
      }),
    );

  manual
    .command('abort')
    .description('Give a work up. What was written down of it stays.')
    .argument(...work)
    .requiredOption('--reason <text>', 'why', reason)
    .option(...by)
    .action(
      run(async (context, id: string, options: { reason: string; by?: string }) => {
        const { id: workId } = await find(context, id);
        const changed = await (await context.client()).manual.abort({ workId, reason: options.reason, by: options.by });
        context.print(`${changed.state}  ${changed.id}`);
      }),
    );

  manual
    .command('print')
    .description('Write the work order as a page to print (PDF: in the app).')
    .argument(...work)
    .option('--output <file>', 'default: the suggested name in this folder; - for standard output')
    .action(
      run(async (context, id: string, options: { output?: string }) => {
        const { id: workId } = await find(context, id);
        const { language } = context;
        const { fileName, html } = await (await context.client()).manual.workOrder({ workId, language });
        if (options.output === '-') return context.printPiece(html);
        const file = options.output ?? `${fileName}.html`;
        await writeOutput(file, new TextEncoder().encode(html));
        context.print(file);
      }),
    );
}

async function find(context: CliContext, id: string): Promise<ManualWork> {
  const works = await (await context.client()).manual.list();
  const [found, another] = works.filter((one) => one.id.startsWith(id));
  if (!found || another) throw new CliError(context.say({ key: 'cli.manualMissing', params: { id } }));
  return found;
}
