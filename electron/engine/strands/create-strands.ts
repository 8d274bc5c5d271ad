import { randomUUID } from 'node:crypto';
import { EventPublisher } from '@orpc/server';
import type { Answers } from '#shared/domain/diagnosis';
import { mergeStrands } from '#shared/domain/strands/merge-strands';
import { isRunning, type Strands, type StrandsSummary } from '#shared/domain/strands/strands';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import type { Store } from '../store/store';
import { type RunChanges, watchRun } from '../store/watch-run';
import type { Diagnosis } from '../trees/create-diagnosis';
import { FollowedStrands } from './followed-strands';
import { type SavedStrands, StrandsRepository } from './strands-repository';

export interface StrandsOptions {
  readonly store: Store;
  readonly hosts: Pick<HostDirectory, 'spec'>;
  readonly diagnosis: Pick<Diagnosis, 'start' | 'runs' | 'isCollecting' | 'answer' | 'cancel' | 'onDidChange'>;
  readonly nowMs: () => number;
}

export interface StrandsStart {
  readonly treeId: string;
  readonly hostIds: readonly string[];
  /** By step id; used on every node without asking. */
  readonly answers?: Readonly<Record<string, Answers>> | undefined;
  readonly isUnattended?: boolean | undefined;
}

export interface ManyNodes {
  /** Returns at once. Throws NotFoundError for a host or tree there is not. */
  start(options: StrandsStart): Strands;
  /** Newest first. */
  list(): StrandsSummary[];
  get(strandsId: string): Strands;
  /** Answers on these of the nodes that wait at the step, on all that do without `hostIds`. */
  answer(strandsId: string, stepId: string, answers: Answers, hostIds?: readonly string[]): Strands;
  /** Ends what is being read; what is done stays. */
  cancel(strandsId: string): Strands;
  /** As it is, then each change, also by another process, until `signal` ends it. */
  watch(strandsId: string, signal?: AbortSignal): AsyncGenerator<Strands>;
}

/**
 * One tree on many nodes at once. Each node is walked as an ordinary diagnosis run, which keeps its progress, its end and what
 * it stands on; here is only which runs belong together.
 */
export function createStrands(options: StrandsOptions): ManyNodes {
  return new StrandsService(options);
}

class StrandsService implements ManyNodes {
  readonly #options: StrandsOptions;
  readonly #repository: StrandsRepository;
  readonly #followed = new Map<string, { strands: FollowedStrands; lookers: number }>();
  readonly #changes: RunChanges<Strands> = new EventPublisher({ maxBufferedEvents: 10 });

  constructor(options: StrandsOptions) {
    this.#options = options;
    this.#repository = new StrandsRepository(options.store);
  }

  start({ treeId, hostIds: wanted, answers, isUnattended }: StrandsStart): Strands {
    const { store, hosts, diagnosis, nowMs } = this.#options;
    const hostIds = [...new Set(wanted)].map((hostId) => hosts.spec(hostId).id);
    if (hostIds.length === 0) throw new InvalidError('strands.noHosts');
    const id = randomUUID();
    const runIds: string[] = [];
    try {
      store.transaction(() => {
        for (const hostId of hostIds)
          runIds.push(diagnosis.start({ treeId, hostId, answers, isUnattended, strandsId: id }).id);
        this.#repository.save({ summary: { id, treeId, startedAtMs: nowMs(), hostIds }, runIds });
      });
    } catch (error) {
      // Nothing of it was kept.
      for (const runId of runIds) diagnosis.cancel(runId);
      throw error;
    }
    return this.get(id);
  }

  list(): StrandsSummary[] {
    return this.#repository.list().map(({ summary }) => summary);
  }

  get(strandsId: string): Strands {
    const { summary, runIds } = this.#find(strandsId);
    const runs = this.#followed.get(strandsId)?.strands.read() ?? this.#options.diagnosis.runs(runIds);
    return { ...summary, ...mergeStrands(runs) };
  }

  answer(strandsId: string, stepId: string, answers: Answers, hostIds?: readonly string[]): Strands {
    const { store, diagnosis } = this.#options;
    const asking = this.get(strandsId).questions.find((question) => question.stepId === stepId)?.hostIds ?? [];
    const answering = asking.filter((hostId) => hostIds?.includes(hostId) ?? true);
    if (answering.length === 0) throw new ConflictError('diagnosis.notWaitingThere', { stepId });
    const { summary, runIds } = this.#find(strandsId);
    store.transaction(() => {
      for (const hostId of answering) {
        const runId = runIds[summary.hostIds.indexOf(hostId)];
        if (runId !== undefined) diagnosis.answer(runId, stepId, answers);
      }
    });
    return this.get(strandsId);
  }

  cancel(strandsId: string): Strands {
    const now = this.get(strandsId);
    if (!isRunning(now)) throw new ConflictError('diagnosis.alreadyOver');
    for (const { runId } of now.strands) {
      if (this.#options.diagnosis.isCollecting(runId)) this.#options.diagnosis.cancel(runId);
    }
    return this.get(strandsId);
  }

  async *watch(strandsId: string, signal?: AbortSignal): AsyncGenerator<Strands> {
    const followed = this.#follow(this.#find(strandsId));
    followed.lookers += 1;
    try {
      yield* watchRun({
        store: this.#options.store,
        changes: this.#changes,
        runId: strandsId,
        read: () => this.get(strandsId),
        isElsewhere: () => followed.strands.hasElsewhere(),
        // Whoever looks at it may answer, or go back in one of its walks.
        isLast: () => false,
        signal,
      });
    } finally {
      followed.lookers -= 1;
      if (followed.lookers === 0) {
        followed.strands.stop();
        this.#followed.delete(strandsId);
      }
    }
  }

  #follow({ summary: { id }, runIds }: SavedStrands): { strands: FollowedStrands; lookers: number } {
    const known = this.#followed.get(id);
    if (known !== undefined) return known;
    const strands = new FollowedStrands(this.#options.diagnosis, runIds, () => this.#changes.publish(id, null));
    const followed = { strands, lookers: 0 };
    this.#followed.set(id, followed);
    return followed;
  }

  #find(strandsId: string): SavedStrands {
    const saved = this.#repository.find(strandsId);
    if (saved === null) throw new NotFoundError('strands', strandsId);
    return saved;
  }
}
