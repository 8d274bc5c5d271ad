import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeProfiles } from '../sim/profiles/index';
import { type SimulatedNodes, startSimulatedNodes } from './testing/simulated-nodes';
import { problems, readForTrees, treeIds, walkTree } from './testing/simulated-trees';

let nodes: SimulatedNodes;

beforeAll(async () => {
  nodes = await startSimulatedNodes(nodeProfiles);
});
afterAll(() => nodes.close());

it('raises no alarm on a healthy node of any kind, and asks nobody anything', async () => {
  for (const [position, profile] of nodeProfiles.entries()) {
    const results = await readForTrees(nodes, nodes.at(position));
    const walks = treeIds.map((treeId) => ({ treeId, walk: walkTree(treeId, results) }));
    const alarms = walks.flatMap(({ treeId, walk: { findings } }) =>
      problems(findings).map(({ code, title }) => `${treeId} ${code}: ${title.en}`),
    );
    const open = walks.filter(({ walk: { state } }) => state !== 'concluded').map(({ treeId }) => treeId);
    expect({ node: profile.hostname, alarms, open }).toEqual({ node: profile.hostname, alarms: [], open: [] });
  }
});
