#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import { createTranslator } from '#shared/i18n/translator';
import packageJson from '../../package.json' with { type: 'json' };
import { createContext, type GlobalOptions } from './context';
import { explain } from './errors';
import { exitCodes } from './exit-codes';
import { nouns } from './nouns/all';
import type { Run } from './run';

function buildProgram(run: Run): Command {
  const program = new Command('gantry')
    .description('Desktop control centre for on-prem GPU and LLM nodes, from the terminal.')
    .version(packageJson.version)
    .addOption(new Option('--data-dir <folder>', 'where hosts, results and incidents are kept').env('GANTRY_DATA_DIR'))
    .addOption(new Option('--language <language>', 'language of texts').choices(['en', 'zh-CN']))
    .showHelpAfterError('(add --help for the options)')
    .addHelpText(
      'after',
      '\nExit codes: 0 fine, 1 findings, 2 usage, 3 could not judge.\nEvery noun has `list --json`. HOST is a name or an id of `gantry host list`.',
    );
  for (const register of nouns) register(program, run);
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.exitOverride().configureHelp({ sortSubcommands: false });
  }
  return program;
}

async function main(argv: readonly string[]): Promise<void> {
  const abort = new AbortController();
  const stop = () => {
    abort.abort();
    // A second Ctrl-C does not wait for the node.
    process.once('SIGINT', () => process.exit(130));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // `gantry … | head` is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? 0 : exitCodes.couldNotJudge),
  );

  const program: Command = buildProgram((command) => async (...args) => {
    const context = createContext(program.opts<GlobalOptions>(), abort.signal);
    try {
      await command(context, ...args);
    } catch (error) {
      const { text, exitCode } = explain(error, context.say);
      context.warn(text);
      context.setExitCode(exitCode);
    } finally {
      abort.abort();
      await context.close();
    }
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
      return;
    }
    const { text, exitCode } = explain(error, createTranslator(program.opts<GlobalOptions>().language ?? 'en'));
    process.stderr.write(`gantry: ${text}\n`);
    process.exitCode = exitCode;
  }
}

await main(process.argv);
// Sockets and timers of a node that does not answer must not keep a finished command alive.
setTimeout(() => process.exit(), 500).unref();
