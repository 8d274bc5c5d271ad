import { ORPCError } from '@orpc/client';
import type { Command } from 'commander';
import type { ProbeResult } from '#shared/domain/probe';
import { enoughRecordedBytes } from '../../engine/probes/parse-recorded';
import { examples, wholeNumber } from '../arguments';
import { beginningOfInput } from '../beginning';
import type { CliContext } from '../context';
import { explain } from '../errors';
import { CliError, exitCodes } from '../exit-codes';
import { clipped, commandWords, rootWord } from '../format';
import type { Run } from '../run';
import { amount, state } from '../table';

export function registerProbe(program: Command, run: Run): void {
  const probe = program
    .command('probe')
    .description('Read-only questions to a node, and their parsers.')
    .addHelpText(
      'after',
      examples(
        'gantry probe run gpu-07 gpu memory',
        'nvidia-smi -q -x | gantry probe parse gpu',
        'gantry probe parse gpu < nvidia-smi.xml',
      ),
    );

  probe
    .command('list')
    .description('List probes with their commands.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const probes = await (await context.client()).probes.list();
        if (options.json) return context.json(probes);
        context.table(
          ['PROBE', 'COMMAND', 'ROOT', 'LIMIT'],
          probes.flatMap(({ id, commands }) =>
            commands.map(({ argv, privilege, timeoutMs }, index) => [
              index === 0 ? id : '',
              clipped(commandWords(argv), 90),
              rootWord(privilege),
              amount(`${timeoutMs / 1000} s`),
            ]),
          ),
        );
      }),
    );

  probe
    .command('parse')
    .description('Run one parser on a recorded output from standard input; prints state, facts and reason as JSON.')
    .argument('<id>', 'probe id')
    .option('--command <id>', 'which of the probe’s commands the output is of (default: its main one)')
    .option('--exit-code <code>', 'what the command ended with', wholeNumber(0, 255), 0)
    .action(
      run(async (context, probeId: string, options: { command?: string; exitCode: number }) => {
        if (process.stdin.isTTY) throw new CliError(context.say({ key: 'cli.stdinMissing' }));
        const client = await context.client();
        const parse = (text: string) =>
          client.probes.parse({ probeId, commandId: options.command, exitCode: options.exitCode, text });
        const input = await beginningOfInput(process.stdin, enoughRecordedBytes).catch((error: Error) => error);
        // What can't be read is not an output that says nothing, which for some probes is a good one.
        const result =
          typeof input === 'string' ? await parse(input) : { ...(await parse('')), ...unreadable(input.message) };
        if (result.state !== 'ok') context.setExitCode(exitCodes.couldNotJudge);
        context.json({ ...result, reason: result.reason && { ...result.reason, text: context.say(result.reason) } });
      }),
    );

  probe
    .command('run')
    .description('Run probes on a host in one round trip; all of them when none is named.')
    .argument('<host>', 'name or id')
    .argument('[id...]', 'ids of `gantry probe list`')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, probeIds: string[], options: { json?: boolean }) => {
        const { spec } = await context.host(name);
        const client = await context.client();
        const known = new Set((await client.probes.list()).map(({ id }) => id));
        const unknown = probeIds.find((id) => !known.has(id));
        if (unknown !== undefined) {
          throw new CliError(context.say({ key: 'cli.notFound', params: { what: 'probe', id: unknown } }));
        }
        const results: ProbeResult[] = [];
        try {
          const stream = await client.probes.run({ hostId: spec.id, probeIds }, { signal: context.signal });
          for await (const result of stream) {
            results.push(result);
            context.progress(`${spec.name}: ${result.probeId} ${result.state}`);
          }
        } catch (error) {
          // What came before the connection went is shown all the same.
          if (!(error instanceof ORPCError && error.code === 'HOST_UNAVAILABLE')) throw error;
          const { text, exitCode } = explain(error, context.say);
          context.warn(text);
          context.setExitCode(exitCode);
        }
        const isCut = results.some(
          ({ reason }) => reason?.key === 'probes.connectionLost' || reason?.key === 'probes.collectionCut',
        );
        if (isCut || results.every(({ state }) => state !== 'ok')) context.setExitCode(exitCodes.couldNotJudge);
        if (options.json) return context.json(results);
        printResults(context, results);
      }),
    );
}

export function printResults(context: CliContext, results: readonly ProbeResult[]): void {
  context.table(
    ['PROBE', 'STATE', 'MS', 'REASON'],
    results.map(({ probeId, state: outcome, durationMs, reason }) => [
      probeId,
      state(outcome),
      Math.round(durationMs),
      reason ? context.say(reason) : '',
    ]),
  );
}

function unreadable(detail: string): Pick<ProbeResult, 'state' | 'facts' | 'reason'> {
  return { state: 'failed', facts: null, reason: { key: 'cli.stdinUnreadable', params: { detail } } };
}
