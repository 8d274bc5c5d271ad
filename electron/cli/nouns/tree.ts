import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { TreeGraph } from '#shared/domain/diagnosis';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { readFolder, readInput } from '../files';
import type { Run } from '../run';

export function registerTree(program: Command, run: Run): void {
  const tree = program
    .command('tree')
    .description('Diagnosis trees, built in and your own.')
    .addHelpText(
      'after',
      examples(
        'gantry tree show vram-shortage',
        'gantry tree show vram-shortage --mermaid',
        'gantry tree check my-tree.yaml && gantry tree test my-tree.cases.yaml',
        'gantry tree folder ~/my-trees             # its trees are listed and can be run from now on',
      ),
    );

  tree
    .command('list')
    .description('List trees, and files that could not be loaded.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const found = await (await context.client()).trees.list();
        if (found.problems.length > 0) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(found);
        context.table(
          ['TREE', 'TITLE', 'BUILT IN', 'PROBES'],
          found.trees.map(({ id, title, isBuiltIn, probes }) => [
            id,
            context.text(title),
            isBuiltIn ? 'yes' : 'no',
            probes.length,
          ]),
        );
        for (const problem of found.problems) context.warn(problemLine(problem));
      }),
    );

  tree
    .command('show')
    .description('Print a tree as text, JSON or a Mermaid flowchart.')
    .argument('<tree>', 'an id of `gantry tree list`')
    .option('--json', 'print JSON')
    .option('--mermaid', 'print a Mermaid flowchart')
    .action(
      run(async (context, treeId: string, options: { json?: boolean; mermaid?: boolean }) => {
        const graph = await (await context.client()).trees.get({ treeId });
        if (options.json) return context.json(graph);
        context.print(options.mermaid ? mermaid(context, graph) : outline(context, graph));
      }),
    );

  tree
    .command('test')
    .description(
      'Run the table tests of a tree (a *.cases.yaml file): facts, path, findings. The tree is the one beside it, else the loaded one.',
    )
    .argument('<file...>')
    .option('--json', 'print JSON')
    .action(
      run(async (context, files: string[], options: { json?: boolean }) => {
        const client = await context.client();
        const results = [];
        for (const file of files) {
          results.push(await client.trees.test({ file, text: await readText(file), tree: await treeBeside(file) }));
        }
        const problems = results.flatMap((result) => result.problems);
        if (problems.length > 0) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(results);
        for (const problem of problems) context.print(problemLine(problem));
        const cases = results.flatMap((result) => result.cases);
        const failed = cases.filter((item) => item.problems.length > 0);
        context.print(`${cases.length - failed.length} passed, ${failed.length} failed`);
      }),
    );

  tree
    .command('folder')
    .description('Say where your own trees are read from, or read them from FOLDER from now on, in the app as well.')
    .argument('[folder]')
    .action(
      run(async (context, folder?: string) => {
        const client = await context.client();
        if (folder !== undefined) {
          await readFolder(folder);
          await client.system.updateSettings({ treesFolder: resolve(folder) });
        }
        const { treesFolder } = await client.system.settings();
        if (treesFolder !== null) context.print(treesFolder);
      }),
    );

  tree
    .command('check')
    .description('Check tree files; says file and line of each problem.')
    .argument('<file...>')
    .option('--json', 'print JSON')
    .action(
      run(async (context, files: string[], options: { json?: boolean }) => {
        const client = await context.client();
        const problems = [];
        for (const file of files) {
          problems.push(...(await client.trees.check({ file, text: await readText(file) })));
        }
        if (problems.length > 0) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(problems);
        for (const problem of problems) context.print(problemLine(problem));
      }),
    );
}

/** `my-tree.yaml` of `my-tree.cases.yaml`. */
async function treeBeside(casesFile: string): Promise<{ file: string; text: string } | undefined> {
  const file = casesFile.replace(/\.cases(?=\.ya?ml$)/, '');
  return file !== casesFile && existsSync(file) ? { file, text: await readText(file) } : undefined;
}

async function readText(file: string): Promise<string> {
  return new TextDecoder().decode(await readInput(file));
}

function problemLine({ file, line, message }: { file: string; line: number | null; message: string }): string {
  return `${file}${line === null ? '' : `:${line}`}: ${message}`;
}

function outline(context: CliContext, graph: TreeGraph): string {
  const lines = [`${graph.id}: ${context.text(graph.title)}`];
  for (const step of graph.steps) {
    lines.push('', `${step.id} [${step.kind}${step.severity ? ` ${step.severity}` : ''}] ${context.text(step.title)}`);
    for (const branch of step.branches) {
      lines.push(
        `  -> ${branch.to}: ${context.text(branch.label)}${branch.condition ? `  (${branch.condition})` : ''}`,
      );
    }
  }
  return lines.join('\n');
}

function mermaid(context: CliContext, graph: TreeGraph): string {
  const name = (id: string) => id.replace(/[^A-Za-z0-9]/g, '_');
  const quoted = (text: string) => `"${text.replace(/"/g, '#quot;').replace(/\s+/g, ' ')}"`;
  return [
    'flowchart TD',
    ...graph.steps.map((step) => `  ${name(step.id)}[${quoted(`${step.id}: ${context.text(step.title)}`)}]`),
    ...graph.steps.flatMap((step) =>
      step.branches.map((branch) => `  ${name(step.id)} -->|${quoted(context.text(branch.label))}| ${name(branch.to)}`),
    ),
  ].join('\n');
}
