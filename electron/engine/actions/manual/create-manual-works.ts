import { randomUUID } from 'node:crypto';
import { EventPublisher } from '@orpc/server';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import { isSameDevice } from '#shared/domain/gpu-recovery';
import {
  type ManualPhoto,
  type ManualPlan,
  type ManualProcedure,
  type ManualTarget,
  type ManualWork,
  maxPhotos,
  openItems,
  photoTypeOf,
  plainSerial,
} from '#shared/domain/manual/manual-work';
import { partsOf } from '#shared/domain/parts/index';
import { joinTexts } from '#shared/domain/text';
import type { AuditLog } from '../../audit/audit-log';
import { canonicalJson, sha256 } from '../../audit/canonical-json';
import { ConflictError, InvalidError, NotFoundError } from '../../errors';
import { HostUnavailableError } from '../../hosts/host';
import type { HostDirectory } from '../../hosts/host-directory';
import type { Inventory } from '../../inventory/inventory';
import type { PartsHistory } from '../../inventory/parts-history';
import type { Store } from '../../store/store';
import { type RunChanges, watchRun } from '../../store/watch-run';
import type { Verification } from '../action';
import { usageCheck, usageProbes } from '../declared/gpu-usage';
import { ShownPlans } from '../runs/shown-plans';
import { checksOf, letsOf, type ManualMoment, scopeOf, serialsOf, verdictOf } from './compile-procedure';
import { judgeSerial } from './judge-serial';
import { createManualRepository, type SavedWork } from './manual-repository';
import { sayManual } from './manual-words';
import type { PhotoStore } from './photo-store';
import { createProcedureLibrary, type ProcedureLibrary } from './procedure-library';

/** How long a plan may be looked at before it has to be made again. */
const planLifetimeMs = 30 * 60_000;

export interface ManualWorksDeps {
  readonly store: Store;
  readonly hosts: Pick<HostDirectory, 'spec'>;
  readonly inventory: Pick<Inventory, 'refresh' | 'facts' | 'results'>;
  readonly history: Pick<PartsHistory, 'known' | 'search'>;
  readonly photos: PhotoStore;
  readonly audit: AuditLog;
  readonly nowMs: () => number;
  /** Whoever gives no name. */
  readonly actor: string;
  readonly library?: ProcedureLibrary;
}

/** Who says so; several people may work at one workstation. */
export interface Said {
  readonly workId: string;
  readonly by?: string | undefined;
}

export interface ManualWorks {
  procedures(): readonly ManualProcedure[];
  /** The parts of the node that a procedure may be about. */
  targets(procedureId: string, hostId: string): ManualTarget[];
  plan(
    request: { procedureId: string; hostId: string; target: string | null },
    options?: { signal?: AbortSignal },
  ): Promise<ManualPlan>;
  start(request: {
    planId: string;
    fingerprint: string;
    incidentId?: string | undefined;
    by?: string | undefined;
  }): ManualWork;
  list(): ManualWork[];
  /** Throws NotFoundError. */
  get(workId: string): ManualWork;
  /** `open`: it was ticked by mistake. A step that is left out needs a note. */
  setStep(request: Said & { stepId: string; state: 'done' | 'skipped' | 'open'; note: string }): ManualWork;
  /** `value` null: it can't be read, for the reason in `note`. */
  setSerial(request: Said & { serialId: string; value: string | null; note: string }): ManualWork;
  addPhoto(request: Said & { slot: string | null; name: string; bytes: Uint8Array }): ManualWork;
  removePhoto(request: Said & { photoId: string }): ManualWork;
  /** Null bytes: the file is gone, or was changed. */
  photo(workId: string, photoId: string): { photo: ManualPhoto; bytes: Uint8Array<ArrayBuffer> | null };
  /** Asks the node. Only what it says makes the work verified. */
  verify(request: Said, options?: { signal?: AbortSignal }): Promise<ManualWork>;
  abort(request: Said & { reason: string }): ManualWork;
  watch(workId: string, options?: { signal?: AbortSignal }): AsyncGenerator<ManualWork>;
  /** Called before it is started; when it throws, nothing is. */
  onWillStart(listener: (incidentId: string) => void): () => void;
  /** Called when it was started, was verified or not, or was given up. */
  onDidTell(listener: (work: ManualWork) => void): () => void;
}

/** Work that people do by hand, ticked off over hours or days; all of it is kept as soon as it is said. */
export function createManualWorks(deps: ManualWorksDeps): ManualWorks {
  const { store, hosts, inventory, history, photos, audit, nowMs, actor } = deps;
  const library = deps.library ?? createProcedureLibrary();
  const repository = createManualRepository(store);
  const changes: RunChanges<ManualWork> = new EventPublisher();
  const plans = new ShownPlans<ManualPlan & { lets: Record<string, unknown> }>(nowMs);
  const willStart = new Set<(incidentId: string) => void>();
  const didTell = new Set<(work: ManualWork) => void>();

  function saved(workId: string): SavedWork {
    const found = repository.find(workId);
    if (!found) throw new NotFoundError('manual work', workId);
    return found;
  }

  function open(workId: string): SavedWork {
    const found = saved(workId);
    if (found.work.state !== 'open') throw new ConflictError('manual.isOver');
    return found;
  }

  const nameOf = (by: string | undefined): string => by?.trim() || actor;
  const mark = (by: string | undefined) => ({ atMs: nowMs(), by: nameOf(by) });

  function tell(work: ManualWork): void {
    for (const listener of didTell) listener(work);
  }

  /** Changes it as it is now, with a line in the audit log. */
  function change(
    { workId, by }: Said,
    event: string,
    detail: Record<string, unknown>,
    next: (work: ManualWork) => Partial<ManualWork>,
    { isTold = false } = {},
  ): ManualWork {
    const work = store.transaction(() => {
      const before = open(workId);
      const changed = { ...before.work, ...next(before.work) };
      audit.append({
        event: `manual.${event}`,
        hostId: changed.hostId,
        detail: { workId, procedureId: changed.procedure.id, by: nameOf(by), ...detail },
      });
      repository.update({ ...before, work: changed });
      if (isTold) tell(changed);
      return changed;
    });
    changes.publish(workId, work);
    return work;
  }

  /** What the node says now; where it does not answer, null and what was known of it before. */
  async function look(
    hostId: string,
    probeIds: readonly ProbeId[],
    signal: AbortSignal | undefined,
  ): Promise<{ facts: NodeFacts; isLive: boolean }> {
    const wanted = [...new Set(probeIds)];
    try {
      await inventory.refresh(hostId, { probeIds: wanted, isFresh: true, ...(signal ? { signal } : {}) });
    } catch (error) {
      if (!(error instanceof HostUnavailableError)) throw error;
      return { facts: inventory.facts(hostId, wanted), isLive: false };
    }
    const results = inventory.results(hostId).filter(({ probeId }) => wanted.some((id) => id === probeId));
    const facts = Object.fromEntries(
      results.flatMap(({ probeId, state, facts: found }) => (state === 'ok' ? [[probeId, found]] : [])),
    );
    return { facts, isLive: true };
  }

  function knownParts(hostId: string, { part }: ManualProcedure) {
    return (history.known(hostId)?.parts ?? []).filter(({ kind }) => part !== null && kind === part);
  }

  function targetOf(procedure: ManualProcedure, hostId: string, wanted: string | null): ManualTarget | null {
    const slot = wanted?.trim() ?? '';
    if (slot === '') return null;
    // The kernel writes a GPU's address with fewer digits than its driver does.
    const part = knownParts(hostId, procedure).find((one) => one.slot === slot || isSameDevice(one.slot, slot));
    return { slot: part?.slot ?? slot, model: part?.model ?? null, identity: part?.identity ?? null };
  }

  /** A part that was fitted has to show itself where nodes tell of such parts at all. */
  function fittedVerdict({ procedure, serials }: ManualWork, facts: NodeFacts): Verification | null {
    const { parts } = partsOf(facts);
    const told = parts.filter(({ kind, identity }) => kind === procedure.part && identity !== null);
    if (told.length === 0) return null;
    for (const { id, role } of procedure.serials) {
      const value = serials.find((serial) => serial.id === id)?.value;
      if (value === undefined || value === null) continue;
      const isThere = told.some(({ identity }) => identity !== null && plainSerial(identity) === plainSerial(value));
      if (role === 'new' && !isThere) return { outcome: 'fail', detail: sayManual('fittedMissing', { serial: value }) };
      if (role === 'old' && isThere && procedure.serials.some((one) => one.role === 'new'))
        return { outcome: 'fail', detail: sayManual('removedThere', { serial: value }) };
    }
    return null;
  }

  return {
    procedures: () => library.list(),

    targets(procedureId, hostId) {
      const { procedure } = library.get(procedureId);
      return knownParts(hostId, procedure).map(({ slot, model, identity }) => ({ slot, model, identity }));
    },

    async plan({ procedureId, hostId, target: wanted }, { signal } = {}) {
      const { procedure, compiled } = library.get(procedureId);
      if (hosts.spec(hostId).kind === 'bundle') throw new InvalidError('actions.bundleHost');
      const target = targetOf(procedure, hostId, wanted);
      const isOff = procedure.power === 'off';
      const { facts, isLive } = await look(hostId, [...compiled.probeIds, ...(isOff ? usageProbes : [])], signal);
      const moment: ManualMoment = { facts, target: target?.slot ?? '', serials: {} };
      const lets = letsOf(compiled, moment);
      const others = repository.list().filter((work) => work.state === 'open' && work.hostId === hostId);
      const checks = [
        {
          title: sayManual('checkAnswers'),
          outcome: isLive ? ('pass' as const) : ('warn' as const),
          detail: sayManual(isLive ? 'answers' : 'silent'),
        },
        ...(others.length > 0
          ? [
              {
                title: sayManual('checkOthers'),
                outcome: 'warn' as const,
                detail: sayManual('others', { works: joinTexts(others.map((work) => work.procedure.title)) }),
              },
            ]
          : []),
        ...(isOff && isLive ? [usageCheck(facts, null, 'warn')] : []),
        ...checksOf(compiled, scopeOf(moment, lets)),
      ].map(({ title, outcome, detail }) => ({ title, outcome, detail }));
      const createdAtMs = nowMs();
      const plan: ManualPlan = {
        id: randomUUID(),
        hostId,
        procedure,
        target,
        createdAtMs,
        expiresAtMs: createdAtMs + planLifetimeMs,
        isLive,
        checks,
        isBlocked: checks.some(({ outcome }) => outcome === 'fail'),
        fingerprint: sha256(canonicalJson({ procedure, hostId, target, checks })),
      };
      plans.add({ ...plan, lets });
      audit.append({
        event: 'manual.plan',
        hostId,
        detail: { planId: plan.id, procedureId, target: target?.slot ?? null },
      });
      return plan;
    },

    start({ planId, fingerprint, incidentId, by }) {
      const { lets, ...plan } = plans.take(planId, fingerprint);
      const work: ManualWork = {
        id: randomUUID(),
        hostId: plan.hostId,
        procedure: plan.procedure,
        target: plan.target,
        incidentId: incidentId ?? null,
        state: 'open',
        startedAtMs: nowMs(),
        startedBy: nameOf(by),
        finishedAtMs: null,
        checks: plan.checks,
        steps: {},
        serials: [],
        photos: [],
        verifications: [],
        abortReason: null,
      };
      const { id: workId, hostId, target } = work;
      const detail = { workId, procedureId: plan.procedure.id, target, fingerprint, by: work.startedBy };
      try {
        if (incidentId !== undefined) for (const listener of willStart) listener(incidentId);
        store.transaction(() => {
          audit.append({ event: 'manual.start', hostId, detail });
          repository.insert({ work, lets });
          tell(work);
        });
      } catch (error) {
        plans.putBack(planId);
        throw error;
      }
      return work;
    },

    list: () => repository.list(),
    get: (workId) => saved(workId).work,

    setStep({ stepId, state, note, ...said }) {
      const { procedure } = saved(said.workId).work;
      if (!procedure.steps.some(({ id }) => id === stepId)) throw new NotFoundError('step', stepId);
      if (state === 'skipped' && note.trim() === '') throw new InvalidError('manual.reasonMissing');
      return change(said, 'step', { stepId, state, note }, ({ steps }) => {
        const { [stepId]: before, ...others } = steps;
        if (state === 'open') return { steps: others };
        // Who ticked it first did it: a second click, or a second person, changes nothing.
        if (before?.state === state && before.note === note) return { steps };
        return { steps: { ...others, [stepId]: { state, note, ...mark(said.by) } } };
      });
    },

    setSerial({ serialId, value: given, note, ...said }) {
      const { work } = saved(said.workId);
      const field = work.procedure.serials.find(({ id }) => id === serialId);
      if (!field) throw new NotFoundError('serial', serialId);
      const value = given?.trim() ?? null;
      if (value === null && note.trim() === '') throw new InvalidError('manual.reasonMissing');
      if (value !== null && !/^[\w./:+-][\w ./:+-]{2,79}$/.test(value))
        throw new InvalidError('manual.serialMalformed');
      const other = work.serials.find(({ id }) => id !== serialId && sidesDiffer(work.procedure, id, serialId));
      if (value !== null && other?.value && plainSerial(other.value) === plainSerial(value)) {
        throw new InvalidError('manual.serialTwice');
      }
      const judgement = judgeSerial(field.role, value, {
        hostId: work.hostId,
        target: work.target,
        parts: history.known(work.hostId)?.parts ?? [],
        passports: value === null ? [] : history.search({ text: value, kind: null, limit: 20 }),
      });
      const serial = { id: serialId, value, note, judgement, ...mark(said.by) };
      return change(said, 'serial', { serialId, value, note, judgement }, ({ serials }) => ({
        serials: [...serials.filter(({ id }) => id !== serialId), serial],
      }));
    },

    addPhoto({ slot, name, bytes, ...said }) {
      const { work } = open(said.workId);
      if (slot !== null && !work.procedure.photos.some(({ id }) => id === slot)) throw new NotFoundError('photo', slot);
      if (work.photos.length >= maxPhotos) throw new InvalidError('manual.photosFull', { count: maxPhotos });
      const type = photoTypeOf(bytes);
      if (type === null) throw new InvalidError('manual.photoUnknown', { name });
      const photo: ManualPhoto = {
        id: randomUUID(),
        slot,
        name,
        type,
        sizeBytes: bytes.byteLength,
        ...photos.keep(bytes, type),
        ...mark(said.by),
      };
      return change(said, 'photo', { photoId: photo.id, slot, sha256: photo.sha256 }, (before) => ({
        photos: [...before.photos, photo],
      }));
    },

    // The file stays: another work may have the same one, and what was taken out can be asked for by its hash.
    removePhoto: ({ photoId, ...said }) =>
      change(said, 'photo-removed', { photoId }, (before) => ({
        photos: before.photos.filter(({ id }) => id !== photoId),
      })),

    photo(workId, photoId) {
      const photo = saved(workId).work.photos.find(({ id }) => id === photoId);
      if (!photo) throw new NotFoundError('photo', photoId);
      return { photo, bytes: photos.read(photo) };
    },

    async verify(said, { signal } = {}) {
      const before = open(said.workId);
      const left = openItems(before.work);
      const count = left.steps.length + left.serials.length + left.photos.length;
      if (count > 0) throw new ConflictError('manual.notReady', { count });
      const { compiled } = library.get(before.work.procedure.id);
      const { facts, isLive } = await look(before.work.hostId, compiled.probeIds, signal);
      const scope = scopeOf(
        { facts, target: before.work.target?.slot ?? '', serials: serialsOf(before.work) },
        before.lets,
      );
      const judged: Verification = isLive
        ? verdictOf(compiled, scope)
        : { outcome: 'unknown', detail: sayManual('verifySilent') };
      const fitted = isLive && judged.outcome === 'pass' ? fittedVerdict(before.work, facts) : null;
      const { outcome, detail } = fitted ?? judged;
      const isVerified = outcome === 'pass';
      return change(
        said,
        'verify',
        { outcome, detail: detail.en },
        (work) => ({
          verifications: [...work.verifications, { outcome, detail, ...mark(said.by) }],
          ...(isVerified ? { state: 'verified' as const, finishedAtMs: nowMs() } : {}),
        }),
        { isTold: true },
      );
    },

    abort({ reason, ...said }) {
      if (reason.trim() === '') throw new InvalidError('manual.reasonMissing');
      const ended = { state: 'aborted' as const, abortReason: reason, finishedAtMs: nowMs() };
      return change(said, 'abort', { reason }, () => ended, { isTold: true });
    },

    watch: (workId, { signal } = {}) =>
      watchRun({
        store,
        changes,
        runId: workId,
        read: () => saved(workId).work,
        isElsewhere: () => false,
        isLast: ({ state }) => state !== 'open',
        signal,
      }),

    onWillStart(listener) {
      willStart.add(listener);
      return () => willStart.delete(listener);
    },
    onDidTell(listener) {
      didTell.add(listener);
      return () => didTell.delete(listener);
    },
  };
}

/** One is of what was taken out, the other of what was put in. */
function sidesDiffer({ serials }: ManualProcedure, one: string, other: string): boolean {
  const role = (id: string) => serials.find((serial) => serial.id === id)?.role;
  return role(one) !== role(other);
}
