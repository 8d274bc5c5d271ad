import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Answers, DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';
import { casesNameOf, isCasesName, type OwnFile, type TreeProblem, type TreesFolder } from '#shared/domain/own-trees';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import { InvalidError } from '../errors';
import type { Inventory } from '../inventory/inventory';
import { says, told } from '../knowledge/problem-words';
import { firstOf } from '../knowledge/yaml-source';
import { treeGraph } from './compile/tree-graph';
import { builtInActionIds, builtInCases, builtInTrees } from './compile/tree-library';
import { findTree } from './compile/tree-set';
import type { Diagnosis } from './create-diagnosis';
import { treeCasesSchema, treeSchema } from './language/tree-schema';
import { filesToImport, type GivenFile } from './own/import-files';
import { TreeFolder } from './own/tree-folder';
import { vocabulary } from './own/vocabulary';
import { walkRun } from './runs/walk-run';
import { runCases } from './walk/run-cases';

interface OwnTreesOptions {
  readonly diagnosis: Diagnosis;
  readonly inventory: Inventory;
  readonly probeInfo: readonly ProbeInfo[];
  readonly treesFolder: () => string | null;
  readonly nowMs: () => number;
  /** How long a change in the folder may go unnoticed. */
  readonly lookEveryMs?: number;
}

interface NamedText {
  readonly name: string;
  readonly text: string;
}

interface Planned {
  from: string;
  name: string | null;
  does: 'adds' | 'replaces' | 'same' | 'left-out';
  version: string | null;
  problems: TreeProblem[];
}

const MAX_TEXT_BYTES = 1024 * 1024;
/** A walk wants readings again once for each probe step that reads twice; trees it goes on to have theirs. */
const maxReadings = 50;

export type OwnTrees = ReturnType<typeof createOwnTrees>;

/** The user's folder of trees, and what is tried on texts that are not in it yet. */
export function createOwnTrees({ diagnosis, inventory, probeInfo, treesFolder, nowMs, lookEveryMs }: OwnTreesOptions) {
  const files = new TreeFolder(treesFolder, lookEveryMs);

  async function folder(): Promise<TreesFolder> {
    const path = treesFolder();
    const { names, problem } = await files.list();
    if (path === null || problem) return { folder: path, problem, files: [] };
    const { trees, problems } = await diagnosis.trees();
    const inUse = new Map(trees.flatMap(({ id, file }) => (file ? [[file, id] as const] : [])));
    return {
      folder: path,
      problem: null,
      files: await Promise.all(
        names.map(async (name) => ({
          name,
          isCases: isCasesName(name),
          treeId: inUse.get(join(path, name)) ?? null,
          version: await files.version(name),
          problems: problems.filter(({ file }) => file === join(path, name)),
        })),
      ),
    };
  }

  function examined({ name, text }: NamedText) {
    if (Buffer.byteLength(text) > MAX_TEXT_BYTES) throw new InvalidError('ownTrees.tooLarge', { name });
    const found = diagnosis.including(name, text);
    const { value, source } = found.parsed;
    const twin = value === null ? null : takenBy(name, value.id);
    const taken = twin === null ? [] : [source.problem(['id'], says('idTaken', { id: value?.id ?? '', by: twin }))];
    return { ...found, definition: value, source, problems: firstOf([...taken, ...found.problems]) };
  }

  /** Which other file has a tree of this id; null when it is free. */
  function takenBy(name: string, id: string): string | null {
    if (builtInTrees().some(({ file }) => file === `${id}.yaml`)) return `${id}.yaml`;
    const there = diagnosis.treeSet().trees.get(id);
    return there === undefined || basename(there.file) === name ? null : basename(there.file);
  }

  async function plan(given: readonly GivenFile[]): Promise<(Planned & { text: string | null })[]> {
    const taken = filesToImport(given);
    return Promise.all(
      taken.map(async ({ from, name, text, reason }) => {
        if (name === null || text === null) {
          const problems = [{ file: from, line: null, ...told(reason ?? []) }];
          return { from, name: null, does: 'left-out' as const, version: null, problems, text: null };
        }
        const version = await files.version(name);
        const does = version === null ? 'adds' : version === sha(text) ? 'same' : 'replaces';
        const problems = isCasesName(name) ? [] : [...examined({ name, text }).problems];
        return { from, name, does, version, problems, text } as const;
      }),
    );
  }

  return {
    folder,

    async *watch(signal?: AbortSignal): AsyncGenerator<TreesFolder> {
      for await (const _ of files.changes(signal)) yield await folder();
    },

    read: (name: string): Promise<OwnFile> => files.read(name),
    save: ({ name, text }: NamedText, version: string | null) => files.save(name, text, version),

    examine(file: NamedText, casesFile: NamedText | undefined) {
      const startedAtMs = performance.now();
      const { definition, source, trees, problems } = examined(file);
      const graph: TreeGraph | null = definition && treeGraph({ definition, isBuiltIn: false });
      const ran =
        casesFile && definition && problems.length === 0 ? runCases(casesFile.name, casesFile.text, trees) : null;
      return {
        problems: [...problems],
        graph,
        lines: Object.fromEntries(
          Object.keys(definition?.steps ?? {}).map((id) => [id, source.place(['steps', id]).line]),
        ),
        cases: ran && {
          outcomes: ran.outcomes.map(({ name, line, result, problems: found }) => ({
            name,
            line,
            path: result.path.map(({ stepId }) => stepId),
            problems: [...found],
          })),
          problems: [...ran.problems],
        },
        durationMs: performance.now() - startedAtMs,
      };
    },

    /** Readings that the walk wants again were never made, so those are unknown to it. */
    tryOn({ name, text, hostId, answers }: NamedText & { hostId: string; answers: Readonly<Record<string, Answers>> }) {
      const { definition, trees, problems } = examined({ name, text });
      if (definition === null || problems.length > 0) return { run: null, problems: [...problems] };
      const set = { trees, problems: [] };
      const tree = findTree(set, definition.id);
      const results = inventory.results(hostId);
      const again: Record<string, readonly ProbeResult[]> = {};
      let run = emptyRun(tree.id, hostId, nowMs());
      for (let reading = 0; reading <= maxReadings; reading += 1) {
        const basis = { results, answers, forced: {}, again };
        const walked = walkRun(run, basis, { set, tree, probeInfo, nowMs: nowMs() });
        run = walked.run;
        if (walked.wanted === null) break;
        again[walked.wanted.stepId] = [];
      }
      return { run, problems: [] };
    },

    async source(treeId: string, newId?: string): Promise<{ tree: NamedText; cases: NamedText | null }> {
      const { tree, cases } = await sourceOf(treeId);
      if (newId === undefined) return { tree, cases };
      const id = treeSchema.shape.id.safeParse(newId);
      if (!id.success) throw new InvalidError('ownTrees.badId', { id: newId.slice(0, 120) });
      return {
        tree: { name: `${newId}.yaml`, text: withSchemaBeside(tree.text).replace(/^id:.*$/m, `id: ${newId}`) },
        cases: cases && {
          name: `${newId}.cases.yaml`,
          text: withSchemaBeside(cases.text).replace(/^tree:.*$/m, `tree: ${newId}`),
        },
      };
    },

    schema(of: 'tree' | 'cases'): string {
      const [title, schema] =
        of === 'tree'
          ? ['Gantry diagnosis tree', treeSchema]
          : ['Table tests of a Gantry diagnosis tree', treeCasesSchema];
      return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`;
    },

    vocabulary: () => ({ ...vocabulary(), actions: builtInActionIds() }),

    planImport: async (given: readonly GivenFile[]): Promise<Planned[]> =>
      (await plan(given)).map(({ text: _, ...one }) => one),

    async import(given: readonly GivenFile[], chosen: readonly { name: string; version: string | null }[]) {
      const written: string[] = [];
      const notWritten: string[] = [];
      for (const { name, text } of await plan(given)) {
        const choice = chosen.find((one) => one.name === name);
        if (name === null || text === null || choice === undefined) continue;
        const { kind } = await files.save(name, text, choice.version);
        (kind === 'saved' ? written : notWritten).push(name);
      }
      return { written, notWritten };
    },
  };

  async function sourceOf(treeId: string): Promise<{ tree: NamedText; cases: NamedText | null }> {
    const builtIn = builtInTrees().find(({ file }) => file === `${treeId}.yaml`);
    if (builtIn) {
      const cases = builtInCases().find(({ file }) => file === `${treeId}.cases.yaml`);
      return {
        tree: { name: builtIn.file, text: builtIn.text },
        cases: cases ? { name: cases.file, text: cases.text } : null,
      };
    }
    const name = basename(findTree(diagnosis.treeSet(), treeId).file);
    const cases = await files.read(casesNameOf(name)).catch(() => null);
    return { tree: await files.read(name), cases };
  }
}

/** As docs/own-trees.md has editors find it. */
function withSchemaBeside(text: string): string {
  return text.replace('.schema.generated.json', '.schema.json');
}

function sha(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function emptyRun(treeId: string, hostId: string, atMs: number): DiagnosisRun {
  return {
    id: 'try',
    treeId,
    hostId,
    state: 'concluded',
    startedAtMs: atMs,
    updatedAtMs: atMs,
    isWhatIf: false,
    whatIfOf: null,
    progress: { done: 0, total: 0, running: [] },
    probes: [],
    path: [],
    question: null,
    findings: [],
    error: null,
  };
}
