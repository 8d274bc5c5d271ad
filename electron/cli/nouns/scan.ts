import type { Command } from 'commander';
import type { HostView } from '#shared/contract/hosts';
import type { Scan, ScanSummary } from '#shared/domain/scan/scan';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { CliError, type ExitCode, exitCodes } from '../exit-codes';
import { type ChosenBy, chosenHosts, withFilter } from '../fleet-nodes';
import { clockTime } from '../format';
import type { Run } from '../run';
import { printScan } from '../scan-view';
import { state } from '../table';

export function registerScan(program: Command, run: Run): void {
  const scan = withFilter(
    program
      .command('scan')
      .description(
        'Read everything of nodes, walk every diagnosis tree that needs no answer, and rank what they find.',
      ),
  )
    .argument('[host...]', 'names or ids')
    .option('--all', 'all saved nodes')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'gantry scan gpu-07 gpu-08',
        'gantry scan --all --json',
        'gantry scan --filter "gpu.model ~ H100"',
        'gantry scan show SCAN                     # a saved one; Ctrl-C keeps what came until then',
      ),
    )
    .action(
      run(async (context, names: string[], options: ChosenBy & { all?: boolean; json?: boolean }) => {
        const hosts = await nodesToScan(context, names, options);
        finish(context, await carryOut(context, hosts), hosts, options.json);
      }),
    );

  scan
    .command('list')
    .description('List scans, newest first.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, _: object, command: Command) => {
        const scans: ScanSummary[] = await (await context.client()).scan.list();
        if (wantsJson(command)) return context.json(scans);
        context.table(
          ['SCAN', 'STATE', 'STARTED', 'NODES'],
          scans.map(({ id, state: word, startedAtMs, hostIds }) => [
            id,
            state(word),
            clockTime(startedAtMs),
            hostIds.length,
          ]),
        );
      }),
    );

  scan
    .command('show')
    .description('Print a saved scan.')
    .argument('<scan>', 'an id of `gantry scan list`')
    .option('--json', 'print JSON')
    .action(
      run(async (context, scanId: string, _: object, command: Command) => {
        const client = await context.client();
        finish(context, await client.scan.get({ scanId }), await client.hosts.list(), wantsJson(command));
      }),
    );
}

/** `scan` itself has the option too, and takes it for its own wherever it stands. */
function wantsJson(command: Command): boolean {
  return command.optsWithGlobals<{ json?: boolean }>().json === true;
}

async function nodesToScan(
  context: CliContext,
  names: readonly string[],
  { all, filter, view }: ChosenBy & { all?: boolean },
): Promise<HostView[]> {
  if (names.length > 0) return Promise.all(names.map((name) => context.host(name)));
  if (all !== true && filter === undefined && view === undefined) {
    throw new CliError(context.say({ key: 'scan.nothingNamed' }));
  }
  return chosenHosts(context, { filter, view });
}

/** Follows a scan to its end; Ctrl-C cancels it, and what came is told all the same. */
async function carryOut(context: CliContext, hosts: readonly HostView[]): Promise<Scan> {
  const client = await context.client();
  let scan = await client.scan.start({ hostIds: hosts.map(({ spec }) => spec.id) });
  const scanId = scan.id;
  const cancel = () => void client.scan.cancel({ scanId }).catch(() => {});
  if (context.signal.aborted) cancel();
  else context.signal.addEventListener('abort', cancel, { once: true });
  for await (const now of await client.scan.watch({ scanId })) {
    scan = now;
    context.progress(progressWords(context, scan, hosts));
  }
  context.signal.removeEventListener('abort', cancel);
  return scan;
}

function progressWords(context: CliContext, { nodes }: Scan, hosts: readonly HostView[]): string {
  const open = nodes.filter(({ finishedAtMs }) => finishedAtMs === null);
  const names = new Map(hosts.map(({ spec }) => [spec.id, spec.name]));
  const words = open.map(({ hostId, state: now, progress }) => {
    const where =
      now === 'collecting' ? `${progress.done}/${progress.total}` : context.say({ key: `scan.nodeState.${now}` });
    return `${names.get(hostId) ?? hostId} ${where}`;
  });
  return `${nodes.length - open.length}/${nodes.length}  ${words.join('  ')}`;
}

function finish(context: CliContext, scan: Scan, hosts: readonly HostView[], json = false): void {
  context.setExitCode(exitCodeOf(scan));
  if (json) context.json(scan);
  else printScan(context, scan, new Map(hosts.map(({ spec }) => [spec.id, spec.name])));
}

/** As a diagnosis ends; that a tree needs an answer is no failure of a scan, which asks nobody. */
export function exitCodeOf({
  state: end,
  nodes,
  ranked,
  unjudged,
}: Pick<Scan, 'state' | 'nodes' | 'ranked' | 'unjudged'>): ExitCode {
  const isWhole = end === 'done' && nodes.every((node) => node.state === 'done');
  const isJudged = unjudged.every(({ finding }) => finding.severity === 'info');
  const isWalked = nodes.every(({ walks }) => walks.every((walk) => walk.state !== 'not-walked'));
  if (!isWhole || !isJudged || !isWalked) return exitCodes.couldNotJudge;
  return ranked.some(({ finding }) => finding.severity !== 'info') ? exitCodes.findings : exitCodes.fine;
}
