import type { RunSource } from '#shared/contract/runs';
import type { ProbeInfo } from '#shared/domain/probe';
import type { RunComparison } from '#shared/domain/transcript/run-comparison';
import {
  type Replay,
  type RunHead,
  type Transcript,
  transcriptFormat,
  transcriptSchema,
} from '#shared/domain/transcript/transcript';
import packageJson from '../../../package.json' with { type: 'json' };
import type { AuditLog } from '../audit/audit-log';
import { sha256 } from '../audit/canonical-json';
import { ConflictError, InvalidError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import { freezeEvidence } from '../inventory/freeze-evidence';
import type { Inventory } from '../inventory/inventory';
import type { PartsHistory } from '../inventory/parts-history';
import { findTree, reachableTrees } from '../trees/compile/tree-set';
import type { Diagnosis } from '../trees/create-diagnosis';
import { hashOf } from '../trees/runs/tree-texts';
import { allResults } from '../trees/walk/readings';
import { type ComparedRun, compareRuns } from './compare-runs';
import { replay } from './replay';
import { readTranscript, writeTranscript } from './transcript-file';

export interface TranscriptsDeps {
  readonly diagnosis: Pick<Diagnosis, 'saved' | 'treeText' | 'treeSet'>;
  readonly inventory: Pick<Inventory, 'evidence' | 'evidenceBytes' | 'results'>;
  readonly history: Pick<PartsHistory, 'versions'>;
  readonly hosts: Pick<HostDirectory, 'everyHost'>;
  readonly audit: AuditLog;
  readonly probeInfo: readonly ProbeInfo[];
  readonly nowMs: () => number;
}

export interface Transcripts {
  write(runId: string): Promise<{ fileName: string; mediaType: string; bytes: Uint8Array<ArrayBuffer> }>;
  replay(source: RunSource): Promise<Replay>;
  compare(one: RunSource, other: RunSource): Promise<RunComparison>;
}

/** Transcripts of runs: written for another machine, walked again, and held against each other. */
export function createTranscripts(deps: TranscriptsDeps): Transcripts {
  const { diagnosis, inventory, history, hosts, audit, probeInfo, nowMs } = deps;

  /** Everything but what commands printed, which is much. */
  function withoutOutputs(runId: string): Transcript {
    const { run, basis } = diagnosis.saved(runId);
    if (run.state !== 'concluded' && run.state !== 'waiting') throw new ConflictError('runs.notWalked');
    return {
      format: transcriptFormat,
      gantryVersion: packageJson.version,
      madeAtMs: nowMs(),
      hostName: hosts.everyHost().find(({ id }) => id === run.hostId)?.name ?? run.hostId,
      run,
      basis: transcriptSchema.shape.basis.parse(basis),
      trees: treesOf(run.treeId, basis.trees),
      evidence: [],
    };
  }

  function treesOf(treeId: string, hashes: Readonly<Record<string, string>> | undefined): Transcript['trees'] {
    const kept = Object.entries(hashes ?? {}).flatMap(([id, hash]) => {
      const found = diagnosis.treeText(hash);
      return found === null ? [] : [{ id, file: found.file, text: found.text, sha256: hash, isOfRun: true }];
    });
    if (kept.some(({ id }) => id === treeId)) return kept;
    const set = diagnosis.treeSet();
    return reachableTrees(set, findTree(set, treeId)).map((tree) => {
      const { id, file, text } = tree;
      return { id, file, text, sha256: hashOf(tree), isOfRun: false };
    });
  }

  function whole(runId: string): Transcript {
    const transcript = withoutOutputs(runId);
    const ids = new Set(allResults(transcript.basis).flatMap(({ commands }) => commands.map((one) => one.evidenceId)));
    return { ...transcript, evidence: [...ids].flatMap((id) => freezeEvidence(id, inventory) ?? []) };
  }

  async function opened(source: RunSource, read: (runId: string) => Transcript) {
    const transcript = 'runId' in source ? read(source.runId) : await readTranscript(source.transcript);
    const { id, treeId, hostId, state, startedAtMs, updatedAtMs, isWhatIf } = transcript.run;
    const { hostName, gantryVersion, madeAtMs } = transcript;
    const madeWith = 'runId' in source ? null : { gantryVersion, madeAtMs };
    const head: RunHead = { id, treeId, hostId, state, startedAtMs, updatedAtMs, isWhatIf, hostName, madeWith };
    return { transcript, head };
  }

  return {
    async write(runId) {
      const transcript = whole(runId);
      const bytes = await writeTranscript(transcript);
      const { id, treeId, hostId, startedAtMs } = transcript.run;
      audit.append({ event: 'run.export', hostId, detail: { runId: id, treeId, sha256: sha256(bytes) } });
      const day = new Date(startedAtMs).toISOString().slice(0, 16).replaceAll(':', '').replace('T', '-');
      const name = transcript.hostName.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60);
      return {
        fileName: `gantry-run-${treeId.slice(0, 60)}-${name}-${day}.json.gz`,
        mediaType: 'application/gzip',
        bytes,
      };
    },

    async replay(source) {
      const { transcript, head } = await opened(source, whole);
      return replay(transcript, { set: diagnosis.treeSet(), probeInfo, head });
    },

    async compare(one, other) {
      const both: ComparedRun[] = [];
      for (const source of [one, other]) {
        const { transcript, head } = await opened(source, withoutOutputs);
        const { run, basis, trees } = transcript;
        both.push({ run, basis, trees, head, later: 'runId' in source ? inventory.results(run.hostId) : [] });
      }
      const [before, after] = both.sort((a, b) => a.run.startedAtMs - b.run.startedAtMs);
      if (!before || !after) throw new InvalidError('runs.notATranscript');
      if (before.run.treeId !== after.run.treeId) {
        throw new InvalidError('runs.otherTree', { one: before.run.treeId, other: after.run.treeId });
      }
      return compareRuns(before, after, { set: diagnosis.treeSet(), history });
    },
  };
}
