import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Answers, Assumption, DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';
import type { ProbeResult } from '#shared/domain/probe';
import { says } from '../knowledge/problem-words';
import type { KnowledgeProblem } from '../knowledge/yaml-source';
import type { TreeSummary } from './compile/tree-graph';
import { builtInActionIds, builtInTrees, createTreeLibrary, type TreeLibrary } from './compile/tree-library';
import { findTree, type TreeSet } from './compile/tree-set';
import type { SavedRun } from './runs/diagnosis-repository';
import { type Question, RevisedRuns } from './runs/revised-runs';
import type { TreeText } from './runs/tree-texts';
import { type DiagnosisStart, WalkingRuns, type WalkingRunsOptions } from './runs/walking-runs';
import { runCases } from './walk/run-cases';

export interface DiagnosisOptions extends WalkingRunsOptions {
  /** Where the user keeps trees; null without such a folder. */
  readonly treesFolder: () => string | null;
  /** Actions beside the built-in ones that findings may propose. */
  readonly ownActionIds?: () => readonly string[];
}

export interface TextFile {
  readonly file: string;
  readonly text: string;
}

export interface Diagnosis {
  trees(): Promise<{ trees: TreeSummary[]; problems: readonly KnowledgeProblem[] }>;
  tree(treeId: string): TreeGraph;
  /** The trees as they are walked. */
  treeSet(): TreeSet;
  checkTree(file: string, text: string): readonly KnowledgeProblem[];
  /** The trees with this text in place of the one of its id, and what is wrong with it. */
  including(file: string, text: string): ReturnType<TreeLibrary['including']>;
  /** Runs the table tests of a tree: of the given one, else of the loaded one they name. */
  testTree(file: string, text: string, tree?: TextFile): ReturnType<typeof runCases>;
  list(hostId?: string): DiagnosisRun[];
  get(runId: string): DiagnosisRun;
  /** Those of these runs that there are, in their order. */
  runs(runIds: readonly string[]): DiagnosisRun[];
  /** It is being read by this process. */
  isCollecting(runId: string): boolean;
  /** Tells of each change by this process, until the returned function is called. */
  onDidChange(runId: string, listener: (run: DiagnosisRun) => void): () => void;
  /** Tells of each run that this process brings to an end. */
  onDidEnd(listener: (run: DiagnosisRun) => void): void;
  /** The probe results a run stands on. */
  results(runId: string): readonly ProbeResult[];
  /** The run with all it stands on, as it can be walked again. */
  saved(runId: string): SavedRun;
  /** A tree's text as a run was walked with it; null where it is not kept. */
  treeText(hash: string): TreeText | null;
  /** Returns at once, `collecting`. */
  start(options: DiagnosisStart): DiagnosisRun;
  answer(runId: string, stepId: string, answers: Answers): DiagnosisRun;
  back(runId: string, stepId: string): DiagnosisRun;
  /** The form of a question on the path, filled in as it was answered. */
  question(runId: string, stepId: string): Question;
  /** Reads the probes of a step again, of all without one, and judges again. */
  readAgain(runId: string, stepId: string | null): DiagnosisRun;
  /** Goes on with a run that ended before its walk did. */
  resume(runId: string): DiagnosisRun;
  whatIf(runId: string, assumption: Assumption): DiagnosisRun;
  cancel(runId: string): DiagnosisRun;
  /** Where runs come from that are not saved here (the walks of scans); one is saved when something is done with it. */
  alsoFrom(source: (runId: string) => SavedRun | null): void;
  /** The run as it is, then every change, also by another process, until `signal` ends it. */
  watch(runId: string, signal?: AbortSignal): AsyncGenerator<DiagnosisRun>;
  /** Waits for collections that are under way, for tests and an orderly end. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Diagnosis runs: collect once, walk, and keep enough to walk again. */
export function createDiagnosis(options: DiagnosisOptions): Diagnosis {
  const actionIds = () => [...builtInActionIds(), ...(options.ownActionIds?.() ?? [])];
  const library = createTreeLibrary({ treesFolder: options.treesFolder, actionIds });
  const runs = new WalkingRuns(options, library);
  const revised = new RevisedRuns(runs);
  return {
    trees: () => listTrees(library),
    tree: (treeId) => library.graph(findTree(library.load(), treeId)),
    treeSet: () => library.load(),
    checkTree(file, text) {
      const { parsed, problems } = library.including(file, text);
      const id = parsed.value?.id ?? '';
      const twin = builtInTrees().find((one) => one.file === `${id}.yaml`);
      // A file of that very name is the built-in tree as it is being worked on.
      if (!twin || basename(file) === twin.file) return problems;
      return [parsed.source.problem(['id'], says('idTaken', { id, by: twin.file })), ...problems];
    },
    including: (file, text) => library.including(file, text),
    testTree: (file, text, tree) => testTree(library, { file, text }, tree),
    list: (hostId) => runs.list(hostId),
    get: (runId) => runs.get(runId),
    runs: (runIds) => runs.runs(runIds),
    isCollecting: (runId) => runs.isCollecting(runId),
    onDidChange: (runId, listener) => runs.onDidChange(runId, listener),
    onDidEnd: (listener) => {
      runs.endListeners.push(listener);
    },
    results: (runId) => runs.saved.get(runId).basis.results,
    saved: (runId) => runs.saved.get(runId),
    treeText: (hash) => runs.texts.find(hash),
    start: (start) => runs.start(start),
    answer: (runId, stepId, answers) => revised.answer(runId, stepId, answers),
    back: (runId, stepId) => revised.back(runId, stepId),
    question: (runId, stepId) => revised.question(runId, stepId),
    readAgain: (runId, stepId) => revised.readAgain(runId, stepId),
    resume: (runId) => revised.resume(runId),
    whatIf: (runId, assumption) => revised.whatIf(runId, assumption),
    cancel: (runId) => revised.cancel(runId),
    alsoFrom: (source) => {
      runs.saved.source = source;
    },
    watch: (runId, signal) => runs.watch(runId, signal),
    settled: () => runs.collecting.settled(),
    close: () => runs.collecting.close(),
  };
}

async function listTrees(library: TreeLibrary): ReturnType<Diagnosis['trees']> {
  const { trees: set, problems } = library.load();
  const trees: TreeSummary[] = [];
  for (const id of set.keys()) {
    trees.push(library.summary(id));
    // Reading one takes some milliseconds.
    await setImmediate();
  }
  return { trees, problems };
}

function testTree(library: TreeLibrary, { file, text }: TextFile, tree?: TextFile): ReturnType<typeof runCases> {
  if (tree === undefined) return runCases(file, text, library.load().trees);
  const { trees, problems } = library.including(tree.file, tree.text);
  return problems.length > 0 ? { outcomes: [], problems } : runCases(file, text, trees);
}
