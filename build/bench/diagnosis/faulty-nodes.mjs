import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { hostOf } from '../sim-fleet.mjs';

/** @typedef {import('./faults.mjs').FaultCase} FaultCase */
/** @typedef {{ code: string, severity: string, title: string }} Named */
/**
 * What a scan said of one node: `first` is what is ranked first, `findings` all of it above info; `unjudgedCount`: of whatever severity,
 * with the commands that gave nothing.
 * @typedef {{ case: FaultCase, first: Named | null, isRootCause: boolean, findings: Named[], infos: Named[], unjudged: string[], unjudgedCount: number, state: string, isRight: boolean }} Outcome
 */

/** How many nodes are scanned at a time: they share the cores with the engine. */
const together = 4;

/**
 * Scans a fresh simulated node for each case, with its faults.
 * @param {{ engine: typeof import('../../../electron/engine/index'), sim: typeof import('../../../electron/sim/index'), cases: readonly FaultCase[] }} options
 * @returns {Promise<Outcome[]>} in the order of the cases
 */
export async function scanFaultyNodes({ engine: { createEngine }, sim, cases }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-'));
  const fleet = await sim.startSimFleet({ nodes: cases.map(({ profile }) => profileOf(sim, profile)) });
  const engine = await createEngine({ dataDir: path.join(folder, 'data'), secrets: null });
  try {
    const knownHosts = path.join(folder, 'known_hosts');
    fleet.writeKnownHosts(knownHosts);
    const client = createRouterClient(engine.router);
    const specs = await client.hosts.add({
      hosts: fleet.nodes.map(({ address, port, user, privateKeyPath }, index) =>
        hostOf({ name: `node-${index}`, address, port, user, privateKeyPath, knownHosts }),
      ),
    });
    /** @type {Outcome[]} */
    const outcomes = [];
    for (let from = 0; from < cases.length; from += together) {
      const group = cases.slice(from, from + together);
      group.forEach(({ faults }, index) => {
        for (const { name, options = {} } of faults)
          fleet.nodes[from + index]?.inject(
            /** @type {import('../../../electron/sim/index').FaultName} */ (name),
            options,
          );
      });
      const hostIds = specs.slice(from, from + together).map(({ id }) => id);
      const scan = await scanned(client, hostIds);
      group.forEach((one, index) => {
        outcomes.push(outcomeOf(one, scan, hostIds[index] ?? ''));
      });
    }
    return outcomes;
  } finally {
    await engine.close();
    await fleet.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {typeof import('../../../electron/sim/index')} sim
 * @param {string} id
 */
function profileOf(sim, id) {
  const found = sim.nodeProfiles.find((profile) => profile.id === id);
  if (found === undefined) throw new Error(`no profile ${id}`);
  return found;
}

/**
 * A whole scan.
 * @param {import('../../../shared/contract/index').EngineClient} client
 * @param {readonly string[]} hostIds
 * @returns {Promise<import('../../../shared/domain/scan/scan').Scan>}
 */
export async function scanned(client, hostIds) {
  let scan = await client.scan.start({ hostIds: [...hostIds] });
  for await (const now of await client.scan.watch({ scanId: scan.id })) scan = now;
  return scan;
}

/**
 * @param {FaultCase} one
 * @param {import('../../../shared/domain/scan/scan').Scan} scan
 * @param {string} hostId
 * @returns {Outcome}
 */
function outcomeOf(one, scan, hostId) {
  const ranked = scan.ranked.filter(({ finding }) => finding.hostId === hostId);
  const named = (/** @type {typeof ranked[number]} */ { finding: { code, severity, title } }) => ({
    code,
    severity,
    title: title.en,
  });
  const above = ranked.filter(({ finding }) => finding.severity !== 'info');
  const [first] = one.isInfo ? ranked : above;
  const node = scan.nodes.find((each) => each.hostId === hostId);
  return {
    case: one,
    first: first ? named(first) : null,
    isRootCause: first?.isRootCause ?? false,
    findings: above.map(named),
    infos: ranked.filter(({ finding }) => finding.severity === 'info').map(named),
    unjudged: scan.unjudged
      .filter(({ finding }) => finding.hostId === hostId && finding.severity !== 'info')
      .map(({ finding }) => `${finding.code} ${finding.title.en}`),
    unjudgedCount: scan.unjudged.filter(({ finding }) => finding.hostId === hostId).length + (node?.unread.length ?? 0),
    state: node?.state ?? 'none',
    isRight: one.expected === null ? above.length === 0 : first?.finding.code === one.expected,
  };
}
