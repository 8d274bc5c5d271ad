import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { TreeGraph } from '#shared/domain/diagnosis';
import { newCases, newTree } from '#shared/domain/new-tree';
import { casesNameOf, isCasesName } from '#shared/domain/own-trees';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { readFolder, readInput, writeOutput } from '../files';
import { problemLine, readText } from '../knowledge-files';
import type { Run } from '../run';
import { type DrawingFormat, drawingFormats, drawTree } from '../tree-drawing';

/** What is done with files of trees: pictures, the schema for editors, taking out and taking in. */
export function registerTreeFiles(tree: Command, run: Run): void {
  tree
    .command('render')
    .description('Draw a tree: a file, or one of `gantry tree list`. Says what is wrong with a file it can’t read.')
    .argument('<tree>', 'a YAML file or an id')
    .addOption(new Option('--format <format>', 'of the drawing').choices([...drawingFormats]).default('svg'))
    .action(
      run(async (context, named: string, { format }: { format: DrawingFormat }) => {
        const graph = await graphOf(context, named);
        if (graph === null) return context.setExitCode(exitCodes.findings);
        context.print(await drawTree(graph, format, (text) => context.text(text)));
      }),
    );

  tree
    .command('schema')
    .description('Print the JSON schema of trees, for editors (docs/own-trees.md says how).')
    .option('--cases', 'that of *.cases.yaml')
    .action(
      run(async (context, options: { cases?: boolean }) => {
        const schema = await (await context.client()).ownTrees.schema({ of: options.cases ? 'cases' : 'tree' });
        context.print(schema.trimEnd());
      }),
    );

  tree
    .command('export')
    .description('Print the YAML of a tree, or write it with its tests to a folder; nothing there is overwritten.')
    .argument('<tree>', 'an id of `gantry tree list`')
    .option('--as <id>', 'under another id: a built-in tree’s own can’t be used')
    .option('--cases', 'print its tests instead')
    .option('--to <folder>', 'write both files there')
    .action(
      run(async (context, treeId: string, options: { as?: string; cases?: boolean; to?: string }) => {
        const newId = options.as;
        const source = await (await context.client()).ownTrees.source({ treeId, ...(newId ? { newId } : {}) });
        if (options.to !== undefined) return writeNew(context, options.to, source);
        const shown = options.cases ? source.cases : source.tree;
        if (shown === null) throw new CliError(`${treeId}: no tests`);
        context.print(shown.text.trimEnd());
      }),
    );

  tree
    .command('new')
    .description('Write a small tree that works, and its tests, to change into what you need; nothing is overwritten.')
    .argument('<id>', 'lower case letters, digits and hyphens')
    .option('--to <folder>', 'write them there; else to the folder of your own trees')
    .action(
      run(async (context, id: string, options: { to?: string }) => {
        if (!/^[a-z][a-z0-9-]*$/.test(id)) {
          throw new CliError(`${id}: ${context.say({ key: 'knowledgeProblem.idForm' })}`);
        }
        const client = await context.client();
        if ((await client.trees.list()).trees.some((one) => one.id === id)) {
          throw new CliError(`${id}: there is a tree of this id`);
        }
        const folder = options.to ?? (await client.system.settings()).treesFolder;
        if (folder === null) throw new CliError('no folder: name one by --to, or once by `gantry tree folder FOLDER`');
        const name = `${id}.yaml`;
        const [tree, cases] = [newTree(id), newCases(id)];
        return writeNew(context, folder, {
          tree: { name, text: tree },
          cases: { name: casesNameOf(name), text: cases },
        });
      }),
    );

  tree
    .command('import')
    .description(
      'Copy trees and their tests (YAML files, folders, zips) to your folder. Needs --yes; without it only the plan is shown.',
    )
    .argument('<file...>')
    .option('--yes', 'I have read the plan')
    .option('--json', 'print JSON')
    .action(
      run(async (context, paths: string[], options: { yes?: boolean; json?: boolean }) => {
        const client = await context.client();
        const files = (await Promise.all(paths.map(filesOf))).flat();
        const plan = await client.ownTrees.planImport({ files });
        const chosen = plan.flatMap(({ name, does, version }) =>
          name !== null && (does === 'adds' || does === 'replaces') ? [{ name, version }] : [],
        );
        const done = options.yes ? await client.ownTrees.import({ files, chosen }) : null;
        if (options.json) context.json({ plan, ...done });
        else {
          context.table(
            ['FILE', 'BECOMES', 'DOES'],
            plan.map(({ from, name, does }) => [from, name ?? '', does]),
          );
          for (const { problems } of plan) for (const problem of problems) context.warn(problemLine(context, problem));
          for (const name of done?.notWritten ?? []) context.warn(`${name}: changed meanwhile, not written`);
        }
        if (plan.some(({ problems }) => problems.length > 0) || done?.notWritten.length) {
          context.setExitCode(exitCodes.findings);
        }
        if (chosen.length > 0 && !options.yes) throw new CliError(context.say({ key: 'cli.confirmMissing' }));
      }),
    );
}

async function graphOf(context: CliContext, named: string): Promise<TreeGraph | null> {
  const client = await context.client();
  if (!/\.ya?ml$/.test(named) && !existsSync(named)) return client.trees.get({ treeId: named });
  const { text } = await readText(named);
  const { graph, problems } = await client.ownTrees.examine({ name: basename(named), text });
  if (graph === null) for (const problem of problems) context.warn(problemLine(context, { ...problem, file: named }));
  return graph;
}

async function writeNew(
  context: CliContext,
  folder: string,
  { tree, cases }: { tree: { name: string; text: string }; cases: { name: string; text: string } | null },
): Promise<void> {
  const files = cases === null ? [tree] : [tree, cases];
  const taken = files.find(({ name }) => existsSync(join(folder, name)));
  if (taken) throw new CliError(`${join(folder, taken.name)} is there already: another id gives another file`);
  for (const { name, text } of files) {
    await writeOutput(join(folder, name), Buffer.from(text));
    context.print(join(folder, name));
  }
}

/** A file, or the YAML files and zips of a folder: trees first, so that a plan reads well. */
async function filesOf(path: string): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }[]> {
  if (!(statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    return [{ name: path, bytes: new Uint8Array(await readInput(path)) }];
  }
  const names = (await readFolder(path)).filter((name) => /\.(ya?ml|zip)$/i.test(name) && !name.startsWith('.'));
  const sorted = names.sort((a, b) => Number(isCasesName(a)) - Number(isCasesName(b)) || a.localeCompare(b));
  return Promise.all(
    sorted.map(async (name) => ({ name: join(path, name), bytes: new Uint8Array(await readInput(join(path, name))) })),
  );
}
