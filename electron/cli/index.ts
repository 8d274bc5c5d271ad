#!/usr/bin/env node
import { setMaxListeners } from 'node:events';
import { Command, CommanderError, Option } from 'commander';
import { translatorOf } from '#shared/i18n/translator';
import packageJson from '../../package.json' with { type: 'json' };
import { isDamage } from '../engine/store/damage';
import { StoreError } from '../engine/store/store';
import { createContext, type GlobalOptions, languageOf, type Stop } from './context';
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
    .addHelpText(
      'after',
      `
Examples:
  gantry host add admin@gpu-07
  gantry inventory refresh && gantry inventory list
  gantry diagnose run vram-shortage gpu-07
  gantry incident open "OOM on gpu-07" --host gpu-07
  gantry report export INC-1 --format zip

Every noun has \`list --json\`. HOST is a name or an id of \`gantry host list\`.
Each command has its own --help.`,
    )
    .addHelpText('afterAll', '\nExit codes: 0 fine, 1 findings, 2 usage, 3 could not judge, 130 stopped by Ctrl-C.');
  for (const register of nouns) register(program, run);
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .configureHelp({ sortSubcommands: false })
      .showHelpAfterError(`(\`${nameOf(command)} --help\` shows what can be given)`);
  }
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

/** What a shell makes of a program that the signal ended. */
const signalExitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

async function main(argv: readonly string[]): Promise<void> {
  const abort = new AbortController();
  // Each host of a fleet listens to it.
  setMaxListeners(0, abort.signal);
  const stop: Stop = { signal: abort.signal, isExpected: false };
  let stoppedBy: keyof typeof signalExitCodes | null = null;
  // A terminal that was closed is one more way to stop it.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // A second Ctrl-C does not wait for the node.
      if (stoppedBy) process.exit(signalExitCodes[name]);
      stoppedBy = name;
      abort.abort();
    });
  }

  const program: Command = buildProgram((command) => async (...args) => {
    const context = createContext(program.opts<GlobalOptions>(), stop);
    const tell = (error: unknown) => {
      const { text, exitCode } = explain(error, context.say);
      context.warn(text);
      context.setExitCode(exitCode);
    };
    try {
      await command(context, ...args);
    } catch (error) {
      tell(error);
      if (isDamage(error)) (await context.engine()).distrust();
    } finally {
      const isStopped = stoppedBy !== null && !stop.isExpected;
      abort.abort();
      await context.close().catch((error: unknown) => {
        // What can't be saved was told by the call that ran into it.
        if (!(error instanceof StoreError && process.exitCode === exitCodes.couldNotJudge)) tell(error);
      });
      if (isStopped && stoppedBy) process.exitCode = signalExitCodes[stoppedBy];
    }
  });
  const translator = () => translatorOf(languageOf(program.opts<GlobalOptions>()));
  let isOutputFailed = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // `gantry … | head` is no error; a full disk behind `>` is.
      if (error.code === 'EPIPE') process.exit(exitCodes.fine);
      // What was begun on a node goes on to its end all the same.
      process.exitCode = exitCodes.couldNotJudge;
      if (isOutputFailed) return;
      isOutputFailed = true;
      const params = { detail: error.message };
      if (stream === process.stdout) {
        process.stderr.write(`gantry: ${translator()({ key: 'cli.outputFailed', params })}\n`);
      }
    });
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
      return;
    }
    const { text, exitCode } = explain(error, translator());
    process.stderr.write(`gantry: ${text}\n`);
    process.exitCode = exitCode;
  }
}

await main(process.argv);
// Sockets and timers of a node that does not answer must not keep a finished command alive.
setTimeout(() => process.exit(), 500).unref();
