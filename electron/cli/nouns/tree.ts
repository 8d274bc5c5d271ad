import type { Command } from 'commander';
import type { TreeGraph } from '#shared/domain/diagnosis';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { problemLine, registerTestedFiles } from '../knowledge-files';
import type { Run } from '../run';
import { mermaid } from '../tree-drawing';
import { registerTreeFiles } from './tree-files';

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
        'gantry tree new our-memory                # a small one that works, and its tests, in that folder',
        'gantry tree export vram-shortage --as our-vram --to ~/my-trees   # a built-in one to begin with',
        'gantry tree render my-tree.yaml > my-tree.svg',
        'gantry tree import trees.zip              # what it would do; --yes does it',
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
        for (const problem of found.problems) context.warn(problemLine(context, problem));
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
        context.print(options.mermaid ? mermaid(graph, (text) => context.text(text)) : outline(context, graph));
      }),
    );

  registerTestedFiles(tree, run, {
    noun: 'tree',
    setting: 'treesFolder',
    testDescription:
      'Run the table tests of a tree (a *.cases.yaml file): facts, path, findings. The tree is the one beside it, else the loaded one.',
    check: (client, file) => client.trees.check(file),
    test: (client, cases, tree) => client.trees.test({ ...cases, tree }),
  });
  registerTreeFiles(tree, run);
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
