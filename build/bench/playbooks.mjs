import { mkdtemp, rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import timers from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import { say } from '../setup/say.mjs';
import { load } from './load.mjs';

/**
 * What a playbook is tried with where its own initial values do not say it all, and what the node needs beside its system.
 * @type {Record<string, { parameters?: Record<string, unknown>, has?: 'docker' | 'roce' | 'infiniband' | 'mig' | 'disk' | 'ceph' }>}
 */
const tries = {
  'gpu-containers': { has: 'docker' },
  'infiniband-host': { has: 'infiniband' },
  'roce-host': { has: 'roce', parameters: { interface: 'enp33s0f0np0', mtu: 4200, priority: 4 } },
  'mig-partitions': { has: 'mig', parameters: { gpus: '0', profiles: '3g.40gb,2g.20gb' } },
  'model-cache': { has: 'disk', parameters: { disk: 'nvme1n1', folder: '/srv/cache' } },
  'ceph-client': {
    has: 'ceph',
    parameters: {
      monitors: '10.20.5.31 10.20.5.32:3301',
      fsid: '2f0c1c7e-6a6b-4d0e-9d9a-2b8f3a1c5e77',
      user: 'models',
      secretFile: '/etc/ceph/models.secret',
      path: '/models',
      folder: '/mnt/cephfs',
    },
  },
  'node-base': { parameters: { holds: 'of the kernel', servers: 'ntp.example', rails: true } },
  'host-tuning': { parameters: { hugePages: 64 } },
  'serve-vllm': {
    parameters: {
      model: '/srv/llm/tiny-llama',
      image: 'vllm/vllm-openai:v0.11.0',
      offline: true,
      contextTokens: 2048,
    },
  },
  'pytorch-box': { parameters: { release: '2.7.1' } },
  'deepspeed-training': { parameters: { release: '2.7.1', deepspeed: '0.17.0' } },
};
/** Checks of the preflight of what is outside, which a simulated node does not reach.
 * @type {import('../../shared/domain/playbook/preflight').PreflightCheckId[]} */
const ofOutside = ['names', 'addresses', 'certificates', 'repository-keys'];
const noSite = { addresses: {}, proxy: { http: null, https: null, noProxy: [] }, caPem: null };
const proxy = { http: 'http://proxy.example:3128', https: 'http://proxy.example:3128', noProxy: ['localhost'] };
const site = { addresses: { apt: 'http://mirror.example', pypi: 'http://mirror.example/simple' }, proxy, caPem: null };
const systems = /** @type {const} */ (['ubuntu-22.04', 'ubuntu-24.04', 'debian-12', 'rocky-9']);

/**
 * Every playbook on a bare simulated node of each system: planned, carried out, planned again, undone, and what is on the node then
 * compared with before (files, packages, marks, units, settings of the kernel). `only`: names of playbooks or systems.
 * @param {{ engine: typeof import('../../electron/engine/index'), only?: readonly string[] }} options
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
export async function measurePlaybooks({ engine: { createEngine }, only = [] }) {
  // What an action waits between two looks is for real hardware.
  const real = timers.setTimeout;
  timers.setTimeout = /** @type {typeof real} */ ((ms, value, options) => real(Math.min(ms ?? 0, 300), value, options));
  syncBuiltinESMExports();
  /** @type {typeof import('../../electron/sim/index')} */
  const sim = await load('electron/sim/index.ts');
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-'));
  const deps = { secrets: null, homeDir: folder, lockPath: path.join(folder, 'lock'), environment: { USER: 'nobody' } };
  const engine = await createEngine({ dataDir: path.join(folder, 'data'), ...deps });
  /** @type {import('./table.mjs').Row[]} */
  const rows = [];
  try {
    const client = createRouterClient(engine.router);
    const playbooks = (await client.playbooks.list()).map(({ id }) => id).sort();
    const picked = (/** @type {string} */ name, /** @type {readonly string[]} */ all) =>
      !only.some((one) => all.includes(one)) || only.includes(name);
    for (const system of systems.filter((one) => picked(one, systems)))
      for (const id of playbooks.filter((one) => picked(one, playbooks))) {
        const outcome = await tryPlaybook(client, sim, { id, system, folder });
        say(`${system}  ${id}: ${outcome.words}`);
        rows.push({
          name: `${id} on ${system}`,
          ours: outcome.words,
          theirs: '',
          ratio: outcome.seconds,
          limit: 'again 0, left 0',
          isMet: outcome.isMet,
        });
      }
    return rows;
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
    timers.setTimeout = real;
    syncBuiltinESMExports();
  }
}

/**
 * @param {import('@orpc/server').RouterClient<import('../../electron/engine/index').Engine['router']>} client
 * @param {typeof import('../../electron/sim/index')} sim
 * @param {{ id: string, system: typeof systems[number], folder: string }} what
 * @returns {Promise<{ words: string, seconds: number, isMet: boolean }>}
 */
async function tryPlaybook(client, sim, { id, system, folder }) {
  const { parameters: given = {}, has } = tries[id] ?? {};
  const profile = profileOf(sim, system, has);
  const kernel = profile.software?.packages?.find(([name]) => /\d/.test(name) || name === 'kernel-core')?.[0];
  const parameters = { ...given, ...(given.holds ? { holds: kernel } : {}) };
  const fleet = await sim.startSimFleet({ nodes: [profile] });
  const [node] = fleet.nodes;
  if (!node) throw new Error('the fleet is empty');
  const knownHostsFile = path.join(folder, 'known_hosts');
  fleet.writeKnownHosts(knownHostsFile);
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10;
  const failed = (/** @type {string} */ words) => ({ words, seconds: seconds(), isMet: false });
  const { address, port, user, privateKeyPath } = node;
  const target = { address, port, user, identityFiles: [privateKeyPath], useAgent: false, knownHostsFile };
  const [host] = await client.hosts.add({ hosts: [{ kind: 'ssh', name: `${system} ${id}`, target }] });
  const hostId = host?.id ?? '';
  try {
    // Elsewhere it would send downloads to a proxy that nobody has.
    await client.site.set({ settings: id === 'site-node' ? site : noSite });
    const plan = () => client.playbooks.plan({ playbookId: id, hostId, parameters });
    const first = await plan();
    if (first.refusal) return failed(`refused: ${first.refusal.en}`);
    if (first.isBlocked) return failed(`blocked: ${blocksOf(first).join('; ')}`);
    // Logging in and looking make files of the node's own.
    const before = stateOf(sim, node);
    const boot = node.model.bootId;
    const plans = [{ planId: first.id, fingerprint: first.fingerprint }];
    const rollout = await settled(
      client,
      (await client.playbooks.start({ plans, batchSize: 1, accepted: ofOutside })).id,
    );
    const applied = seconds();
    const count = (/** @type {string} */ state) => rollout.items.filter((item) => item.state === state).length;
    if (rollout.state !== 'done') return failed(`applied to ${rollout.state}: ${troubles(rollout).join('; ')}`);
    const again = await plan();
    const changes = again.steps.filter(({ state }) => state !== 'done' && state !== 'left-out');
    await client.actions.undoRollout({ rolloutId: rollout.id });
    const undone = await settled(client, rollout.id);
    const left = differences(before, stateOf(sim, node));
    const words = [
      `${count('done')} steps done, ${count('not-needed')} as wanted`,
      `${boot === node.model.bootId ? 'no restart' : 'restarted'}`,
      `${applied} s`,
      `again ${changes.length}${changes.map((step) => ` [${step.id} ${step.state} ${step.reason?.en ?? ''}]`).join('')}`,
      `${undone.state}${undone.state === 'undone' ? '' : ` ${troubles(undone).join('; ')}`}, left ${left.length}${left.map((one) => ` [${one}]`).join('')}`,
    ];
    const isMet = changes.length === 0 && undone.state === 'undone' && left.length === 0;
    return { words: words.join(', '), seconds: seconds(), isMet };
  } catch (error) {
    return failed(`threw ${error instanceof Error ? error.stack : error}`);
  } finally {
    await client.hosts.remove({ hostId }).catch(() => {});
    await fleet.close();
  }
}

/**
 * @param {typeof import('../../electron/sim/index')} sim
 * @param {typeof systems[number]} system
 * @param {'docker' | 'roce' | 'infiniband' | 'mig' | 'disk' | 'ceph' | undefined} has
 */
function profileOf(sim, system, has) {
  const bare = sim.bareNode(system);
  const { dgxH100, workstationRtx6000Ada } = sim;
  if (has === 'roce') return { ...bare, nics: workstationRtx6000Ada.nics, fabric: dgxH100.fabric };
  if (has === 'infiniband')
    return { ...bare, nics: [...bare.nics, ...dgxH100.nics.filter(({ kind }) => kind === 'infiniband')] };
  if (has === 'disk') {
    const spare = dgxH100.disks.slice(-1).map(({ pci, ...disk }) => ({ ...disk, name: 'nvme1n1' }));
    return { ...bare, disks: [...bare.disks, ...spare] };
  }
  if (has === 'ceph') {
    const { monitors, fsid, user, secretFile, path: folder } = tries['ceph-client']?.parameters ?? {};
    const [, second] = String(monitors).split(' ');
    const cephNearby = {
      fsid: String(fsid),
      monitors: [String(second)],
      fileSystem: 'cephfs',
      folders: [String(folder)],
      keys: { [String(user)]: 'AQBtcmFwcG9yIG9mIGEgc2ltdWxhdGlvbg==' },
      writers: [String(user)],
      sizeBytes: 4e14,
      usedShare: 0.4,
    };
    const files = { ...bare.files, [String(secretFile)]: { rootOnly: `${Object.values(cephNearby.keys)[0]}\n` } };
    return { ...bare, cephNearby, files };
  }
  if (has === undefined) return bare;
  const toolkitVersion = has === 'mig' ? '1.17.8' : null;
  const docker = { version: '27.3.1', toolkitVersion, hasNvidiaRuntime: false, containersRunning: 0 };
  const gpus = has === 'mig' ? dgxH100.gpus.slice(0, 1) : bare.gpus;
  return { ...bare, gpus, docker, driverVersion: '580.95.05', cudaVersion: '13.0', hasOpenKernelModule: true };
}

/** @param {import('@orpc/server').RouterClient<import('../../electron/engine/index').Engine['router']>} client @param {string} rolloutId */
async function settled(client, rolloutId) {
  let last = null;
  for await (const rollout of await client.actions.watchRollout({ rolloutId })) last = rollout;
  if (last === null) throw new Error('the rollout was not seen');
  return last;
}

/** @param {import('../../shared/domain/rollout').Rollout} rollout */
function troubles({ items }) {
  return items
    .filter(({ state }) => !['done', 'not-needed', 'undone', 'waiting'].includes(state))
    .map(({ step, state, error, blockedBy }) =>
      [step?.id, state, error && JSON.stringify(error), ...(blockedBy ?? []).map(({ en }) => en)].join(' '),
    );
}

/** @param {import('../../shared/domain/playbook/playbook-plan').PlaybookPlan} plan */
function blocksOf({ steps, requirements = [] }) {
  const failing = requirements
    .filter(({ outcome }) => outcome !== 'pass')
    .map(({ id, detail }) => `${id}: ${detail?.en}`);
  const blocked = steps
    .filter(({ state }) => state === 'blocked')
    .map(
      ({ id, reason, plan }) =>
        `${id}: ${[reason?.en, ...(plan?.checks ?? []).filter(({ outcome }) => outcome === 'fail').map(({ detail }) => detail.en)].filter(Boolean).join(' ')}`,
    );
  return [...failing, ...blocked];
}

/**
 * All that is kept on a node: what the next boot brings, and what runs. Lines, so that differences are lines.
 * @param {typeof import('../../electron/sim/index')} sim
 * @param {import('../../electron/sim/index').SimNode} node
 * @returns {Set<string>}
 */
function stateOf({ renderTool }, { model, files }) {
  const { software, settings, profile, stoppedUnits, disabledUnits, maskedUnits } = model;
  const { packages, held, auto, unconfigured, blacklisted, driverOnDisk } = software;
  const { governor, hasNvidiaRuntime } = settings;
  // What was stopped is of no account once its package is gone.
  const isThere = (/** @type {string} */ unit) =>
    !/not-found/.test(String(renderTool(model, ['systemctl', 'show', '-p', 'LoadState', unit]).stdout));
  const texts = ['/etc', '/opt', '/srv', '/usr/local', '/usr/share', '/var/lib', '/root', '/home'].flatMap((folder) =>
    walk(files, folder),
  );
  const marks = { held, auto, unconfigured, blacklisted };
  const units = { stopped: stoppedUnits, disabled: disabledUnits, masked: maskedUnits };
  return new Set([
    ...[...packages].map(([name, version]) => `package ${name} ${version}`),
    ...Object.entries(marks).flatMap(([name, all]) => [...all].map((one) => `${name} ${one}`)),
    ...Object.entries(units).flatMap(([name, all]) => [...all].filter(isThere).map((one) => `${name} ${one}`)),
    ...String(renderTool(model, ['sysctl', '-a']).stdout).split('\n'),
    ...String(renderTool(model, ['ip', '-d', 'link']).stdout).split('\n'),
    ...model.gpus.map(
      ({ isMigEnabled, migInstances }, index) =>
        `GPU ${index}: MIG ${isMigEnabled}, ${migInstances.map(({ spec }) => `${spec.profileName}@${spec.placementStart}`)}`,
    ),
    `driver ${driverOnDisk}, governor ${governor}, runtime ${hasNvidiaRuntime}, toolkits ${profile.cudaToolkits}`,
    ...model.storage.mounts.map(({ source, mountPoint }) => `mount ${source} ${mountPoint}`),
    `docker ${JSON.stringify(profile.docker)}, loaded ${profile.driverVersion}`,
    ...texts,
  ]);
}

/** @param {import('../../electron/sim/index').SimNode['files']} files @param {string} folder @returns {string[]} */
function walk(files, folder) {
  return files.list(folder).flatMap((one) => {
    const text = files.read(one);
    // An empty folder is no setting.
    return text === null ? walk(files, one) : [`file ${one} ${text}`];
  });
}

/** @param {ReadonlySet<string>} before @param {ReadonlySet<string>} after */
function differences(before, after) {
  return [
    ...[...before].filter((one) => !after.has(one)).map((one) => `- ${one.slice(0, 200)}`),
    ...[...after].filter((one) => !before.has(one)).map((one) => `+ ${one.slice(0, 200)}`),
  ];
}
