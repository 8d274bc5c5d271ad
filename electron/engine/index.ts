import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Language, systemLanguage } from '#shared/domain/text';
import packageJson from '../../package.json' with { type: 'json' };
import { createActions } from './actions/create-actions';
import { createOwnFixes } from './actions/declared/own-fixes';
import { createManualWorks } from './actions/manual/create-manual-works';
import { createPhotoStore } from './actions/manual/photo-store';
import { createAuditLog } from './audit/audit-log';
import { createDemoFleet, type FleetSimulator } from './demo/demo-fleet';
import { createHostDirectory } from './hosts/host-directory';
import { type SecretBox, SecretKeeper } from './hosts/secret-keeper';
import { createAttachments } from './incidents/attachments/create-attachments';
import { createIncidents } from './incidents/create-incidents';
import { createInventory } from './inventory/create-inventory';
import { createNodeJudge } from './inventory/judge-node';
import { createPartsHistory } from './inventory/parts-history';
import { createNotifications } from './notifications/create-notifications';
import type { ShowOnDesktop } from './notifications/outbox';
import { createAcceptance } from './playbooks/acceptance/create-acceptance';
import { createPlaybooks } from './playbooks/create-playbooks';
import { createPackageSets } from './playbooks/offline/create-package-sets';
import { createPreflight } from './playbooks/preflight/create-preflight';
import { probeInfo } from './probes/probe-info';
import { createProfiles } from './profiles/create-profiles';
import { createFleetDrift } from './profiles/fleet-drift';
import { createProtection } from './protection/create-protection';
import { createLimitSteps } from './protection/limit-steps';
import { createReports } from './reports/create-reports';
import { sheetMarkdown } from './reports/sheet-markdown';
import { actionProcedures, auditProcedures } from './rpc/actions';
import { compatibilityProcedures } from './rpc/compatibility';
import { diagnosisProcedures, treeProcedures } from './rpc/diagnosis';
import { engine } from './rpc/errors';
import { fixProcedures } from './rpc/fixes';
import { generatorProcedures } from './rpc/generators';
import { hostProcedures } from './rpc/hosts';
import { incidentProcedures, reportProcedures } from './rpc/incidents';
import { inventoryProcedures, probeProcedures } from './rpc/inventory';
import { knowledgeProcedures } from './rpc/knowledge';
import { manualProcedures } from './rpc/manual';
import { Notices } from './rpc/notices';
import { notificationProcedures } from './rpc/notifications';
import { ownTreeProcedures } from './rpc/own-trees';
import { partsProcedures } from './rpc/parts';
import { playbookProcedures } from './rpc/playbooks';
import { profileProcedures } from './rpc/profiles';
import { prometheusProcedures } from './rpc/prometheus';
import { protectionProcedures } from './rpc/protection';
import { alertProcedures, ruleProcedures } from './rpc/rules';
import { runProcedures } from './rpc/runs';
import { scanProcedures } from './rpc/scans';
import { simProcedures } from './rpc/sim';
import { siteProcedures } from './rpc/site';
import { strandsProcedures } from './rpc/strands';
import { systemProcedures } from './rpc/system';
import { telemetryProcedures } from './rpc/telemetry';
import { timelineProcedures } from './rpc/timeline';
import { createScans } from './scans/create-scans';
import { createSite } from './site/create-site';
import { checkBulkLater } from './store/check-bulk';
import { openStore } from './store/open-store';
import { createSettings } from './store/settings';
import { createStrands } from './strands/create-strands';
import { createTelemetry } from './telemetry/create-telemetry';
import { EndpointList } from './telemetry/endpoints/endpoint-list';
import { createHistory } from './telemetry/history';
import { createLogEvidence } from './telemetry/log-evidence';
import { createPrometheus } from './telemetry/prometheus/create-prometheus';
import { createServerLink } from './telemetry/prometheus/server/create-server-link';
import { createAlerts } from './telemetry/rules/create-alerts';
import { createRules } from './telemetry/rules/create-rules';
import { retentionOf } from './telemetry/store/give-up';
import { takeKeeperLock } from './telemetry/store/keeper-lock';
import { telemetrySchema } from './telemetry/store/telemetry-schema';
import { createTimeline } from './timeline/create-timeline';
import { createTranscripts } from './transcripts/create-transcripts';
import { createDiagnosis } from './trees/create-diagnosis';
import { createOwnTrees } from './trees/create-own-trees';
import { createExpectedGpus } from './trees/runs/create-expected-gpus';

export interface EngineDeps {
  /** Absolute path of an existing folder; everything that is kept is in it. */
  readonly dataDir: string;
  /** Null: remembered secrets live for the session only. */
  readonly secrets: SecretBox | null;
  /** Null or not given: there is no desktop here. */
  readonly desktop?: ShowOnDesktop | null;
  /** Starts the demo fleet; null where it is not included. */
  readonly simulator?: FleetSimulator | null;
  readonly nowMs?: () => number;
  /** Samples every connected host and keeps what it measures; one process of a data folder does. */
  readonly isTelemetryKeeper?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  readonly homeDir?: string;
  /** Where a node's lock lies; tests that change this very machine bring their own. */
  readonly lockPath?: string;
  /** Of an engine that runs for long: the database turned out to be damaged, and a new start keeps it aside. */
  readonly onDamage?: (problem: Error) => void;
}

export type Engine = Awaited<ReturnType<typeof createEngine>>;

/** Puts the engine together. It runs the same in a utility process, in the CLI and in tests. */
export async function createEngine(deps: EngineDeps) {
  const { dataDir, secrets, nowMs = Date.now, environment = process.env, homeDir = homedir() } = deps;
  const actor = userInfo().username;
  const store = openStore(join(dataDir, 'gantry.db'), nowMs);
  const notices = new Notices();
  if (store.keptAside) notices.add({ key: 'engine.databaseKeptAside', params: { file: store.keptAside } });
  const settings = createSettings(store);
  /** Of what the engine writes down by itself. */
  const language = (): Language => settings.get().language ?? systemLanguage(environment);
  const audit = createAuditLog({ store, nowMs, actor });
  const site = createSite({ store, audit, nowMs });
  const hosts = createHostDirectory({
    store,
    audit,
    secrets,
    notify: (message) => notices.add(message),
    homeDir,
    settings: settings.get,
    nowMs,
    environment,
  });
  const inventory = createInventory({ store, hosts, nowMs });
  const history = createPartsHistory({ store, audit });
  inventory.onDidCollect((hostId) => {
    const seenAtMs = Math.max(0, ...inventory.results(hostId).map((result) => result.observedAtMs));
    if (seenAtMs > 0) history.record(hostId, inventory.facts(hostId), seenAtMs);
  });
  hosts.onDidRemove((hostId) => history.removeHost(hostId));
  const profiles = createProfiles({ store, hosts, inventory, audit, probeInfo, nowMs });
  const judgementOf = createNodeJudge({ store, hosts, inventory, nowMs });
  inventory.judgeWith((hostId) => {
    const { hasProfile, count } = profiles.differences(hostId);
    const { compatibility, attention } = judgementOf(hostId);
    return {
      profileState: !hasProfile ? 'none' : count === null ? null : count > 0 ? 'differs' : 'conforms',
      profileDifferences: count,
      compatibility,
      attention: [...attention, ...profiles.attention(hostId)],
    };
  });
  const ownFixes = createOwnFixes({ fixesFolder: () => settings.get().fixesFolder });
  const ownActionIds = () => [...ownFixes.load().fixes.keys()];
  const expectedGpus = createExpectedGpus({ store, history, profiles });
  const diagnosis = createDiagnosis({
    store,
    expectedGpus,
    inventory,
    nowMs,
    treesFolder: () => settings.get().treesFolder,
    ownActionIds,
    probeInfo,
  });
  const ownTrees = createOwnTrees({
    diagnosis,
    inventory,
    probeInfo,
    treesFolder: () => settings.get().treesFolder,
    nowMs,
  });
  const scans = createScans({ store, hosts, inventory, history, diagnosis, expectedGpus, probeInfo, nowMs });
  const actions = createActions({
    store,
    hosts,
    inventory,
    audit,
    nowMs,
    site: site.scope,
    ...(deps.lockPath === undefined ? {} : { lockPath: deps.lockPath }),
    ownActions: () => ownFixes.load().fixes,
    operator: { name: actor, machine: hostname() },
  });
  hosts.onDidConnect((hostId) => void actions.freeLeftLock(hostId));
  const photos = createPhotoStore(join(dataDir, 'photos'));
  const manualWorks = createManualWorks({
    store,
    hosts,
    inventory,
    history,
    photos,
    audit,
    nowMs,
    actor,
  });
  const incidents = createIncidents({
    store,
    diagnosis,
    inventory,
    profiles,
    actions,
    manual: manualWorks,
    audit,
    nowMs,
    actor,
  });
  const attachments = createAttachments({ incidents, hosts, folder: join(dataDir, 'attachments') });
  const reports = createReports({
    incidents,
    attachments,
    photo: photos.read,
    manualTitle: (id) => manualWorks.procedures().find((one) => one.id === id)?.title ?? null,
    hosts,
    audit,
    nowMs,
    tree: (id) => (diagnosis.treeSet().trees.has(id) ? diagnosis.tree(id) : null),
  });
  const endpoints = new EndpointList(store, audit);
  hosts.onDidRemove((hostId) => endpoints.forgetHost(hostId));
  const telemetry = createTelemetry({
    namedEndpoints: (hostId) => endpoints.of(hostId),
    openStore: () => openStore(join(dataDir, 'telemetry.db'), nowMs, telemetrySchema),
    takeKeeperLock: () => takeKeeperLock(join(dataDir, 'telemetry.keeper')),
    retention: () => ({ ...retentionOf(settings.get().samplesKept), elsewhere: prometheusServer.history.kept() }),
    notify: (notice) => notices.add(notice),
    hosts,
    inventory,
    nowMs,
    isKeeper: deps.isTelemetryKeeper ?? false,
  });
  const prometheus = createPrometheus({
    telemetry,
    hosts,
    inventory,
    settings,
    nowMs,
    isKeeper: deps.isTelemetryKeeper ?? false,
  });
  const prometheusServer = createServerLink({
    telemetry,
    hosts,
    inventory,
    settings,
    secrets: new SecretKeeper(store, secrets, (message) => notices.add(message)),
    nowMs,
    isKeeper: deps.isTelemetryKeeper ?? false,
  });
  const measured = createHistory({ telemetry, hosts, server: prometheusServer.history });
  const protection = createProtection({
    store,
    hosts,
    inventory,
    audit,
    telemetry,
    steps: createLimitSteps({ hosts, inventory, actions, incidents, nowMs, language }),
    nowMs,
    actor,
    isKeeper: deps.isTelemetryKeeper ?? false,
  });
  const rules = createRules({
    store,
    telemetry,
    hosts,
    nowMs,
    isKeeper: deps.isTelemetryKeeper ?? false,
    rulesFolder: () => settings.get().rulesFolder,
    rulesOff: () => settings.get().rulesOff,
    treeIds: () => [...diagnosis.treeSet().trees.keys()],
  });
  const alerts = createAlerts({ store, rules, audit, actor, nowMs });
  const notifications = createNotifications({
    store,
    audit,
    secrets: new SecretKeeper(store, secrets, (message) => notices.add(message)),
    desktop: deps.desktop ?? null,
    incidents,
    telemetry: { events: telemetry.events, exportSamples: measured.exportSamples },
    nameOf: (hostId) => hosts.everyHost().find(({ id }) => id === hostId)?.name ?? hostId,
    nodeOf: (hostId) => {
      const host = hosts.list().find(({ spec }) => spec.id === hostId);
      return host ? { id: hostId, host, summary: inventory.summaries([hostId])[0] } : null;
    },
    settings: () => ({ from: settings.get().alertIncidents, language: language() }),
    nowMs,
    isKeeper: deps.isTelemetryKeeper ?? false,
  });
  const distrust = (): void => {
    store.distrust();
    deps.onDamage?.(new Error('the database is damaged'));
  };
  const stopChecking = deps.onDamage ? checkBulkLater(store, distrust) : () => {};
  const demo = createDemoFleet({
    simulator: deps.simulator ?? null,
    hosts,
    dataDir,
    forgetHost: (hostId) => {
      history.forgetHost(hostId);
      telemetry.forgetHost(hostId);
    },
  });
  await demo.takeOver();

  const judgeLine = createLogEvidence({ telemetry, inventory });
  const preflight = createPreflight({
    hosts,
    inventory,
    actions,
    playbooks: () => playbooks.list(),
    site: site.scope,
    nowMs,
  });
  const playbooks = createPlaybooks({
    hosts,
    inventory,
    actions,
    rollouts: actions.rollouts,
    preflight,
    nowMs,
    site: site.scope,
    playbooksFolder: () => settings.get().playbooksFolder,
  });
  const router = engine.router({
    hosts: hostProcedures(hosts, protection.refuseRemoval),
    probes: probeProcedures(inventory),
    inventory: inventoryProcedures(inventory, audit),
    compatibility: compatibilityProcedures(inventory, nowMs),
    parts: partsProcedures({ history, inventory, hosts, drift: createFleetDrift({ hosts, history }) }),
    profiles: profileProcedures(profiles),
    trees: treeProcedures(diagnosis),
    ownTrees: ownTreeProcedures(ownTrees),
    diagnosis: diagnosisProcedures(diagnosis, judgeLine, notifications),
    runs: runProcedures(createTranscripts({ diagnosis, inventory, history, hosts, audit, probeInfo, nowMs })),
    scan: scanProcedures(scans),
    strands: strandsProcedures(createStrands({ store, hosts, diagnosis, nowMs })),
    actions: actionProcedures(actions),
    fixes: fixProcedures(ownFixes),
    generators: generatorProcedures({ hosts, inventory }),
    playbooks: playbookProcedures(
      playbooks,
      createPackageSets({ hosts, inventory, playbooks, actions, audit, nowMs, site: site.scope }),
      createAcceptance({
        hosts,
        inventory,
        actions,
        rollouts: actions.rollouts,
        incidents,
        markdown: sheetMarkdown,
        nowMs,
      }),
    ),
    audit: auditProcedures(audit),
    manual: manualProcedures(manualWorks, hosts, nowMs),
    incidents: incidentProcedures(incidents, attachments),
    reports: reportProcedures(reports),
    telemetry: telemetryProcedures(telemetry, endpoints, measured, protection.refuseUnwatching),
    timeline: timelineProcedures(createTimeline({ store, telemetry, rules, actions, incidents })),
    rules: ruleProcedures(rules, measured, settings, audit),
    alerts: alertProcedures(alerts, notifications),
    knowledge: knowledgeProcedures(hosts, inventory, judgeLine),
    notifications: notificationProcedures(notifications),
    prometheus: prometheusProcedures(prometheus, prometheusServer),
    protection: protectionProcedures(protection),
    system: systemProcedures(
      { version: packageJson.version, dataDir, secretStorage: secrets ? 'keychain' : 'memory' },
      settings,
      notices,
    ),
    sim: simProcedures(demo),
    site: siteProcedures(site),
  });

  let closing: Promise<void> | undefined;
  return {
    router,
    /** A call ran into damage of the database. */
    distrust,
    /** Ends what runs (runs become interrupted, hosts disconnect), then closes the store; once. */
    close: (): Promise<void> => {
      closing ??= closeAreas();
      return closing;
    },
  };

  async function closeAreas(): Promise<void> {
    const failures: unknown[] = [];
    stopChecking();
    // A full disk that one area runs into must not leave connections or the store of the others open.
    for (const area of [
      attachments,
      protection,
      actions,
      scans,
      diagnosis,
      prometheus,
      prometheusServer,
      rules,
      notifications,
      telemetry,
      demo,
      inventory,
      hosts,
      store,
    ]) {
      try {
        await area.close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
