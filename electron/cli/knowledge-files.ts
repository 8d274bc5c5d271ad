import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Settings } from '#shared/contract/system';
import type { Message } from '#shared/domain/text';
import type { CliContext } from './context';
import { CliError, exitCodes } from './exit-codes';
import { readFolder, readInput } from './files';
import type { Run } from './run';

/** As the engine takes them from a folder. */
const MAX_BYTES = 1024 * 1024;

type Client = Awaited<ReturnType<CliContext['client']>>;

export interface KnowledgeText {
  readonly file: string;
  readonly text: string;
}

interface Problem {
  readonly file: string;
  readonly line: number | null;
  readonly column?: number | undefined;
  readonly message: string;
  readonly words?: readonly Message[] | undefined;
}

interface Tested {
  readonly problems: readonly Problem[];
  readonly cases: ReadonlyArray<{ readonly problems: readonly unknown[] }>;
}

interface KnowledgeCommands {
  /** `tree`, `rule`. */
  readonly noun: string;
  /** The setting that names the folder of one's own. */
  readonly setting: 'treesFolder' | 'rulesFolder' | 'fixesFolder' | 'playbooksFolder';
  check(client: Client, file: KnowledgeText): Promise<readonly Problem[]>;
}

interface TestedCommands extends KnowledgeCommands {
  readonly testDescription: string;
  /** @param beside what stands beside the file of cases */
  test(client: Client, cases: KnowledgeText, beside: KnowledgeText | undefined): Promise<Tested>;
}

/** `check` and `folder`, which all files of one's own have alike. */
export function registerKnowledgeFiles(command: Command, run: Run, { noun, setting, check }: KnowledgeCommands): void {
  command
    .command('check')
    .description(`Check ${noun} files; says file and line of each problem.`)
    .argument('<file...>')
    .option('--json', 'print JSON')
    .action(
      run(async (context, files: string[], options: { json?: boolean }) => {
        const client = await context.client();
        const problems: Problem[] = [];
        for (const file of files) problems.push(...(await check(client, await readText(file))));
        if (problems.length > 0) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(problems);
        for (const problem of problems) context.print(problemLine(context, problem));
      }),
    );

  command
    .command('folder')
    .description(`Say where your own ${noun}s are read from, or read them from FOLDER from now on, in the app as well.`)
    .argument('[folder]')
    .action(
      run(async (context, folder?: string) => {
        const client = await context.client();
        if (folder !== undefined) {
          await readFolder(folder);
          const change: Partial<Settings> = { [setting]: resolve(folder) };
          await client.system.updateSettings(change);
        }
        const own = (await client.system.settings())[setting];
        if (own !== null) context.print(own);
      }),
    );
}

/** The same with `test`, of those that have table tests. */
export function registerTestedFiles(command: Command, run: Run, commands: TestedCommands): void {
  const { testDescription, test } = commands;
  registerKnowledgeFiles(command, run, commands);
  command
    .command('test')
    .description(testDescription)
    .argument('<file...>')
    .option('--json', 'print JSON')
    .action(
      run(async (context, files: string[], options: { json?: boolean }) => {
        const client = await context.client();
        const results: Tested[] = [];
        for (const file of files) results.push(await test(client, await readText(file), await textBeside(file)));
        const problems = results.flatMap((result) => result.problems);
        if (problems.length > 0) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(results);
        for (const problem of problems) context.print(problemLine(context, problem));
        const cases = results.flatMap((result) => result.cases);
        const failed = cases.filter((item) => item.problems.length > 0);
        context.print(`${cases.length - failed.length} passed, ${failed.length} failed`);
      }),
    );
}

/** `my-rules.yaml` of `my-rules.cases.yaml`. */
async function textBeside(casesFile: string): Promise<KnowledgeText | undefined> {
  const file = casesFile.replace(/\.cases(?=\.ya?ml$)/, '');
  return file !== casesFile && existsSync(file) ? readText(file) : undefined;
}

export async function readText(file: string): Promise<KnowledgeText> {
  const bytes = await readInput(file);
  if (bytes.byteLength > MAX_BYTES) throw new CliError(`${file}: too large (over 1 MiB)`);
  if (!isUtf8(bytes) || bytes.includes(0)) throw new CliError(`${file}: no text in UTF-8`);
  return { file, text: new TextDecoder().decode(bytes) };
}

/** As compilers write it, so that an editor finds the place. */
export function problemLine({ say }: Pick<CliContext, 'say'>, { file, line, column, message, words }: Problem): string {
  const text = words ? words.map(say).join(': ') : message;
  return `${file}${line === null ? '' : `:${line}`}${column === undefined ? '' : `:${column}`}: ${text}`;
}
