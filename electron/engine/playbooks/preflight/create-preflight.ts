import { setMaxListeners } from 'node:events';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import type { Preflight, PreflightCheck } from '#shared/domain/playbook/preflight';
import type { ProbeResult } from '#shared/domain/probe';
import { type SiteAddressName, type SiteScope, siteAddressNames } from '#shared/domain/site';
import { declaredFolders } from '../../actions/declared/fix-library';
import { InvalidError, NotFoundError } from '../../errors';
import { HostUnavailableError } from '../../hosts/host';
import type { HostDirectory } from '../../hosts/host-directory';
import { Slots } from '../../hosts/slots';
import type { Inventory } from '../../inventory/inventory';
import { loginOf } from '../../inventory/login-of';
import { shippedFiles } from '../../knowledge/shipped-files';
import { factEvidence } from '../fact-evidence';
import { type JudgedCheck, type Work, worstOf } from './check';
import { judgePreflight } from './judge-preflight';
import { addressToAsk, type Reached, reachCommand, readReached, serversOf } from './reach';

export interface PreflightDeps {
  readonly hosts: Pick<HostDirectory, 'spec' | 'open'>;
  readonly inventory: Pick<Inventory, 'refresh' | 'facts' | 'results' | 'keepEvidence'>;
  readonly playbooks: () => readonly PlaybookInfo[];
  readonly site: () => SiteScope;
  readonly nowMs: () => number;
}

/** Whether nodes can be set up. Reads them, all at once, in the order asked for; throws NotFoundError, InvalidError, AbortError. */
export type PreflightOf = (
  request: { hostIds: readonly string[]; playbookId?: string | undefined },
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
  const { hosts, inventory, playbooks, site, nowMs } = deps;

  async function lookAt(hostId: string, playbookId: string | null, needs: Needs, signal: AbortSignal) {
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
        hasProxy: asked.hasProxy,
        work: needs.work,
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
    const urls = [...new Set([...serversOf(setup?.repositories ?? null), ...needs.urls])].slice(0, maxAddresses);
    const hasProxy = proxy.httpProxy !== '' || proxy.httpsProxy !== '';
    const host = await hosts.open(hostId, { signal });
    const command = reachCommand(urls, proxy);
    const result = await host.exec(command, { signal });
    if (result.state === 'lost')
      throw new HostUnavailableError(hostId, { code: 'connection-lost', detail: command.id });
    if (result.state === 'cancelled') throw new DOMException('cancelled', 'AbortError');
    const evidenceId = inventory.keepEvidence(hostId, null, result);
    const { answers, isWhole, hasTool } = readReached(new TextDecoder().decode(result.stdout));
    // One that did not answer in time is not one that is there.
    const missing = urls
      .filter((url) => !answers.some((one) => one.url === url))
      .map((url): Reached => ({ url, state: 'no-answer', text: '' }));
    // Where its sources could not be read, or there are none, that every address answered says nothing of them.
    const isTold = (setup?.repositories ?? []).length > 0 && (isWhole || answers.length > 0);
    const commandLine = `curl -I ${urls.join(' ')}`.trim();
    return { reached: isTold ? [...answers, ...missing] : null, hasTool, hasProxy, commandLine, evidenceId };
  }

  return async ({ hostIds, playbookId }, { signal = new AbortController().signal } = {}) => {
    for (const hostId of hostIds) {
      if (hosts.spec(hostId).kind === 'bundle') throw new InvalidError('actions.bundleHost');
    }
    const playbook = playbookId === undefined ? null : playbooks().find(({ id }) => id === playbookId);
    if (playbook === undefined) throw new NotFoundError('playbook', playbookId ?? '');
    const needs = needsOf(playbook, site());
    const slots = new Slots(atOnce);
    // Every node that is looked at waits for it in several places.
    setMaxListeners(0, signal);
    return Promise.all(
      hostIds.map(async (hostId) => {
        const release = await slots.take(signal);
        try {
          return await lookAt(hostId, playbook?.id ?? null, needs, signal);
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
  readonly commandLine: string;
  readonly evidenceId: string;
}

interface Needs {
  readonly urls: readonly string[];
  readonly work: Work | null;
}

/** Actions that can do nothing without a GPU. */
const needsGpu =
  /^(nvidia-driver|container-toolkit-install|container-proof|pytorch-proof|gpu-|mig-|persistence-|triton-|vllm-)/;

/** Addresses: those that the actions of a playbook name, as `site.NAME` in their files. */
function needsOf(playbook: PlaybookInfo | null, site: SiteScope): Needs {
  const ids = new Set(playbook?.steps.map(({ actionId }) => `${actionId}.yaml`));
  const names = new Set<SiteAddressName>();
  for (const { file, text } of ids.size === 0 ? [] : declaredFolders.flatMap(shippedFiles)) {
    if (!ids.has(file)) continue;
    for (const [, name] of text.matchAll(/\bsite\.([A-Za-z]+)/g)) {
      const known = siteAddressNames.find((one) => one === name);
      if (known !== undefined && site[known] !== '') names.add(known);
    }
  }
  return {
    urls: [...names].map((name) => addressToAsk(name, site[name])),
    work: playbook && {
      actionIds: new Set(playbook.steps.map(({ actionId }) => actionId)),
      needsGpu: playbook.steps.some(({ actionId, isConditional }) => !isConditional && needsGpu.test(actionId)),
    },
  };
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
