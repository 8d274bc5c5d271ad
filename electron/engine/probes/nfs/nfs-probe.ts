import type { CommandSpec } from '#shared/domain/command';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { defineProbe } from '../probe';
import { parseMountStats, parseNfsServer } from './parse-nfs';

/** Asks the kernel only: no server, so none that is gone can hold this up. */
const client: CommandSpec = { id: 'mountstats', argv: ['cat', '/proc/self/mountstats'] };
const server: CommandSpec = {
  id: 'nfsd',
  argv: [
    'sh',
    '-c',
    '[ -r /proc/net/rpc/nfsd ] || exit 0; cat /proc/net/rpc/nfsd; [ ! -r /var/lib/nfs/etab ] || { echo "==> exports"; cat /var/lib/nfs/etab; }',
  ],
};

export const nfsProbe = defineProbe({
  id: 'nfs',
  commands: [client, server],
  sources: { '': 'mountstats', server: 'nfsd' },
  parse(outputs) {
    const output = readCommand(outputs, client);
    const served = parseNfsServer(outputs[server.id]?.stdout ?? '');
    if (isProblem(output)) return served ? { state: 'ok', facts: { mounts: [], server: served } } : output;
    const mounts = parseMountStats(output.stdout);
    if (mounts) return { state: 'ok', facts: { mounts, server: served } };
    const recorded = parseNfsServer(output.stdout);
    return recorded ? { state: 'ok', facts: { mounts: [], server: recorded } } : unparsable(client, output);
  },
});
