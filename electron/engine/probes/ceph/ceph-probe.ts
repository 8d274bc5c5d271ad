import type { CommandOutput, CommandSpec } from '#shared/domain/command';
import type { CephFacts } from '#shared/domain/facts/storage-services';
import { readEach } from '../lib/each';
import { commandProblem, exitProblem, type Problem, problem, unparsable } from '../lib/outcome';
import { sudoersLineForAll } from '../lib/sudoers';
import { type CommandOutputs, defineProbe } from '../probe';
import { blankCeph, readAnswer } from './parse-ceph';
import { mergeTrees } from './parse-osd-tree';

const queries = ['status', 'health detail', 'df', 'osd tree', 'osd df'] as const;
const patience = ['--connect-timeout', '5', '-f', 'json'] as const;

/**
 * All queries in one go, and none where the login can read no key: without one each would try for seconds. The first that
 * finds no quorum spares the others the wait.
 */
const script = `command -v ceph >/dev/null 2>&1 || exit 127
key=
for k in "$CEPH_KEYRING" /etc/ceph/*.keyring; do [ -r "$k" ] && key=1; done
[ -n "$key" ] || { echo 'no keyring that this user may read'; exit 13; }
ask() { echo "==> /$1"; ceph ${patience.join(' ')} $1 2>&1; c=$?; printf '\\n<== %s\\n' $c; [ $c = 0 ] || exit $c; }
${queries.map((query) => `ask '${query}'`).join('\n')}`;
const asLogin: CommandSpec = { id: 'ceph', argv: ['sh', '-c', script], timeoutMs: 25_000 };
const asRoot = queries.map(
  (query): CommandSpec => ({
    id: `${query.replace(' ', '-')}-root`,
    argv: ['ceph', ...patience, ...query.split(' ')],
    privilege: 'root',
    unlessRoot: true,
    timeoutMs: 10_000,
  }),
);

export const cephProbe = defineProbe({
  id: 'ceph',
  commands: [asLogin, ...asRoot],
  sources: {
    '': 'ceph|status-root',
    checks: 'ceph|health-detail-root',
    pools: 'ceph|df-root',
    classes: 'ceph|df-root',
    capacity: 'ceph|df-root',
    tree: 'ceph|osd-tree-root',
    'tree.usedBytes': 'ceph|osd-df-root',
    'tree.totalBytes': 'ceph|osd-df-root',
  },
  parse(outputs) {
    const own = outputs[asLogin.id];
    const answers = readEach(own?.stdout ?? '').map(({ output }) => output);
    const facts = collect(answers.length > 0 ? answers : [own?.stdout ?? '']);
    if (facts && answers.length !== 1) return { state: 'ok', facts };
    const rooted = collect(asRoot.map(({ id }) => outputs[id]?.stdout ?? ''));
    if (rooted ?? facts) return { state: 'ok', facts: rooted ?? facts ?? blankCeph() };
    return whyNot(outputs);
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
  const own = outputs[asLogin.id];
  const told = commandProblem(own, asLogin);
  if (told) return told;
  const spoken = [own, outputs[asRoot[0]?.id ?? '']].filter((output) => output?.state === 'exited') as CommandOutput[];
  const said = spoken.map(({ stdout, stderr }) => `${stdout}\n${stderr}`).join('\n');
  if (/timed out|ETIMEDOUT|errno 110/i.test(said)) return problem('timeout', 'cephNoQuorum');
  const status = asRoot[0];
  const rooted = status ? commandProblem(outputs[status.id], status) : null;
  if (/no keyring|unable to find a keyring|errno 13|permission denied|access denied|EACCES/i.test(said)) {
    return rooted?.state === 'denied'
      ? problem('denied', 'denied', { tool: 'ceph', sudoers: sudoersLineForAll(asRoot) })
      : problem('denied', 'cephNoKeyring');
  }
  if (/errno 2\b|ObjectNotFound|error calling conf_read_file|no monitors specified/i.test(said)) {
    return problem('missing-tool', 'cephNotSetUp');
  }
  return (own ? exitProblem(own, asLogin) : null) ?? unparsable(asLogin, own);
}
