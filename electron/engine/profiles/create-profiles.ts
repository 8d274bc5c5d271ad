import { stringify } from 'yaml';
import type { ProfileProblem, ProfileSummary } from '#shared/contract/profiles';
import type { Finding } from '#shared/domain/finding';
import { isIdentityAttribute } from '#shared/domain/parts/identities';
import { type NodeParts, partsOf } from '#shared/domain/parts/index';
import type { PartKind } from '#shared/domain/parts/part';
import type { ProbeInfo } from '#shared/domain/probe';
import {
  attributesOf,
  type CountedAttributes,
  countedByDefault,
  makeProfile,
} from '#shared/domain/profile/make-profile';
import type { Profile } from '#shared/domain/profile/profile';
import { suggestProfiles } from '#shared/domain/profile/suggest-profile';
import type { Message } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import type { AuditLog } from '../audit/audit-log';
import { ConflictError, NotFoundError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import type { InventoryService } from '../inventory/inventory';
import type { Store } from '../store/store';
import { builtInProfiles } from './built-in-profiles';
import { parseProfile } from './parse-profile';
import { needsAttention, profileFindings } from './profile-findings';
import { type Assignment, ProfileRepository } from './profile-repository';

export interface ProfilesDeps {
  readonly store: Store;
  readonly hosts: Pick<HostDirectory, 'spec' | 'list' | 'onDidRemove'>;
  readonly inventory: Pick<InventoryService, 'facts' | 'results' | 'onDidCollect' | 'announce'>;
  readonly audit: AuditLog;
  readonly probeInfo: readonly ProbeInfo[];
  readonly nowMs: () => number;
}

export interface ProfileCheck {
  readonly profile: ProfileSummary | null;
  readonly findings: Finding[];
  readonly observedAtMs: number | null;
}

export interface Countable {
  readonly kind: PartKind;
  readonly count: number;
  readonly isCounted: boolean;
  readonly attributes: Array<{ name: string; isCounted: boolean }>;
}

export interface Profiles {
  list(): ProfileSummary[];
  /** Throws NotFoundError. */
  get(profileId: string): Profile;
  /** Keeps what the text says where nothing is wrong with it. Throws ConflictError for the id of a built-in one. */
  import(file: string, text: string, isOnlyChecked: boolean): { profile: Profile | null; problems: ProfileProblem[] };
  export(profileId: string, format: 'yaml' | 'json'): { fileName: string; text: string };
  remove(profileId: string): void;
  countable(hostId: string): Countable[];
  fromNode(request: { hostId: string; name: string; counted?: CountedAttributes }): Profile;
  suggest(hostId: string): ProfileSummary[];
  assign(hostId: string, profileId: string | null): void;
  /** The one that a node is given. */
  assigned(hostId: string): Profile | null;
  check(hostId: string, profileId?: string): ProfileCheck;
  /** How many differences of a node from its profile need attention; from memory, as it is asked for often. */
  differences(hostId: string): { hasProfile: boolean; count: number | null };
  /** What the fleet says of a node that differs from its profile. */
  attention(hostId: string): Message[];
}

export function createProfiles(deps: ProfilesDeps): Profiles {
  const { store, hosts, inventory, audit, probeInfo, nowMs } = deps;
  const repository = new ProfileRepository(store);
  let known: { version: number; assignments: Map<string, Assignment>; own: Profile[] } | null = null;

  /** Read again after this process or another one has written. */
  function current() {
    const version = repository.foreignVersion();
    if (known?.version !== version) {
      const assignments = new Map(repository.assignments().map((one) => [one.hostId, one]));
      known = { version, assignments, own: repository.list() };
    }
    return known;
  }

  function change(event: string, hostId: string | null, detail: Record<string, unknown>, work: () => void): void {
    store.transaction(() => {
      work();
      audit.append({ event, hostId, detail });
    });
    known = null;
  }

  const isBuiltIn = (id: string) => builtInProfiles().some((profile) => profile.id === id);
  const all = (): Profile[] => [...current().own, ...builtInProfiles()];
  const find = (id: string) => all().find((profile) => profile.id === id);
  const lookAt = (hostId: string): NodeParts => partsOf(inventory.facts(hostId));

  function get(profileId: string): Profile {
    const profile = find(profileId);
    if (!profile) throw new NotFoundError('profile', profileId);
    return profile;
  }

  function ownOnly(id: string): void {
    if (isBuiltIn(id)) throw new ConflictError('profiles.builtIn', { id });
  }

  function summaryOf(profile: Profile): ProfileSummary {
    const listed = new Set(hosts.list().map(({ spec }) => spec.id));
    const { id, name, description = null } = profile;
    const hostIds = [...current().assignments.values()]
      .filter((one) => one.profileId === id && listed.has(one.hostId))
      .map(({ hostId }) => hostId);
    return { id, name, description, isBuiltIn: isBuiltIn(id), hostIds };
  }

  function judge(hostId: string, profile: Profile): { findings: Finding[]; observedAtMs: number | null } {
    const results = inventory.results(hostId);
    if (results.length === 0) return { findings: [], observedAtMs: null };
    const observedAtMs = Math.max(...results.map((result) => result.observedAtMs));
    const node = { hostId, look: lookAt(hostId), results, observedAtMs };
    return { findings: profileFindings(profile, node, probeInfo), observedAtMs };
  }

  /** Keeps how many differences the fleet shows. */
  function judgeAssigned(hostId: string): void {
    const assignment = current().assignments.get(hostId);
    const profile = assignment && find(assignment.profileId);
    if (!profile) return;
    const { findings, observedAtMs } = judge(hostId, profile);
    if (observedAtMs === null) return;
    const counted = findings.filter(needsAttention);
    // No difference among what was read is not the same as none.
    const isOpen = counted.length === 0 && findings.some(({ state }) => state === 'unknown');
    const differences = isOpen ? null : counted.length;
    if (differences === assignment.differences) return;
    store.transactionSoon(() => repository.setJudged(hostId, differences, counted[0]?.severity ?? null));
    known = null;
    inventory.announce(hostId);
  }

  function save(event: string, profile: Profile, detail: Record<string, unknown>): void {
    ownOnly(profile.id);
    change(event, null, { profileId: profile.id, ...detail }, () => repository.save(profile, nowMs()));
    for (const { hostId, profileId } of current().assignments.values()) {
      if (profileId === profile.id && hosts.list().some(({ spec }) => spec.id === hostId)) judgeAssigned(hostId);
    }
  }

  inventory.onDidCollect(judgeAssigned);
  hosts.onDidRemove((hostId) => {
    store.transaction(() => repository.assign(hostId, null));
    known = null;
  });

  return {
    list: () => all().map(summaryOf),
    get,
    import(file, text, isOnlyChecked) {
      const { profile, problems } = parseProfile(file, text);
      if (profile && !isOnlyChecked) save('profile.import', profile, { file });
      return { profile, problems: [...problems] };
    },
    export(profileId, format) {
      const profile = get(profileId);
      const text = format === 'json' ? `${JSON.stringify(profile, null, 2)}\n` : stringify(profile, { lineWidth: 120 });
      return { fileName: `${profile.id}.${format}`, text };
    },
    remove(profileId) {
      ownOnly(profileId);
      get(profileId);
      change('profile.remove', null, { profileId }, () => repository.remove(profileId));
    },
    countable(hostId) {
      const look = lookAt(hosts.spec(hostId).id);
      const counted = countedByDefault(look);
      return look.knownKinds.flatMap((kind): Countable[] => {
        const count = look.parts.filter((part) => part.kind === kind).length;
        const names = attributesOf(look.parts, kind).filter((name) => !isIdentityAttribute(name));
        const attributes = names.map((name) => ({
          name,
          isCounted: counted[kind]?.includes(name) === true,
        }));
        return count === 0 ? [] : [{ kind, count, isCounted: counted[kind] !== undefined, attributes }];
      });
    },
    fromNode({ hostId, name, counted }) {
      const spec = hosts.spec(hostId);
      const look = lookAt(hostId);
      if (look.parts.length === 0) throw new ConflictError('profiles.notRead');
      const params = { node: spec.name, date: new Date(nowMs()).toISOString().slice(0, 10) };
      const profile = makeProfile(look, counted ?? countedByDefault(look), {
        id: freeId(name, (id) => find(id) !== undefined),
        name: { en: name },
        sources: [translatorOf('en')({ key: 'profiles.fromNode', params })],
      });
      if (profile.parts.length === 0) throw new ConflictError('profiles.empty');
      save('profile.make', profile, { hostId, name });
      return profile;
    },
    suggest: (hostId) => suggestProfiles(all(), lookAt(hosts.spec(hostId).id)).map(summaryOf),
    assign(hostId, profileId) {
      const { id } = hosts.spec(hostId);
      if (profileId !== null) get(profileId);
      change('profile.assign', id, { profileId }, () => repository.assign(id, profileId));
      inventory.announce(id);
      judgeAssigned(id);
    },
    assigned: (hostId) => find(current().assignments.get(hostId)?.profileId ?? '') ?? null,
    check(hostId, profileId) {
      const id = profileId ?? current().assignments.get(hosts.spec(hostId).id)?.profileId;
      const profile = profileId === undefined && id !== undefined ? find(id) : id === undefined ? undefined : get(id);
      return profile
        ? { profile: summaryOf(profile), ...judge(hostId, profile) }
        : { profile: null, findings: [], observedAtMs: null };
    },
    differences(hostId) {
      const assignment = current().assignments.get(hostId);
      return { hasProfile: assignment !== undefined, count: assignment?.differences ?? null };
    },
    attention(hostId) {
      const count = current().assignments.get(hostId)?.differences ?? 0;
      return count > 0 ? [{ key: 'inventory.attentionProfile', params: { count } }] : [];
    },
  };
}

/** `golden-node` of `Golden node`; with a number where there is one already. */
function freeId(name: string, isTaken: (id: string) => boolean): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'profile';
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!isTaken(id)) return id;
  }
}
