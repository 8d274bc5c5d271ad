import type { Command } from 'commander';
import { eventWords } from '#shared/domain/parts/event-words';
import type { Passport } from '#shared/domain/parts/history';
import { partKinds } from '#shared/domain/parts/part';
import { attributeWords, unitOf, valueWords } from '#shared/domain/parts/part-words';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { CliError } from '../exit-codes';
import { clockTime } from '../format';
import type { Run } from '../run';

const searchLimit = 500;

export function registerPart(program: Command, run: Run): void {
  const part = program
    .command('part')
    .description('Parts by serial number or UUID: where each has been, and what happened to it.')
    .addHelpText(
      'after',
      examples(
        'gantry part list 16503230',
        'gantry part show 1650323012345',
        'gantry part note 1650323012345 "RMA 4711" --warranty 2027-03-31',
      ),
    );

  part
    .command('list')
    .description('List parts of which the serial number, UUID, model or note holds a text; all without one.')
    .argument('[text]', 'any piece of it', '')
    .option('--kind <kind>', `one of ${partKinds.join(', ')}`)
    .option('--json', 'print JSON')
    .action(
      run(async (context, text: string, options: { kind?: string; json?: boolean }) => {
        const kind = partKinds.find((one) => one === options.kind);
        if (options.kind !== undefined && !kind) {
          throw new CliError(context.say({ key: 'cli.partKindUnknown', params: { kind: options.kind } }));
        }
        const client = await context.client();
        const found = await client.parts.search({ text, limit: searchLimit, ...(kind ? { kind } : {}) });
        if (options.json) return context.json(found);
        const names = await client.hosts.names();
        context.table(
          ['PART', 'KIND', 'MODEL', 'NODE', 'SLOT', 'THERE'],
          found.map(({ identities, id, hostId, slot, isThere, ...one }) => [
            identities[0]?.value ?? String(id),
            one.kind,
            one.model,
            hostId && (names[hostId] ?? hostId),
            slot,
            one.nodesAtOnce > 1 ? `yes, at ${one.nodesAtOnce} nodes` : isThere ? 'yes' : 'no',
          ]),
        );
      }),
    );

  part
    .command('show')
    .description('Print the passport of a part.')
    .argument('<part>', 'serial number, UUID or id')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { json?: boolean }) => {
        const passport = await findPart(context, name);
        if (options.json) return context.json(passport);
        printPassport(context, passport, await (await context.client()).hosts.names());
      }),
    );

  part
    .command('note')
    .description('Write something about a part: contract, RMA number, the end of its warranty.')
    .argument('<part>', 'serial number, UUID or id')
    .argument('<text>', 'what to write; it replaces what was there')
    .option('--warranty <date>', 'when its warranty ends, e.g. 2027-03-31')
    .action(
      run(async (context, name: string, text: string, options: { warranty?: string }) => {
        const { id, warrantyUntil } = await findPart(context, name);
        const until = options.warranty ?? warrantyUntil;
        if (options.warranty !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(options.warranty)) {
          throw new CliError(context.say({ key: 'cli.dateUnknown', params: { date: options.warranty } }));
        }
        await (await context.client()).parts.setNote({ id, note: text, warrantyUntil: until });
      }),
    );
}

/** By id, or by a whole serial number or UUID. */
async function findPart(context: CliContext, name: string): Promise<Passport> {
  const client = await context.client();
  const found = await client.parts.search({ text: name, limit: searchLimit });
  const isNamed = found.filter(({ identities }) =>
    identities.some(({ value }) => value.toLowerCase() === name.toLowerCase()),
  );
  const [only] = isNamed.length > 0 ? isNamed : found;
  if (isNamed.length === 1 || found.length === 1) return client.parts.passport({ id: only?.id ?? 0 });
  if (/^\d{1,9}$/.test(name) && found.length === 0) return client.parts.passport({ id: Number(name) });
  const key = found.length > 1 ? 'cli.partAmbiguous' : 'cli.partUnknown';
  throw new CliError(context.say({ key, params: { part: name } }));
}

function printPassport(context: CliContext, passport: Passport, names: Readonly<Record<string, string>>): void {
  const { kind, model, identities, stays, nodesAtOnce, counters, events, note, warrantyUntil } = passport;
  const nameOf = (hostId: string) => names[hostId] ?? hostId;
  context.print(`${context.say({ key: `parts.kind.${kind}` })}  ${model ?? '—'}`);
  for (const { name, value } of identities) {
    context.print(`${attributeWords(name === 'serial' ? 'identity' : name, context.say)}  ${value}`);
  }
  if (warrantyUntil) context.print(`${context.say({ key: 'partsScreen.one.warrantyUntil' })}  ${warrantyUntil}`);
  if (note) context.print(note);
  context.print('');
  context.table(
    ['NODE', 'SLOT', 'FROM', 'LAST SEEN', 'THERE'],
    stays.map(({ hostId, slot, fromMs, toMs, isOpen, isOutdated }) => [
      nameOf(hostId),
      slot,
      clockTime(fromMs),
      clockTime(toMs),
      isOutdated ? 'elsewhere since' : isOpen ? 'yes' : 'no',
    ]),
  );
  if (nodesAtOnce > 1) context.warn(context.say({ key: 'partsScreen.one.atOnce', params: { count: nodesAtOnce } }));
  const last = counters.at(-1);
  if (last) {
    context.print('');
    context.table(
      ['COUNTER', 'LAST', 'READ'],
      Object.entries(last.values).map(([name, value]) => [
        attributeWords(name, context.say),
        valueWords(value, unitOf(kind, name), context.say),
        clockTime(last.atMs),
      ]),
    );
  }
  if (events.length === 0) return;
  context.print('');
  context.table(
    ['TIME', 'NODE', 'EVENT'],
    events.map(({ atMs, hostId, event }) => [
      atMs === null ? null : clockTime(atMs),
      nameOf(hostId),
      eventWords(event, kind, context.say),
    ]),
  );
}
