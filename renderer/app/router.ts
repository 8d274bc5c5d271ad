import { create } from 'zustand';

export type Route =
  | { screen: 'fleet' }
  | { screen: 'node'; hostId: string; section?: string }
  | { screen: 'heatMap' }
  | { screen: 'metrics' }
  | { screen: 'protection' }
  /** `alertId`: the one that is open beside the list; `hostId` and `ruleId` leave those of a node or a rule. */
  | { screen: 'alerts'; section?: string; alertId?: string; hostId?: string; ruleId?: string }
  /** `treeId`: the one that is pointed out among those to choose from. `scanId`, `strandsId`: a scan, or a tree on many nodes, or `new` to choose the nodes. `section`: of Xids and kernel log, with the `code` that is open. */
  | {
      screen: 'diagnose';
      hostId?: string;
      treeId?: string;
      runId?: string;
      scanId?: string;
      strandsId?: string;
      /** A run that `runId` is compared with. */
      otherId?: string;
      section?: string;
      code?: string;
      /** Of one's own trees: the one that is edited. */
      file?: string;
    }
  | { screen: 'incidents'; incidentId?: string }
  /** `workId` and `rolloutId`: one that is open, or `new` with what it starts with. `hostIds`: with commas between. */
  | {
      screen: 'work';
      section?: string;
      workId?: string;
      rolloutId?: string;
      hostIds?: string;
      subject?: string;
      target?: string;
      incidentId?: string;
    }
  /** `before` and `after`: a node's id, with `@VERSION` where it is not as it is now. */
  | { screen: 'parts'; section?: string; partId?: string; before?: string; after?: string }
  /** `playbookId`: one that is chosen, with the nodes of `hostIds`; `rolloutId`: one that is or was carried out. */
  | {
      screen: 'setup';
      section?: string;
      playbookId?: string;
      hostIds?: string;
      /** JSON of the settings that were given: with them the plans are made at once. */
      given?: string;
      rolloutId?: string;
      generatorId?: string;
    }
  | { screen: 'settings'; section?: string };
export type ScreenName = Route['screen'];

interface RouterState {
  history: readonly Route[];
  position: number;
}

const historyLimit = 100;

const useRouter = create<RouterState>(() => ({ history: [readHash(window.location.hash)], position: 0 }));

// Only a person (or a test) writes the hash; our own changes replace it silently.
window.addEventListener('hashchange', () => navigate(readHash(window.location.hash)));

export function useRoute(): Route {
  return useRouter((state) => state.history[state.position] ?? { screen: 'fleet' });
}

export function currentRoute(): Route {
  const { history, position } = useRouter.getState();
  return history[position] ?? { screen: 'fleet' };
}

/** Opens a screen; `replace` leaves no step to come back to. */
export function navigate(route: Route, options: { replace?: boolean } = {}): void {
  const { history, position } = useRouter.getState();
  if (toHash(currentRoute()) === toHash(route)) return;
  const kept = history.slice(Math.max(0, position + 1 - historyLimit), options.replace ? position : position + 1);
  go({ history: [...kept, route], position: kept.length });
}

export function goBack(): void {
  const { history, position } = useRouter.getState();
  if (position > 0) go({ history, position: position - 1 });
}

export function goForward(): void {
  const { history, position } = useRouter.getState();
  if (position < history.length - 1) go({ history, position: position + 1 });
}

export function resetRouter(route: Route = { screen: 'fleet' }): void {
  go({ history: [route], position: 0 });
}

/** The hash only serves a reload of the window, which then comes back to the same screen. */
function go(state: RouterState): void {
  useRouter.setState(state);
  const route = state.history[state.position];
  if (route) window.history.replaceState(null, '', toHash(route));
}

function toHash(route: Route): string {
  const { screen, ...rest } = route;
  const query = new URLSearchParams(
    Object.entries(rest).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  return `#/${screen}${query.size > 0 ? `?${query}` : ''}`;
}

/** Anything that is not a screen of ours opens the fleet. */
export function readHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const params = new URLSearchParams(query);
  const optional = (name: string) => params.get(name) ?? undefined;
  switch (path) {
    case 'node': {
      const hostId = params.get('hostId');
      return hostId ? { screen: 'node', hostId, section: optional('section') } : { screen: 'fleet' };
    }
    case 'heatMap':
      return { screen: 'heatMap' };
    case 'metrics':
      return { screen: 'metrics' };
    case 'protection':
      return { screen: 'protection' };
    case 'alerts':
      return {
        screen: 'alerts',
        section: optional('section'),
        alertId: optional('alertId'),
        hostId: optional('hostId'),
        ruleId: optional('ruleId'),
      };
    case 'diagnose':
      return {
        screen: 'diagnose',
        hostId: optional('hostId'),
        treeId: optional('treeId'),
        runId: optional('runId'),
        scanId: optional('scanId'),
        strandsId: optional('strandsId'),
        otherId: optional('otherId'),
        section: optional('section'),
        code: optional('code'),
        file: optional('file'),
      };
    case 'incidents':
      return { screen: 'incidents', incidentId: optional('incidentId') };
    case 'work':
      return {
        screen: 'work',
        section: optional('section'),
        workId: optional('workId'),
        rolloutId: optional('rolloutId'),
        hostIds: optional('hostIds'),
        subject: optional('subject'),
        target: optional('target'),
        incidentId: optional('incidentId'),
      };
    case 'parts':
      return {
        screen: 'parts',
        section: optional('section'),
        partId: optional('partId'),
        before: optional('before'),
        after: optional('after'),
      };
    case 'setup':
      return {
        screen: 'setup',
        section: optional('section'),
        playbookId: optional('playbookId'),
        hostIds: optional('hostIds'),
        given: optional('given'),
        rolloutId: optional('rolloutId'),
        generatorId: optional('generatorId'),
      };
    case 'settings':
      return { screen: 'settings', section: optional('section') };
    default:
      return { screen: 'fleet' };
  }
}
