import type { Command } from 'commander';
import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import { exitCodes } from '../exit-codes';
import { problemLine, registerKnowledgeFiles } from '../knowledge-files';
import type { Run } from '../run';

/** Which playbooks there are, and files of one's own. */
export function registerPlaybookList(playbook: Command, run: Run): void {
  playbook
    .command('list')
    .description('List playbooks, and files of your own that could not be loaded.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const { playbooks } = await context.client();
        const [infos, problems] = [await playbooks.list(), await playbooks.problems()];
        if (problems.length > 0) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(infos);
        context.table(
          ['PLAYBOOK', 'TITLE', 'STEPS', 'MINUTES', 'OFFLINE', 'TAKES', 'SYSTEMS', 'PARAMETERS', 'BUILT IN'],
          infos.map((info) => [
            info.id,
            context.text(info.title),
            String(info.steps.length),
            minutesOf(info),
            info.offline.can,
            info.offline.brings?.join(' ') || '-',
            info.platforms.join(' '),
            info.parameters
              .map(({ name, isRequired, initial }) => (isRequired && initial === null ? name : `[${name}]`))
              .join(' '),
            info.ownFile === undefined ? 'yes' : 'no',
          ]),
        );
        for (const problem of problems) context.warn(problemLine(context, problem));
      }),
    );

  playbook
    .command('show')
    .description('Print the YAML of a playbook, to begin your own with.')
    .argument('<playbook>', 'an id of `gantry playbook list`')
    .action(
      run(async (context, playbookId: string) => {
        const text = await (await context.client()).playbooks.source({ playbookId });
        context.print(text.trimEnd());
      }),
    );

  playbook
    .command('schema')
    .description('Print the JSON schema of playbooks, for editors.')
    .action(
      run(async (context) => {
        context.print((await (await context.client()).playbooks.schema()).trimEnd());
      }),
    );

  registerKnowledgeFiles(playbook, run, {
    noun: 'playbook',
    setting: 'playbooksFolder',
    check: (client, file) => client.playbooks.check(file),
  });
}

/** With every step; `+`: not all of them say. */
function minutesOf({ steps }: PlaybookInfo): string {
  const told = steps.flatMap(({ duration }) => duration ?? []);
  if (told.length === 0) return '?';
  const sum = (each: (one: (typeof told)[number]) => number) => told.reduce((all, one) => all + each(one), 0);
  const [from, to] = [sum(({ fromMinutes }) => fromMinutes), sum(({ toMinutes }) => toMinutes)];
  return `${from === to ? from : `${from}-${to}`}${told.length < steps.length ? '+' : ''}`;
}
