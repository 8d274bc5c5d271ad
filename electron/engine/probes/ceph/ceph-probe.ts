import type { CommandSpec } from '#shared/domain/command';
import type { CephFacts } from '#shared/domain/facts/storage-services';
import { commandProblem, exitProblem, type Problem, problem, refusal, unparsable } from '../lib/outcome';
import { type CommandOutputs, defineProbe } from '../probe';
import { blankCeph, readAnswer } from './parse-ceph';
import { mergeTrees } from './parse-osd-tree';

const queries = ['status', 'health detail', 'df', 'osd tree', 'osd df'] as const;
/** Root can read the cluster's keys; a login can where it has one of its own. */
const commands = queries.map(
  (query): CommandSpec => ({
    id: query.replace(' ', '-'),
    argv: ['ceph', '--connect-timeout', '5', '-f', 'json', ...query.split(' ')],
    privilege: 'root-else-user',
    timeoutMs: 10_000,
  }),
);
const status = commands[0] as CommandSpec;

export const cephProbe = defineProbe({
  id: 'ceph',
  commands,
  sources: {
    '': 'status',
    checks: 'health-detail',
    pools: 'df',
    classes: 'df',
    capacity: 'df',
    tree: 'osd-tree',
    'tree.usedBytes': 'osd-df',
    'tree.totalBytes': 'osd-df',
  },
  parse(outputs) {
    const facts = collect(commands.map(({ id }) => outputs[id]?.stdout ?? ''));
    return facts ? { state: 'ok', facts } : whyNot(outputs);
  },
});

function collect(answers: readonly string[]): CephFacts | null {
  const facts = blankCeph();
  let isAny = false;
  for (const answer of answers) {
    const tree = facts.tree;
    if (!readAnswer(facts, answer)) continue;
    isAny = true;
    if (facts.tree !== tree) facts.tree = mergeTrees(tree, facts.tree);
  }
  return isAny ? facts : null;
}

/** A right that is missing is what can be mended; after that, what ceph itself said. */
function whyNot(outputs: CommandOutputs): Problem {
  const output = outputs.status;
  const told = commandProblem(output, status);
  if (told || !output) return told ?? problem('failed', 'notRun', { tool: 'ceph' });
  const said = `${output.stdout}\n${output.stderr}`;
  if (/timed out|ETIMEDOUT|errno 110/i.test(said)) return problem('timeout', 'cephNoQuorum');
  if (/no keyring|unable to find a keyring|errno 13|permission denied|access denied|EACCES/i.test(said)) {
    return refusal(output, commands, 'cephNoKeyring');
  }
  if (/errno 2\b|ObjectNotFound|error calling conf_read_file|no monitors specified/i.test(said)) {
    return problem('missing-tool', 'cephNotSetUp');
  }
  return exitProblem(output, status) ?? unparsable(status, output);
}
