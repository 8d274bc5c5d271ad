import type { ActionInfo, Brought } from '#shared/domain/action';
import { type BroughtKind, imageFile } from '#shared/domain/playbook/package-set';
import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import type { PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import { type SiteAddressName, type SiteScope, siteAddressNames } from '#shared/domain/site';
import { carriedFile } from '../../actions/declared/carried';
import { declaredFolders } from '../../actions/declared/fix-library';
import { shippedFiles } from '../../knowledge/shipped-files';

/** What a playbook takes from outside of its node. */
export interface OutsideNeeds {
  /** Addresses of the site, or else the vendor's. */
  readonly addresses: readonly SiteAddressName[];
  /** The sources that the node's package manager has. */
  readonly packages: boolean;
  /** Something is taken out of a carried set. */
  readonly isCarried: boolean;
}

export interface OutsideBasis {
  /** Null: nothing was planned; all that its steps could take counts. */
  readonly plan: readonly PlannedTaking[] | null;
  /** Of the carried set that the node has. */
  readonly files: ReadonlySet<string>;
  readonly actions: readonly Pick<ActionInfo, 'id' | 'brings'>[];
  readonly site: Pick<SiteScope, SiteAddressName | 'own' | 'httpsProxy'>;
}

export type PlannedTaking = Pick<PlaybookStepPlan, 'actionId' | 'state'> & {
  readonly plan: Pick<StepPlan, 'packages' | 'brings' | 'isAlreadyDone' | 'steps'> | null;
};
type StepPlan = NonNullable<PlaybookStepPlan['plan']>;
type Planned = NonNullable<PlannedTaking['plan']>;

/**
 * By what the actions of a playbook take (`brings.ts`), with a plan by what they take on its node. What can't be told counts as taken.
 * A playbook that takes nothing asks the site's own addresses, which it writes down.
 */
export function outsideNeeds(steps: PlaybookInfo['steps'], basis: OutsideBasis): OutsideNeeds {
  const { plan, actions, site } = basis;
  const names = new Set<SiteAddressName>();
  let packages = false;
  let isCarried = false;
  const kindsOf = (actionId: string) => actions.find(({ id }) => id === actionId)?.brings ?? [];
  const takesNothing = steps.every(({ actionId }) => kindsOf(actionId).length === 0);
  const open = plan?.filter(({ state }) => state !== 'done' && state !== 'left-out');
  for (const step of open ?? steps.map(({ actionId }) => ({ actionId, state: 'later' as const, plan: null }))) {
    const { actionId, state, plan: planned } = step;
    const taken = kindsOf(actionId).filter((kind) => planned === null || isTaken(planned, kind, state === 'later'));
    const missing = taken.filter((kind) => planned === null || !isInSet(basis, planned, kind));
    const readsLists = planned?.steps.some(isReadingLists) === true;
    if (missing.length < taken.length) isCarried = true;
    if (missing.includes('package') || readsLists) packages = true;
    for (const name of addressesOf(actionId)) {
      const isAsked = missing.length > 0 || readsLists || (takesNothing && site.own.includes(name));
      if (isAsked && site[name] !== '') names.add(name);
    }
  }
  return { addresses: [...names], packages, isCarried };
}

function isTaken({ packages, brings, isAlreadyDone }: Planned, kind: BroughtKind, isLater: boolean): boolean {
  if (isAlreadyDone) return false;
  if (kind === 'package') return packages?.changes.some(({ after }) => after !== null) ?? isLater;
  return kind === 'conda' || (brings ?? []).some((one) => one.kind === kind);
}

function isInSet({ files, site }: OutsideBasis, { packages, brings, steps }: Planned, kind: BroughtKind): boolean {
  const has = (folder: string) => [...files].some((file) => file.startsWith(folder));
  const hasAll = (fileOf: (one: Brought) => string | null) =>
    (brings ?? []).every((one) => one.kind !== kind || files.has(fileOf(one) ?? ''));
  switch (kind) {
    case 'package':
      return packages?.changes.every(({ name, after }) => after === null || hasArchive(files, name, after)) === true;
    case 'image':
      // One that is there already is not pulled.
      return hasAll(({ name }) => name && imageFile(name)) || (steps.length > 0 && !steps.some(isPull));
    case 'file':
      return hasAll(({ sha256 = null, fingerprints = [] }) => carriedFile({ sha256, fingerprints }));
    // With a mirror or a proxy pip and conda ask there too (local-packages.yaml).
    case 'wheel':
      return has('wheels/') && !site.own.includes('pypi') && site.httpsProxy === '';
    case 'conda':
      return has('conda/') && !site.own.includes('conda');
    case 'model':
      return false;
  }
}

type Step = StepPlan['steps'][number];
const isPull = (step: Step): boolean =>
  step.kind === 'command' && step.argv.includes('docker') && step.argv.includes('pull');

/** `apt-get update`, `dnf makecache`; not of the carried set, which is a folder. */
const isReadingLists = (step: Step): boolean =>
  step.kind === 'command' &&
  ((step.argv.includes('apt-get') && step.argv.includes('update')) ||
    (step.argv.includes('dnf') && step.argv.includes('makecache'))) &&
  !step.argv.some((word) => word.includes('gantry-packages'));

/** `chrony_1.4.3-2_amd64.deb`, `chrony-4.3-2.x86_64.rpm` of `1:4.3-2`: apt's names have the epoch, rpm's not. */
function hasArchive(files: ReadonlySet<string>, name: string, version: string): boolean {
  const without = version.replace(/^\d+:/, '');
  const begins = [`${name}_${version.replace(':', '.')}_`, `${name}_${without}_`, `${name}-${without}.`];
  return [...files].some((file) => begins.some((begin) => file.startsWith(begin)));
}

/** Those that the file of an action names as `site.NAME`. */
function addressesOf(actionId: string): SiteAddressName[] {
  const file = declaredFolders.flatMap(shippedFiles).find((one) => one.file === `${actionId}.yaml`);
  const named = [...(file?.text ?? '').matchAll(/\bsite\.([A-Za-z]+)/g)].map(([, name]) => name);
  return siteAddressNames.filter((name) => named.includes(name));
}
