import { randomUUID } from 'node:crypto';
import type { ActionPlan } from '#shared/domain/action';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { NodeVersions } from '#shared/domain/playbook/node-versions';
import { platformOf } from '#shared/domain/playbook/platform';
import type { Platform, PlaybookInfo } from '#shared/domain/playbook/playbook';
import type { PlaybookPlan, PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import type { Preflight, PreflightCheckId } from '#shared/domain/playbook/preflight';
import type { Rollout } from '#shared/domain/rollout';
import { type SiteScope, vendorSite } from '#shared/domain/site';
import type { Language, LocalizedText } from '#shared/domain/text';
import type { Actions } from '../actions/actions';
import { checkedParameters } from '../actions/checked-parameters';
import { allChanges } from '../actions/declared/package-simulation';
import { parametersSchema } from '../actions/declared/parameters';
import { bothLanguages } from '../actions/declared/words';
import type { PlaybookRequest, Rollouts } from '../actions/rolling/create-rollouts';
import { planLifetimeMs, ShownPlans } from '../actions/runs/shown-plans';
import { canonicalJson, sha256 } from '../audit/canonical-json';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import type { Inventory } from '../inventory/inventory';
import type { CompiledPlaybook } from './compile-playbook';
import { type ExportedPlan, exportPlan, type PlanFormat } from './export-plan';
import { nodeVersions } from './node-versions';
import { outlineSteps, refusalBy, requirementsOf } from './outline-playbook';
import { earlierMinutes, effectProbes, effectsOf, fullDisk } from './plan-effects';
import { planSteps } from './plan-playbook';
import { createPlaybookFiles, type PlaybookFiles } from './playbook-files';
import type { PlaybookLibrary } from './playbook-library';
import type { PreflightOf } from './preflight/create-preflight';
import { refuseUnfit } from './preflight/refuse-unfit';
import { summaryOf } from './summarize-plan';
import { say } from './words';

export interface PlaybooksDeps {
  readonly hosts: Pick<HostDirectory, 'spec'>;
  readonly inventory: Pick<Inventory, 'refresh' | 'facts'>;
  readonly actions: Pick<Actions, 'list' | 'plan' | 'runs'>;
  readonly rollouts: Pick<Rollouts, 'startPlaybook' | 'decideWith'>;
  /** Asked again before anything is begun. */
  readonly preflight: PreflightOf;
  readonly nowMs: () => number;
  /** Mirrors, proxy and authority of the site; the vendors' addresses without it. */
  readonly site?: () => SiteScope;
  /** Of the user's own. */
  readonly playbooksFolder?: () => string | null;
  /** Tests bring their own. */
  readonly library?: PlaybookLibrary;
}

export interface Playbooks {
  readonly files: PlaybookFiles;
  list(): PlaybookInfo[];
  /** SHA-256 of what it says, and those that it uses. Throws NotFoundError. */
  digest(playbookId: string): string;
  /** Reads the node and says what would be done. Throws NotFoundError, InvalidError, HostUnavailableError, AbortError. */
  plan(
    request: { playbookId: string; hostId: string; parameters: Record<string, unknown> },
    options?: { signal?: AbortSignal },
  ): Promise<PlaybookPlan>;
  /** Reads the node and says which versions fit together on it. Throws NotFoundError, HostUnavailableError, AbortError. */
  versions(hostId: string, options?: { signal?: AbortSignal | undefined }): Promise<NodeVersions>;
  /** As PreflightOf has it; throws NotFoundError for a plan that ran out, too. */
  preflight(
    request: { hostIds: readonly string[]; playbookId?: string | undefined; planIds?: readonly string[] | undefined },
    options?: { signal?: AbortSignal | undefined },
  ): Promise<Preflight[]>;
  /**
   * Looks at the nodes once more. Throws ConflictError for plans that are not to be carried out: not those that were shown, blocked, run
   * out, already carried out, of a node whose preflight fails, or is not known and not `accepted`; HostUnavailableError.
   */
  start(request: {
    plans: readonly { planId: string; fingerprint: string }[];
    batchSize: number;
    incidentId?: string | undefined;
    accepted?: readonly PreflightCheckId[];
  }): Promise<Rollout>;
  /** Throws NotFoundError for a plan that ran out. */
  exportPlan(request: { planId: string; format: PlanFormat; language: Language }): ExportedPlan;
}

export function createPlaybooks({
  hosts,
  inventory,
  actions,
  rollouts,
  preflight,
  nowMs,
  site = () => vendorSite,
  playbooksFolder = () => null,
  library: given,
}: PlaybooksDeps): Playbooks {
  const files = createPlaybookFiles(actions.list, playbooksFolder);
  const plans = new ShownPlans<PlaybookPlan>(nowMs);
  const books = (): PlaybookLibrary => given ?? files.library();

  async function planAction(
    hostId: string,
    options: { signal: AbortSignal; readSinceMs: number },
    actionId: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<ActionPlan | LocalizedText> {
    try {
      return await actions.plan({ actionId, hostId, parameters: { ...parameters } }, options);
    } catch (error) {
      if (error instanceof InvalidError)
        return say('actionRefused', { detail: String(error.params.name ?? error.key) });
      throw error;
    }
  }

  async function factsFor(
    hostId: string,
    playbook: CompiledPlaybook,
    signal: AbortSignal,
    more: readonly ProbeId[] = [],
  ): Promise<NodeFacts> {
    const probeIds = [...new Set(['os' as const, ...probesOf(books(), playbook), ...more])];
    await inventory.refresh(hostId, { probeIds, signal });
    return inventory.facts(hostId, probeIds);
  }

  rollouts.decideWith(async ({ playbookId, hostId, id, given, sha256: confirmed, held = [] }, { signal }) => {
    const playbook = books().get(playbookId);
    if (books().digestOf(playbook) !== confirmed) return { state: 'changed' };
    const facts = await factsFor(hostId, playbook, signal);
    const steps = outlineSteps(playbook, given, { library: books(), facts, site: site(), held });
    const step = steps.find((one) => one.id === id);
    if (step === undefined) return { state: 'changed' };
    const { verdict, values } = step;
    if (verdict === null) return { state: 'to-do', parameters: { ...values } };
    return verdict.kind === 'out' ? { state: 'left-out' } : { state: 'untold', reason: verdict.reason };
  });

  return {
    files,
    list: () => books().list(),
    digest: (playbookId) => books().digestOf(books().get(playbookId)),

    async plan({ playbookId, hostId, parameters: wanted }, { signal = new AbortController().signal } = {}) {
      const playbook = books().get(playbookId);
      if (hosts.spec(hostId).kind === 'bundle') throw new InvalidError('actions.bundleHost');
      const parameters = checkedParameters(parametersSchema(playbook.definition.parameters), wanted);
      // Its steps are planned of one reading of the node: each looks again when its turn comes.
      const readSinceMs = nowMs();
      const facts = await factsFor(hostId, playbook, signal, effectProbes);
      const requirements = requirementsOf(playbook, parameters, facts, site());
      const unmet = refusalOf(playbook, facts.os ?? null) ?? refusalBy(requirements);
      const steps =
        unmet === null
          ? await planSteps(playbook, parameters, {
              library: books(),
              facts,
              site: site(),
              signal,
              earlier: earlierMinutes(actions.runs()),
              planAction: (actionId, values) => planAction(hostId, { signal, readSinceMs }, actionId, values),
            })
          : [];
      const createdAtMs = nowMs();
      const totals = totalsOf(steps);
      const effects = effectsOf(steps, totals, actions.list(), facts);
      const refusal = unmet ?? fullDisk(effects.space);
      const made: Omit<PlaybookPlan, 'summary'> = {
        id: randomUUID(),
        playbookId,
        hostId,
        parameters,
        createdAtMs,
        expiresAtMs: createdAtMs + planLifetimeMs,
        requirements,
        steps,
        ...totals,
        effects,
        refusal,
        isBlocked: refusal !== null || steps.some(({ state }) => state === 'blocked'),
        isAlreadyDone: steps.length > 0 && steps.every(({ state }) => state === 'done' || state === 'left-out'),
        fingerprint: fingerprintOf({ sha256: books().digestOf(playbook), playbookId, hostId, parameters }, steps),
      };
      return plans.add({ ...made, summary: summaryOf(made, site()) });
    },

    versions: (hostId, { signal = new AbortController().signal } = {}) =>
      nodeVersions({ inventory, actions, nowMs }, hostId, signal),

    preflight: async ({ hostIds, playbookId, planIds = [] }, options) =>
      preflight({ hostIds, playbookId, plans: planIds.map((planId) => plans.get(planId)) }, options),

    async start({ plans: wanted, batchSize, incidentId, accepted = [] }) {
      const confirmed: PlaybookPlan[] = [];
      try {
        for (const { planId, fingerprint } of wanted) confirmed.push(plans.take(planId, fingerprint));
        if (confirmed.some(({ isAlreadyDone }) => isAlreadyDone)) throw new ConflictError('playbooks.alreadyDone');
        const [first] = confirmed;
        const isMixed = confirmed.some(({ playbookId }) => playbookId !== first?.playbookId);
        if (!first || isMixed || new Set(confirmed.map(({ hostId }) => hostId)).size !== confirmed.length) {
          throw new ConflictError('actions.rolloutMixed');
        }
        const hostIds = confirmed.map(({ hostId }) => hostId);
        const found = await preflight({ hostIds, playbookId: first.playbookId, plans: confirmed });
        refuseUnfit(found, accepted, (hostId) => hosts.spec(hostId).name);
        const playbook = books().get(first.playbookId);
        const { id, title } = playbook.definition;
        const digest = books().digestOf(playbook);
        return rollouts.startPlaybook({
          playbook: { id, title: bothLanguages(title), asWanted: confirmed.flatMap(asWanted) },
          batchSize,
          incidentId: incidentId ?? null,
          nodes: confirmed.map(({ hostId, steps, parameters: given }) => ({
            hostId,
            steps: steps.flatMap((step) => toItem(step, { given, sha256: digest })),
          })),
        });
      } catch (error) {
        for (const { id } of confirmed) plans.putBack(id);
        throw error;
      }
    },

    exportPlan({ planId, format, language }) {
      const plan = plans.get(planId);
      const info = books()
        .list()
        .find(({ id }) => id === plan.playbookId);
      if (info === undefined) throw new NotFoundError('playbook', plan.playbookId);
      const { os } = inventory.facts(plan.hostId, ['os']);
      const platform = os ? platformOf(os) : null;
      return exportPlan({ plan, info, host: hosts.spec(plan.hostId).name, platform, format, language });
    },
  };
}

/** Its steps that are as they are to be, for the acceptance sheet. */
const asWanted = ({ hostId, steps }: PlaybookPlan) =>
  steps.flatMap(({ id, title, state, plan }) =>
    state === 'done' ? [{ hostId, id, title, evidence: plan?.evidence ?? [] }] : [],
  );

/**
 * What is to be done of a step. One that is `later` is planned at its turn by the same parameters; one whose parameters can't be told
 * today by what the text of its playbook says then.
 */
function toItem(
  { id, actionId, title, state, plan, duration, held = [] }: PlaybookStepPlan,
  undecided: NonNullable<Steps[number]['undecided']>,
): Steps {
  if (state !== 'ready' && state !== 'later') return [];
  const step = { id, actionId, title, ...(duration ? { duration } : {}) };
  if (plan === null) return [{ step, parameters: {}, fingerprint: null, undecided: { ...undecided, held } }];
  const fingerprint = state === 'ready' ? plan.fingerprint : null;
  return [{ step, parameters: plan.parameters, fingerprint }];
}
type Steps = PlaybookRequest['nodes'][number]['steps'];

/** Of it and of those that it uses. */
function probesOf(library: PlaybookLibrary, { probeIds, steps }: CompiledPlaybook): CompiledPlaybook['probeIds'] {
  return [
    ...probeIds,
    ...steps.flatMap(({ definition }) => ('use' in definition ? probesOf(library, library.get(definition.use)) : [])),
  ];
}

/** Others are refused with the reason: what commands do there nobody has tried. */
function refusalOf(
  { definition }: CompiledPlaybook,
  os: { id: string | null; versionId: string | null; prettyName: string | null } | null,
): LocalizedText | null {
  if (os === null) return say('systemUnknown');
  const platform: Platform | null = platformOf(os);
  if (platform !== null && definition.platforms.includes(platform)) return null;
  return say('systemRefused', { system: os.prettyName ?? os.id ?? '?', platforms: definition.platforms.join(', ') });
}

function totalsOf(
  steps: readonly PlaybookStepPlan[],
): Pick<PlaybookPlan, 'packages' | 'downloadBytes' | 'diskBytes' | 'isComplete' | 'restartsNode' | 'duration'> {
  const open = steps.filter(({ state }) => state === 'ready' || state === 'later');
  const ready = open.flatMap(({ state, plan }) => (state === 'ready' && plan?.packages ? [plan.packages] : []));
  const { changes, downloadBytes, diskBytes } = allChanges(ready);
  const isTold = ready.length > 0;
  return {
    packages: changes,
    downloadBytes: isTold ? downloadBytes : null,
    diskBytes: isTold ? diskBytes : null,
    isComplete: open.every(({ state }) => state === 'ready'),
    restartsNode: open.some(({ restartsNode }) => restartsNode),
    duration: {
      fromMinutes: open.reduce((all, { duration }) => all + (duration?.fromMinutes ?? 0), 0),
      toMinutes: open.reduce((all, { duration }) => all + (duration?.toMinutes ?? 0), 0),
    },
  };
}

/** The same for the same plan on the same node in the same state. */
function fingerprintOf(
  what: { sha256: string; playbookId: string; hostId: string; parameters: Record<string, unknown> },
  steps: readonly PlaybookStepPlan[],
): string {
  const confirmed = steps.map(({ id, actionId, state, plan }) => ({
    id,
    actionId,
    state,
    plan: state === 'ready' ? (plan?.fingerprint ?? null) : state === 'later' ? (plan?.parameters ?? null) : null,
  }));
  return sha256(canonicalJson({ ...what, confirmed }));
}
