import type { Command } from 'commander';
import type { EngineClient } from '#shared/contract/index';
import { changeWords } from '#shared/domain/parts/change-words';
import { countUncompared } from '#shared/domain/parts/compare-parts';
import { attributeWords, unitOf, valueWords } from '#shared/domain/parts/part-words';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { clockTime } from '../format';
import type { Run } from '../run';
import type { Cell } from '../table';

type Comparison = Awaited<ReturnType<EngineClient['parts']['compare']>>;
type Pair = Comparison['pairs'][number];

/** `gantry inventory versions` and `gantry inventory diff`. */
export function registerInventoryDiff(inventory: Command, run: Run): void {
  inventory
    .command('versions')
    .description('When what a node is made of changed, and how.')
    .argument('<host>', 'name or id')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { json?: boolean }) => {
        const { spec } = await context.host(name);
        const versions = await (await context.client()).parts.versions({ hostId: spec.id });
        if (options.json) return context.json(versions);
        context.table(
          ['VERSION', 'FROM', 'LAST SEEN', 'CHANGES'],
          versions.map(({ number, firstSeenMs, lastSeenMs, changes }) => [
            number,
            clockTime(firstSeenMs),
            clockTime(lastSeenMs),
            changes.map((change) => changeWords(change, context.say)).join('; '),
          ]),
        );
      }),
    );

  inventory
    .command('diff')
    .description('Two nodes, or one node at two times, side by side. Ends with 1 when they differ.')
    .argument('<before>', 'HOST, or HOST@VERSION of `gantry inventory versions`')
    .argument('[after]', 'the same; without it the first one as it is now')
    .option('--all', 'also what is the same')
    .option('--json', 'print JSON')
    .action(
      run(async (context, before: string, after: string | undefined, options: { all?: boolean; json?: boolean }) => {
        const one = await readSide(context, before);
        const other = after === undefined ? { hostId: one.hostId } : await readSide(context, after);
        const compared = await (await context.client()).parts.compare({ before: one, after: other });
        if (compared.pairs.some(({ isDifferent }) => isDifferent)) context.setExitCode(exitCodes.findings);
        const pairs = compared.pairs.filter(({ isDifferent }) => options.all || isDifferent);
        if (options.json) return context.json({ ...compared, pairs });
        context.table(
          ['KIND', 'SLOT', 'WHAT', 'BEFORE', 'AFTER'],
          pairs.flatMap((pair) => pairRows(context, pair, options.all === true)),
        );
        const uncompared = countUncompared(compared.pairs);
        if (uncompared > 0) {
          context.warn(context.say({ key: 'partsScreen.compare.uncompared', params: { count: uncompared } }));
        }
        for (const { kind, side } of compared.unread) {
          if (side === 'both') continue;
          const params = { kind: context.say({ key: `parts.kind.${kind}` }) };
          context.warn(context.say({ key: `partsScreen.compare.unread.${side}`, params }));
        }
      }),
    );
}

async function readSide(context: CliContext, text: string): Promise<{ hostId: string; version?: number }> {
  const found = /^(.+)@(\d+)$/.exec(text);
  const { spec } = await context.host(found?.[1] ?? text);
  return found ? { hostId: spec.id, version: Number(found[2]) } : { hostId: spec.id };
}

function pairRows({ say }: CliContext, pair: Pair, isAll: boolean): Cell[][] {
  const { kind, relation, before, after, attributes, counters } = pair;
  const slot = (after ?? before)?.slot ?? '';
  const named = (part: Pair['before']) => part && [part.model, part.identity, part.slot].filter(Boolean).join(' ');
  const head: Cell[][] =
    relation === 'same' && !isAll
      ? []
      : [[kind, slot, say({ key: `partsScreen.compare.relation.${relation}` }), named(before), named(after)]];
  const values = [...attributes, ...counters].filter(({ state }) => isAll || state === 'different');
  return [
    ...head,
    ...values.map(({ name, before: one, after: other }): Cell[] => {
      const words = (value: typeof one) => valueWords(value, unitOf(kind, name), say);
      return [kind, slot, attributeWords(name, say), words(one), words(other)];
    }),
  ];
}
