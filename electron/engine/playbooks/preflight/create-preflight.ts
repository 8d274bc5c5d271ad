import { setMaxListeners } from 'node:events';
import type { CommandSpec } from '#shared/domain/command';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import type { PlaybookPlan } from '#shared/domain/playbook/playbook-plan';
import type { Preflight, PreflightCheck } from '#shared/domain/playbook/preflight';
import type { ProbeResult } from '#shared/domain/probe';
import type { SiteScope } from '#shared/domain/site';
import type { Actions } from '../../actions/actions';
import { InvalidError, NotFoundError } from '../../errors';
import { HostUnavailableError } from '../../hosts/host';
import type { HostDirectory } from '../../hosts/host-directory';
import { Slots } from '../../hosts/slots';
import type { Inventory } from '../../inventory/inventory';
import { loginOf } from '../../inventory/login-of';
import { factEvidence } from '../fact-evidence';
import { carriedSetCommand, readCarriedSet } from './carried-set';
import { type JudgedCheck, type Work, worstOf } from './check';
import { judgePreflight } from './judge-preflight';
import { outsideNeeds } from './outside-needs';
import { addressToAsk, type Reached, reachCommand, readReached, serversOf } from './reach';

export interface PreflightDeps {
  readonly hosts: Pick<HostDirectory, 'spec' | 'open'>;
  readonly inventory: Pick<Inventory, 'refresh' | 'facts' | 'results' | 'keepEvidence'>;
  readonly actions: Pick<Actions, 'list'>;
  readonly playbooks: () => readonly PlaybookInfo[];
  readonly site: () => SiteScope;
  readonly nowMs: () => number;
}

/**
 * Whether nodes can be set up. Reads them, all at once, in the order asked for; throws NotFoundError, InvalidError, AbortError.
 * @param request.plans Of the playbook on these nodes: what they take, and not all that its steps could, is looked for outside.
 */
export type PreflightOf = (
  request: { hostIds: readonly string[]; playbookId?: string | undefined; plans?: readonly PlaybookPlan[] },
  options?: { signal?: AbortSignal | undefined },
) => Promise<Preflight[]>;

const probeIds: readonly ProbeId[] = [
  'os',
  'memory',
  'processes',
  'pci',
  'gpu-driver',
  'platform-security',
  'file-systems',
  'packages',
  'time-sync',
  'setup-readiness',
];

/** More nodes than that wait: each has a connection and a parser to itself. */
const atOnce = 64;
const maxAddresses = 40;

export function createPreflight(deps: PreflightDeps): PreflightOf {
  const { hosts, inventory, actions, playbooks, site, nowMs } = deps;

  async function lookAt(hostId: string, needs: Needs, signal: AbortSignal) {
    const playbookId = needs.playbook?.id ?? null;
    const observedAtMs = nowMs();
    const base = { hostId, playbookId, observedAtMs };
    try {
      const spec = hosts.spec(hostId);
      await inventory.refresh(hostId, { probeIds, signal, isFresh: true });
      const results = inventory.results(hostId);
      const facts = factsOf(results);
      const asked = await reach(hostId, facts, needs, signal);
      const checks = judgePreflight({
        facts,
        reached: asked.reached,
        hasReachTool: asked.hasTool,
        isCarried: asked.isCarried,
        hasProxy: asked.hasProxy,
        work: workOf(needs.playbook),
        loginName: loginOf(spec),
        nowMs: nowMs(),
      }).map((check) => withEvidence(check, results, asked));
      const outcome = worstOf(checks.map((check) => check.outcome));
      return { ...base, durationMs: nowMs() - observedAtMs, checks, outcome, unreachable: null };
    } catch (error) {
      if (!(error instanceof HostUnavailableError)) throw error;
      const durationMs = nowMs() - observedAtMs;
      return { ...base, durationMs, checks: [], outcome: 'unknown' as const, unreachable: error.hostError };
    }
  }

  async function reach(hostId: string, facts: NodeFacts, needs: Needs, signal: AbortSignal): Promise<Asked> {
    const setup = facts['setup-readiness'];
    const proxy = proxyOf(site(), setup?.proxies ?? []);
    const host = await hosts.open(hostId, { signal });
    const exec = async (command: CommandSpec) => {
      const result = await host.exec(command, { signal });
      if (result.state === 'lost')
        throw new HostUnavailableError(hostId, { code: 'connection-lost', detail: command.id });
      if (result.state === 'cancelled') throw new DOMException('cancelled', 'AbortError');
      return {
        evidenceId: inventory.keepEvidence(hostId, null, result),
        text: new TextDecoder().decode(result.stdout),
      };
    };
    const carried = needs.playbook && (await exec(carriedSetCommand));
    const { addresses, packages, isCarried } =
      needs.playbook === null
        ? { addresses: [], packages: true, isCarried: false }
        : outsideNeeds(needs.playbook.steps, {
            plan: needs.plan(hostId),
            files: readCarriedSet(carried?.text ?? ''),
            actions: actions.list(),
            site: site(),
          });
    const repositories = packages ? serversOf(setup?.repositories ?? null) : [];
    const asking = [...repositories, ...addresses.map((name) => addressToAsk(name, site()[name]))];
    const urls = [...new Set(asking)].slice(0, maxAddresses);
    const hasProxy = proxy.httpProxy !== '' || proxy.httpsProxy !== '';
    if (carried !== null && !packages && urls.length === 0) {
      const commandLine = carriedSetCommand.argv.join(' ');
      return { reached: [], hasTool: true, hasProxy, isCarried, commandLine, evidenceId: carried.evidenceId };
    }
    const { evidenceId, text } = await exec(reachCommand(urls, proxy));
    const { answers, isWhole, hasTool } = readReached(text);
    // One that did not answer in time is not one that is there.
    const missing = urls
      .filter((url) => !answers.some((one) => one.url === url))
      .map((url): Reached => ({ url, state: 'no-answer', text: '' }));
    // Where its sources could not be read, or there are none, that every address answered says nothing of them.
    const isTold = (!packages || (setup?.repositories ?? []).length > 0) && (isWhole || answers.length > 0);
    const commandLine = `curl -I ${urls.join(' ')}`.trim();
    const reached = isTold ? [...answers, ...missing] : null;
    return { reached, hasTool, hasProxy, isCarried, commandLine, evidenceId };
  }

  return async ({ hostIds, playbookId, plans = [] }, { signal = new AbortController().signal } = {}) => {
    for (const hostId of hostIds) {
      if (hosts.spec(hostId).kind === 'bundle') throw new InvalidError('actions.bundleHost');
    }
    const playbook = playbookId === undefined ? null : playbooks().find(({ id }) => id === playbookId);
    if (playbook === undefined) throw new NotFoundError('playbook', playbookId ?? '');
    const plan = (hostId: string) => {
      const made = plans.find((one) => one.hostId === hostId && one.playbookId === playbookId);
      return made && made.steps.length > 0 ? made.steps : null;
    };
    const needs = { playbook, plan };
    const slots = new Slots(atOnce);
    // Every node that is looked at waits for it in several places.
    setMaxListeners(0, signal);
    return Promise.all(
      hostIds.map(async (hostId) => {
        const release = await slots.take(signal);
        try {
          return await lookAt(hostId, needs, signal);
        } finally {
          release();
        }
      }),
    );
  };
}

interface Asked {
  readonly reached: Reached[] | null;
  readonly hasTool: boolean;
  readonly hasProxy: boolean;
  readonly isCarried: boolean;
  readonly commandLine: string;
  readonly evidenceId: string;
}

interface Needs {
  readonly playbook: PlaybookInfo | null;
  /** Null: nothing was planned there. */
  readonly plan: (hostId: string) => PlaybookPlan['steps'] | null;
}

/** Actions that can do nothing without a GPU. */
const needsGpu =
  /^(nvidia-driver|container-toolkit-install|container-proof|pytorch-proof|gpu-|mig-|persistence-|triton-|vllm-)/;

function workOf(playbook: PlaybookInfo | null): Work | null {
  return (
    playbook && {
      actionIds: new Set(playbook.steps.map(({ actionId }) => actionId)),
      needsGpu: playbook.steps.some(({ actionId, isConditional }) => !isConditional && needsGpu.test(actionId)),
    }
  );
}

/** The site's proxy; without one, that which apt or dnf of the node goes through. */
function proxyOf(site: SiteScope, proxies: readonly { name: string; url: string }[]) {
  const { httpProxy, httpsProxy, noProxy } = site;
  if (httpProxy !== '' || httpsProxy !== '') return { httpProxy, httpsProxy, noProxy };
  const of = (...names: string[]) => proxies.find(({ name }) => names.includes(name))?.url ?? '';
  const http = of('apt-http', 'dnf', 'http_proxy');
  return { httpProxy: http, httpsProxy: of('apt-https', 'dnf', 'https_proxy') || http, noProxy: of('no_proxy') };
}

function factsOf(results: readonly ProbeResult[]): NodeFacts {
  return Object.fromEntries(
    results.flatMap(({ probeId, state, facts }) =>
      state === 'ok' && probeIds.some((id) => id === probeId) ? [[probeId, facts]] : [],
    ),
  );
}

function withEvidence({ from, ...check }: JudgedCheck, results: readonly ProbeResult[], asked: Asked): PreflightCheck {
  const evidence = from.flatMap(([probeId, path]): PreflightCheck['evidence'] => {
    if (probeId === 'reach') return [{ commandLine: asked.commandLine, evidenceId: asked.evidenceId }];
    return factEvidence(results, probeId, path);
  });
  return { ...check, evidence };
}
