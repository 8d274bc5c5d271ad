import type { Incident, IncidentSummary } from '#shared/domain/incident';
import { sampleRun } from '../../../actions/testing/sample-action';

const openedAtMs = new Date(2025, 5, 1, 9).getTime();

/** An incident with an action, a note and a probe's evidence. */
export const sampleIncident: Incident = {
  id: 'incident-1',
  number: 12,
  title: 'Memory held by an orphan',
  state: 'open',
  severity: 'warn',
  hostIds: ['node-a'],
  openedAtMs,
  updatedAtMs: openedAtMs + 60_000,
  entryCount: 4,
  entries: [
    { kind: 'opened', id: 'entry-1', atMs: openedAtMs },
    {
      kind: 'action',
      id: 'entry-2',
      atMs: openedAtMs + 10_000,
      run: sampleRun({
        state: 'verified',
        steps: [{ id: 'term', state: 'done', evidenceId: null, detail: { en: 'The process ended.' } }],
        verification: { outcome: 'pass', detail: { en: '41 GiB -> 0.4 GiB' } },
      }),
    },
    {
      kind: 'evidence',
      id: 'entry-3',
      atMs: openedAtMs + 20_000,
      result: {
        hostId: 'node-a',
        probeId: 'gpus',
        state: 'ok',
        reason: null,
        facts: {},
        observedAtMs: openedAtMs,
        durationMs: 40,
        commands: [],
      },
      evidence: [
        {
          id: 'evidence-1',
          hostId: 'node-a',
          probeId: 'gpus',
          record: {
            commandId: 'query',
            argv: ['nvidia-smi', '-q', '-x'],
            privilege: 'user',
            state: 'exited',
            exitCode: 0,
            startedAtMs: openedAtMs,
            durationMs: 40,
            stdoutBytes: 10,
            stderrBytes: 0,
            isTruncated: false,
            evidenceId: 'evidence-1',
          },
          stdoutText: '<nvidia_smi_log>\u001b[31m<script>alert(1)</script>',
          stderrText: '',
        },
      ],
    },
    { kind: 'note', id: 'entry-4', atMs: openedAtMs + 60_000, author: 'kim', text: 'alice said it may go' },
  ],
};

export const sampleSummary: IncidentSummary = (({ entries: _, ...summary }) => summary)(sampleIncident);
