import { describe, expect, it } from 'vitest';
import type { Incident, IncidentEntry } from '#shared/domain/incident';
import { judgeLine } from '#shared/domain/kernel-log/log-evidence';
import { kernelLogKnowledge } from '#shared/knowledge/catalogs/kernel-log/kernel-log-catalogue';
import { actionRun, diagnosisRun, finding, startMs } from '../incidents/testing/sample-data';
import { buildReport } from './build-report';
import { renderHtml } from './render-html';
import { renderMarkdown } from './render-markdown';
import type { ReportBlock } from './report-model';

const knowledge = await kernelLogKnowledge();

function incident(entries: readonly IncidentEntry[], change: Partial<Incident> = {}): Incident {
  return {
    id: 'i',
    number: 7,
    title: 'GPU memory errors',
    state: 'open',
    severity: 'critical',
    hostIds: ['host-a'],
    openedAtMs: startMs,
    updatedAtMs: startMs,
    entryCount: entries.length,
    ...change,
    entries: [...entries],
  };
}

const report = (entries: readonly IncidentEntry[], change: Partial<Incident> = {}) =>
  buildReport({
    incident: incident(entries, change),
    hostNames: new Map([['host-a', 'gpu-07']]),
    language: 'en',
    madeAtMs: startMs,
    hiddenCount: null,
  });

/** The executive page: everything before the page break. */
function page(blocks: readonly ReportBlock[]): Record<string, readonly string[]> {
  const lists: Record<string, readonly string[]> = {};
  let label = '';
  for (const block of blocks) {
    if (block.kind === 'page-break') return lists;
    if (block.kind === 'label') label = block.text;
    if (block.kind === 'list') lists[label] = block.items;
  }
  throw new Error('no page break');
}

const at = (index: number) => ({ id: `e${index}`, atMs: startMs + index * 1000 });
const found = (code: string, change: Partial<ReturnType<typeof finding>> = {}): IncidentEntry => ({
  kind: 'finding',
  ...at(1),
  finding: finding({ id: code, code, hostId: 'host-a', severity: 'critical', state: 'unhealthy', ...change }),
});

it('tells with a finding what was changed before it and may be related', () => {
  const change = { kind: 'file', atMs: startMs, path: '/etc/modprobe.d/nvidia.conf' } as const;
  const told = report([found('F-E1', { changes: [{ change, beforeMs: 9_000_000, before: 'began' }] })]);
  expect(renderMarkdown(told)).toMatch(/may be related[^#]*2\\?[.]5 h before it began: [/]etc[/]modprobe/);
});

describe('the page in short', () => {
  it('says what is not known where nothing was found or done', () => {
    expect(page(report([{ kind: 'opened', ...at(0) }], { severity: null }).blocks)).toEqual({
      'What happened': ['GPU memory errors', 'Opened on 2026-06-01 08:00:00 UTC for gpu-07.'],
      Impact: ['Which users or results were affected is not recorded.'],
      Cause: ['Not known: no diagnosis with a finding is on the timeline.'],
      'What was done': ['No action was carried out.'],
      'State now': ['The incident is open.', 'Nothing was changed.'],
      Next: ['No finding advises anything.'],
    });
  });

  it('names the cause and not its consequence, and no cause where nothing could be judged', () => {
    const cause = found('F-G1', { explains: ['F-A1'], title: { en: 'Row remapping failed' } });
    const { blocks } = report([found('F-A1', { severity: 'fatal' }), cause]);
    expect(page(blocks).Cause).toEqual(['Row remapping failed (F-G1, gpu-07)']);
    expect(JSON.stringify(blocks)).toContain('consequence of F-G1: Row remapping failed');
    expect(page(report([found('F-X', { state: 'unknown' })]).blocks).Cause).toEqual([
      'Not known: nothing that was found names a cause.',
      'One thing could not be judged.',
    ]);
  });

  it('tells a failed action as failed, and the state after it only by a diagnosis after it', () => {
    const failed: IncidentEntry = {
      kind: 'action',
      ...at(2),
      run: actionRun({
        state: 'verify-failed',
        verification: { outcome: 'fail', detail: { en: 'It is still there.' } },
      }),
    };
    const before: IncidentEntry = { kind: 'diagnosis', ...at(1), run: diagnosisRun({ state: 'concluded' }) };
    const entries = [found('F-G1'), before, failed];
    expect(page(report(entries).blocks)['What was done']?.[0]).toMatch(/done, but not verified\. It is still there\.$/);
    expect(page(report(entries).blocks)['State now']).toContain(
      'Not known: nothing was diagnosed after the last action.',
    );
    const after: IncidentEntry = {
      kind: 'diagnosis',
      ...at(3),
      run: diagnosisRun({
        state: 'concluded',
        findings: [finding({ code: 'F-G1', severity: 'critical', state: 'unhealthy' })],
      }),
    };
    expect(page(report([...entries, after]).blocks)['State now']?.[1]).toMatch(
      /still found F-G1 on .*after the last action/,
    );
  });
});

describe('a report', () => {
  it('shows the beginning and the end of ten thousand entries, and how many are left out', () => {
    const notes = Array.from({ length: 10_000 }, (_, index): IncidentEntry => {
      return { kind: 'note', ...at(index), author: 'ops', text: `note ${index}` };
    });
    const html = renderHtml(report(notes));
    expect(html).toContain('note 299<');
    expect(html).not.toContain('note 300<');
    expect(html).toContain('9400 entries between');
    expect(html).toContain('note 9999<');
    expect(html.length).toBeLessThan(300_000);
  });

  it('holds hostile text as text, on the first page too', () => {
    const title = '<script>x</script>\u001b[31m\u202Eevil';
    const html = renderHtml(report([{ kind: 'opened', ...at(0) }], { title }));
    expect(html).not.toMatch(/<script>|\u001b|\u202E/);
    expect(renderMarkdown(report([], { title }))).not.toMatch(/^<script>|\u001b|\u202E/m);
  });

  it('shows the line of the kernel log that a diagnosis was started for, what it means, and whose echo it is', () => {
    const line = 'nvidia-nvswitch1: SXid (PCI:0000:06:00.0): 20034, Fatal, Link 48 <b>LTSSM</b> Fault Up';
    const cause = 'NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.';
    const around = [{ text: cause, atMs: startMs - 8000 }];
    const logLine = judgeLine({ line: { text: line, atMs: startMs }, around }, knowledge);
    const run = diagnosisRun({ state: 'concluded', logLine });
    const { blocks } = report([{ kind: 'diagnosis', ...at(1), run }]);
    expect(blocks).toContainEqual({ kind: 'code', text: line });
    const told = blocks.flatMap((block) => (block.kind === 'list' ? block.items : []));
    expect(told.join('\n')).toContain(cause);
    expect(told.join('\n')).toContain('The first event is the cause');
    expect(renderHtml(report([{ kind: 'diagnosis', ...at(1), run }]))).toContain('&lt;b&gt;LTSSM');
    const without = report([{ kind: 'diagnosis', ...at(1), run: diagnosisRun({ state: 'concluded' }) }]);
    expect(without.blocks.filter(({ kind }) => kind === 'code')).toEqual([]);
  });

  it('numbers its sections as its contents do', () => {
    const html = renderHtml(report([found('F-G1')]));
    const listed = [...html.matchAll(/<a href="#(s\d+)">([^<]*)</g)].map(([, id, text]) => `${id} ${text}`);
    const there = [...html.matchAll(/<h2 id="(s\d+)">([^<]*)</g)].map(([, id, text]) => `${id} ${text}`);
    expect(listed).toEqual(there);
    expect(listed.length).toBeGreaterThan(4);
  });

  it('has the values of an action before, as wanted, and as read when it was verified', () => {
    const run = actionRun({
      state: 'verified',
      plan: {
        ...actionRun().plan,
        values: [{ title: { en: 'MTU' }, current: { en: '1500' }, wanted: { en: '9000' } }],
      },
      verification: { outcome: 'pass', detail: { en: 'ok' }, values: [{ title: { en: 'MTU' }, now: { en: '9000' } }] },
    });
    const tables = report([{ kind: 'action', ...at(1), run }]).blocks.flatMap((block) =>
      block.kind === 'table' ? block.rows : [],
    );
    expect(tables).toContainEqual(['MTU', '1500', '9000', '9000']);
  });
});
