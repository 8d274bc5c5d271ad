import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostView } from '#shared/contract/hosts';
import type { Answers, StepVisit, TreeGraph } from '#shared/domain/diagnosis';
import { type Incident, type IncidentEntry, incidentSchema } from '#shared/domain/incident';
import {
  actionRun,
  command,
  diagnosisRun,
  evidence,
  finding,
  probeResult,
  startMs,
} from '../incidents/testing/sample-data';
import { buildReport } from './build-report';
import { createReports } from './create-reports';
import { renderHtml } from './render-html';
import { renderMarkdown } from './render-markdown';
import type { ReportBlock } from './report-model';

const hostId = '11111111-2222-3333-4444-555555555555';
const host: HostView = {
  spec: {
    kind: 'ssh',
    id: hostId,
    name: 'Trainer one',
    tags: [],
    target: {
      alias: null,
      address: 'gpu01.lab.example.org',
      port: 22,
      user: 'alice',
      identityFiles: [],
      useAgent: true,
      proxyJump: [],
    },
  },
  status: { hostId, connection: 'idle', error: null, connectedAtMs: null, lastSeenAtMs: null, hungCommands: [] },
};

/** Each stands somewhere in the incident below and must be nowhere in a redacted report. */
const originals = [
  'Trainer one',
  'gpu01',
  'lab.example.org',
  'alice',
  'carol',
  '10.20.30.40',
  '2001:db8::17',
  '00:1a:2b:3c:4d:5e',
  '5c3e2b1a-0000-1111-2222-333344445555',
  '1650522000123',
  '0c42:a103:0065:1234',
  'carol@mail.example.net',
  '/home/carol',
  `hf_${'q'.repeat(34)}`,
  'sup3rs3cret',
  'AKIAIOSFODNN7EXAMPLE',
];
const uuid = 'GPU-5c3e2b1a-0000-1111-2222-333344445555';
const gpuRecord = command('query', ['nvidia-smi', '-q', '-x'], 'ev-gpu');
const netRecord = command('addresses', ['ip', '-j', 'address'], 'ev-net');
const psRecord = { ...command('inspect', ['sh', '-c', 'cat /proc/4711/stat'], 'ev-inspect'), isTruncated: true };

function sampleIncident(change: Partial<Incident> = {}): Incident {
  const at = (minutes: number) => ({ atMs: startMs + minutes * 60_000 });
  const run = actionRun({
    plan: {
      ...actionRun().plan,
      hostId,
      parameters: { path: '/home/carol/env.sh', variables: { HF_TOKEN: 'sup3rs3cret' } },
    },
  });
  const found = finding({
    hostId,
    subjects: [uuid],
    explanation: { en: 'Process 4711 of carol holds GPU 0.', 'zh-CN': 'carol 的进程 4711 占用 GPU 0，显存不足。' },
  });
  const entries: IncidentEntry[] = [
    { kind: 'opened', id: 'e1', ...at(0), hostId },
    { kind: 'diagnosis', id: 'e2', ...at(1), run: diagnosisRun({ hostId, findings: [found] }) },
    { kind: 'finding', id: 'e3', ...at(1), finding: found },
    {
      kind: 'evidence',
      id: 'e4',
      ...at(1),
      result: {
        ...probeResult(
          'gpu',
          {
            driverVersion: '535.104.05',
            gpus: [{ uuid, serial: '1650522000123', pciBusId: '00000000:17:00.0', memory: { usedBytes: 21474836480 } }],
          },
          [gpuRecord],
        ),
        hostId,
      },
      evidence: [
        {
          ...evidence(
            gpuRecord,
            'gpu',
            `<serial>1650522000123</serial><uuid>${uuid}</uuid> 535.104.05 00000000:17:00.0 </script><script>alert(1)</script>\n`,
          ),
          hostId,
          stdoutBase64: Buffer.from('raw gpu01 bytes \xff', 'latin1').toString('base64'),
        },
      ],
    },
    {
      kind: 'evidence',
      id: 'e5',
      ...at(2),
      result: {
        ...probeResult('network', { interfaces: [{ name: 'eth0', addresses: ['10.20.30.40/24'] }] }, [netRecord]),
        hostId,
      },
      evidence: [
        {
          ...evidence(
            netRecord,
            'network',
            'inet 10.20.30.40/24 inet6 2001:db8::17 ether 00:1a:2b:3c:4d:5e guid 0c42:a103:0065:1234\n',
            'warning from gpu01\n',
          ),
          hostId,
        },
      ],
    },
    {
      kind: 'note',
      id: 'e6',
      ...at(3),
      author: 'alice',
      text: '已联系 carol（carol@mail.example.net），见 10.20.30.40。search lab.example.org\n| table | # heading',
    },
    { kind: 'action', id: 'e7', ...at(4), run: { ...run, state: 'applying' } },
    {
      kind: 'action',
      id: 'e8',
      ...at(5),
      run,
      evidence: [
        {
          ...evidence(
            psRecord,
            null,
            `4711 carol python3 /home/carol/train.py HF_TOKEN=hf_${'q'.repeat(34)} AKIAIOSFODNN7EXAMPLE\n\`\`\`\n# not a heading\n`,
          ),
          hostId,
        },
      ],
    },
    { kind: 'closed', id: 'e9', ...at(6), reason: 'memory of GPU 0 is back' },
  ];
  return {
    id: 'incident-1',
    number: 12,
    title: 'OOM on gpu01 {{number}} $t(reports.title) <b>显存不足</b>',
    state: 'closed',
    severity: 'warn',
    hostIds: [hostId],
    openedAtMs: startMs,
    updatedAtMs: startMs + 360_000,
    entryCount: entries.length,
    entries,
    ...change,
  };
}

function visit(stepId: string, answers: Answers | null): StepVisit {
  const taken = {
    branchId: 'next',
    to: 'look',
    label: { en: 'Next' },
    condition: null,
    result: 'true' as const,
    reason: { en: 'It is known', 'zh-CN': '已知' },
    values: [],
  };
  return { stepId, atMs: 0, evaluations: [taken], chosenBranchId: null, isForced: false, answers, evidence: [] };
}

const askingTree: TreeGraph = {
  id: 'vram-shortage',
  title: { en: 'Not enough GPU memory', 'zh-CN': '显存不足' },
  symptoms: [],
  introduction: null,
  probes: [],
  sources: [],
  isBuiltIn: true,
  start: 'ask',
  steps: [
    {
      id: 'ask',
      kind: 'ask',
      title: { en: 'What runs there?', 'zh-CN': '运行的是什么？' },
      explanation: null,
      severity: null,
      fields: [
        {
          name: 'framework',
          label: { en: 'Which framework is it?', 'zh-CN': '使用哪个框架？' },
          unit: null,
          choices: [{ value: 'torch', label: { en: 'PyTorch' } }],
        },
        {
          name: 'isNotebook',
          label: { en: 'Is it a notebook?', 'zh-CN': '是否为 notebook？' },
          unit: null,
          choices: [],
        },
      ],
      branches: [],
    },
  ],
};

function create(incident = sampleIncident(), trees: Record<string, TreeGraph> = {}) {
  const exported: Array<Record<string, unknown>> = [];
  const reports = createReports({
    attachments: { read: () => null },
    incidents: { get: () => incident },
    hosts: { everyHost: () => [host.spec] },
    audit: {
      append: ({ event, detail }) => {
        exported.push({ event, ...detail });
        return { seq: 1, atMs: 0, actor: '', event, hostId: null, detail, previousHash: '', hash: '' };
      },
    },
    nowMs: () => startMs + 3_600_000,
    tree: (id) => trees[id] ?? null,
  });
  return { reports, exported };
}
const options = { incidentId: 'incident-1', language: 'en' as const, isRedacted: true, reveal: [] as string[] };
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe('a redacted report', () => {
  it.each(['en', 'zh-CN'] as const)('holds none of the originals in any format (%s)', (language) => {
    const { reports } = create();
    const asked = { ...options, language };
    const zip = unzipSync(reports.render({ ...asked, format: 'zip' }).bytes);
    const documents = {
      preview: reports.preview(asked).html,
      html: text(reports.render({ ...asked, format: 'html' }).bytes),
      markdown: text(reports.render({ ...asked, format: 'markdown' }).bytes),
      ...Object.fromEntries(Object.entries(zip).map(([name, bytes]) => [name, name + text(bytes)])),
    };
    expect(Object.keys(documents).length).toBeGreaterThan(9);
    const survivors = Object.entries(documents).flatMap(([name, document]) =>
      originals
        .filter((original) => document.toLowerCase().includes(original.toLowerCase()))
        .map((original) => `${original} in ${name}`),
    );
    expect(survivors).toEqual([]);
    // And what is no secret is still there.
    for (const kept of ['535.104.05', '00000000:17:00.0', '21474836480', 'F-A1']) {
      expect([kept, text(zip['incident.json']).includes(kept)]).toEqual([kept, true]);
    }
  });

  it('uses the same token for the same value in every format', () => {
    const { reports } = create();
    const { redactions } = reports.preview(options);
    const token = (original: string) => redactions.find((one) => one.original === original)?.token ?? '?';
    const zip = unzipSync(reports.render({ ...options, format: 'zip' }).bytes);
    const network = text(zip['evidence/002-network-addresses.txt']);
    expect(network).toBe(
      `inet ${token('10.20.30.40')}/24 inet6 ${token('2001:db8::17')} ether ${token('00:1a:2b:3c:4d:5e')} guid ${token('0c42:a103:0065:1234')}\n`,
    );
    expect(text(zip['report.html'])).toContain(
      `${token('carol')}（${token('carol@mail.example.net')}），见 ${token('10.20.30.40')}`,
    );
    expect(JSON.parse(text(zip['incident.json'])).hosts).toEqual({ [hostId]: token('Trainer one') });
    expect(reports.preview({ ...options, language: 'zh-CN' }).redactions).toEqual(redactions);
  });

  it('lists everything hidden with its count, and shows what was chosen', () => {
    const { reports } = create();
    const { redactions } = reports.preview(options);
    const found = new Set(redactions.map((one) => one.original));
    for (const original of originals) {
      const isListed = [...found].some((one) => one.toLowerCase().includes(original.toLowerCase()));
      expect([original, isListed]).toEqual([original, true]);
    }
    expect(redactions.find((one) => one.original === '10.20.30.40')).toMatchObject({ kind: 'address', count: 3 });
    expect(redactions.every((one) => one.count > 0 && /^[a-z-]+-\d+$/.test(one.token))).toBe(true);
    const address = redactions.find((one) => one.original === '10.20.30.40')?.token ?? '';
    const shown = text(reports.render({ ...options, reveal: [address], format: 'markdown' }).bytes);
    expect([shown.includes('10.20.30.40'), shown.includes('carol')]).toEqual([true, false]);
    expect(reports.preview({ ...options, reveal: [address] }).redactions).toEqual(redactions);
  });
});

describe('a report with nothing hidden', () => {
  it('has the exact bytes of what was printed', () => {
    const { reports, exported } = create();
    const zip = unzipSync(reports.render({ ...options, isRedacted: false, format: 'zip' }).bytes);
    expect(Buffer.from(zip['evidence/001-gpu-query.txt'] ?? []).toString('latin1')).toBe('raw gpu01 bytes \xff');
    expect(text(zip['evidence/002-network-addresses.stderr.txt'])).toBe('warning from gpu01\n');
    expect(incidentSchema.parse(JSON.parse(text(zip['incident.json'])).incident)).toEqual(sampleIncident());
    expect(exported).toMatchObject([{ event: 'report.export', format: 'zip', isRedacted: false }]);
    expect(text(zip['report.md'])).toContain('Nothing is hidden in this report');
    expect(text(zip['report.md'])).toContain('A notebook of alice that pauses looks the same.');
  });
});

describe('the bundle', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-bundle-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is covered by a manifest that sha256sum takes, and is the same for the same incident', () => {
    const { reports } = create();
    const { bytes, fileName, mediaType } = reports.render({ ...options, format: 'zip' });
    expect([fileName, mediaType]).toEqual(['gantry-INC-12.zip', 'application/zip']);
    expect(Buffer.from(bytes).equals(reports.render({ ...options, format: 'zip' }).bytes)).toBe(true);
    const files = unzipSync(bytes);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const checked = spawnSync('sha256sum', ['--strict', '-c', 'MANIFEST.sha256'], { cwd: folder, encoding: 'utf8' });
    expect([checked.status, checked.stderr]).toEqual([0, '']);
    expect(checked.stdout.trim().split('\n').sort()).toEqual(
      Object.keys(files)
        .filter((name) => name !== 'MANIFEST.sha256')
        .map((name) => `${name}: OK`)
        .sort(),
    );
    writeFileSync(join(folder, 'report.md'), 'changed');
    expect(spawnSync('sha256sum', ['-c', 'MANIFEST.sha256'], { cwd: folder }).status).not.toBe(0);
  });

  it('says which file holds which output', () => {
    const zip = unzipSync(create().reports.render({ ...options, format: 'zip' }).bytes);
    expect(Object.keys(zip)).toEqual(
      [
        'MANIFEST.sha256',
        'README.txt',
        'evidence/001-gpu-query.txt',
        'evidence/002-network-addresses.stderr.txt',
        'evidence/002-network-addresses.txt',
        'evidence/003-action-inspect.txt',
        'incident.json',
        'report.html',
        'report.md',
      ].sort((a, b) => Object.keys(zip).indexOf(a) - Object.keys(zip).indexOf(b)),
    );
    expect(JSON.parse(text(zip['incident.json'])).evidenceFiles).toMatchObject({
      'ev-net': { stdout: 'evidence/002-network-addresses.txt', stderr: 'evidence/002-network-addresses.stderr.txt' },
      'ev-gpu': { stdout: 'evidence/001-gpu-query.txt', stderr: null },
    });
  });
});

describe('the words of a report', () => {
  it.each(['en', 'zh-CN'] as const)('are all there (%s)', (language) => {
    const { reports } = create();
    for (const format of ['html', 'markdown'] as const) {
      const document = text(reports.render({ ...options, language, format }).bytes);
      expect(document.match(/\breports\.[a-zA-Z]+/g)?.filter((key) => key !== 'reports.title') ?? []).toEqual([]);
      expect(document).not.toMatch(/\{\{(?!number\}\})/);
    }
  });

  it('tell the whole story', () => {
    const markdown = text(create().reports.render({ ...options, isRedacted: false, format: 'markdown' }).bytes);
    for (const part of [
      'F-A1: A stale process holds GPU memory',
      'Warning · Degraded',
      'gpu gpus.0.memory.usedBytes | 21474836480 | nvidia-smi -q -x',
      'End a process that holds GPU memory on Trainer one: started.',
      'End a process that holds GPU memory on Trainer one: done and verified.',
      'Verified: GPU 0: 40500 MiB → 20500 MiB',
      'kill -TERM 4711',
      '+export A=1',
      'The incident was closed: memory of GPU 0 is back',
      'The command printed more than is kept',
      'Output 3: sh -c',
    ]) {
      expect([part, markdown.replaceAll('\\', '').includes(part)]).toEqual([part, true]);
    }
    const chinese = text(create().reports.render({ ...options, language: 'zh-CN', format: 'html' }).bytes);
    expect(chinese).toMatch(/的输出（(正常|无权限|超时|失败)）。/);
    expect(chinese).not.toContain('（ok）');
    for (const part of [
      '<html lang="zh-CN">',
      '事件报告',
      '残留进程占用 GPU 显存',
      '已完成并验证',
      '显存不足',
      'Noto Sans CJK SC',
    ]) {
      expect([part, chinese.includes(part)]).toEqual([part, true]);
    }
  });

  it.each([
    ['en', 'Which framework is it? | PyTorch', 'Is it a notebook? | I don’t know', 'Process id (PID) | 4711'],
    ['zh-CN', '使用哪个框架？ | PyTorch', '是否为 notebook？ | 不清楚', '进程号（PID） | 4711'],
  ] as const)('name steps, questions and parameters as the screen does, not by their ids (%s)', (language, ...said) => {
    const path = [
      { ...visit('ask', { framework: 'torch', isNotebook: null }), chosenBranchId: 'next' },
      visit('other:look', null),
    ];
    const run = actionRun({ plan: { ...actionRun().plan, parameters: { pid: 4711, commandLine: null } } });
    const entries: IncidentEntry[] = [
      { kind: 'diagnosis', id: 'e1', atMs: 0, run: diagnosisRun({ path }) },
      { kind: 'action', id: 'e2', atMs: 1, run },
    ];
    const { reports } = create(sampleIncident({ entries }), { 'vram-shortage': askingTree });
    const markdown = text(reports.render({ ...options, language, isRedacted: false, format: 'markdown' }).bytes);
    for (const part of said) expect([part, markdown.includes(part)]).toEqual([part, true]);
    expect(markdown).toContain(language === 'en' ? '- What runs there? → It is known' : '- 运行的是什么？ → 已知');
    // A tree that is gone leaves its steps with their ids; nothing stands for what was not given.
    expect(markdown).toContain('other:look');
    expect(markdown).not.toMatch(/framework\b.*torch|isNotebook|commandLine|"pid"/);
  });

  it('say what was cut and where all of it is', () => {
    const long = { ...evidence(gpuRecord, 'gpu', 'x'.repeat(50_000)), hostId };
    const many = Array.from({ length: 40 }, (_, index) => ({ ...long, id: `ev-${index}` }));
    const entry: IncidentEntry = {
      kind: 'evidence',
      id: 'e',
      atMs: 0,
      result: probeResult('gpu', null, []),
      evidence: many,
    };
    const { reports } = create(sampleIncident({ entries: [entry] }));
    const html = text(reports.render({ ...options, format: 'html' }).bytes);
    expect(html).toContain(
      'Only the first 20000 of 50000 characters are shown here. The zip bundle has all of it: evidence/001-gpu-query.txt',
    );
    expect(html).toContain('20 more outputs are only in the zip bundle');
    expect(html.length).toBeLessThan(700_000);
    const zip = unzipSync(reports.render({ ...options, format: 'zip' }).bytes);
    expect(zip['evidence/040-gpu-query.txt']?.length).toBe(50_000);
  });
});

describe('what a node printed', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          '```',
          '````',
          '\n',
          '~~~',
          '<script>',
          '</pre>',
          '<!--',
          '# h',
          '- l',
          '1. x',
          '> q',
          '|',
          '[a](b)',
          '&lt;',
          '"',
          "'",
          '\\',
          '`',
          '\u202e',
          '\u001b[31m',
          '---',
          '===',
        ),
        { maxLength: 20 },
      )
      .map((parts) => parts.join('')),
  );
  const base = buildReport({
    incident: sampleIncident(),
    hostNames: new Map(),
    language: 'en',
    madeAtMs: 0,
    hiddenCount: null,
  });
  const report = (block: ReportBlock) => ({ ...base, blocks: [block] });
  const blocks: Array<(output: string) => ReportBlock> = [
    (output) => ({ kind: 'code', text: output }),
    (output) => ({ kind: 'paragraph', text: output }),
    (output) => ({ kind: 'heading', level: 3, text: output }),
    (output) => ({ kind: 'list', items: [output] }),
    (output) => ({ kind: 'facts', rows: [[output, output]] }),
    (output) => ({ kind: 'table', head: ['a', 'b'], rows: [[output, output]], codeColumns: [0] }),
  ];

  it('is never a tag in the HTML', () => {
    const shape = (html: string) =>
      html.match(/<[^>]*>/g)?.map((tag) => tag.replace(/^<(\/?\w+|!doctype).*/s, '$1')) ?? [];
    fc.assert(
      fc.property(hostile, fc.constantFrom(...blocks), (output, block) => {
        const html = renderHtml(report(block(output)));
        expect(shape(html)).toEqual(shape(renderHtml(report(block('harmless')))));
        expect(html).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
      }),
      { numRuns: 400 },
    );
  });

  it('stays inside its code fence in the Markdown', () => {
    fc.assert(
      fc.property(hostile, (output) => {
        const lines = renderMarkdown(report({ kind: 'code', text: output }))
          .trimEnd()
          .split('\n');
        const open = lines.findIndex((line) => /^`{3,}text$/.test(line));
        const fence = (lines[open] ?? '').replace('text', '');
        // By CommonMark a fence is closed by the first line of at least as many of its characters.
        const close = lines.findIndex(
          (line, index) => index > open && new RegExp(`^ {0,3}${fence}\`*\\s*$`).test(line),
        );
        expect(close).toBe(lines.length - 1);
      }),
      { numRuns: 400 },
    );
  });

  it('starts no block and no HTML anywhere else in the Markdown', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...blocks.slice(1)), (output, block) => {
        const made = renderMarkdown(report(block(output)));
        const plain = renderMarkdown(report(block('harmless')));
        const body = made
          .slice(plain.indexOf('> '))
          .replaceAll('<br>', '')
          .replace(/\\[\\`*_{}[\]<>#!|~&\-+=:.)]/g, 'x');
        const [, ...lines] = body.split('\n');
        expect(body.slice(body.indexOf('\n'))).not.toMatch(/[<`[]/);
        const allowed = { heading: /^### /, list: /^- /, facts: /^- \*\*/, table: /^\|/, paragraph: /^$/ } as Record<
          string,
          RegExp
        >;
        const { kind } = block('');
        for (const line of lines.filter((one) =>
          /^ {0,3}(?:#{1,6}(?: |$)|>|[-+*](?: |$)|\d+[.)](?: |$)|\||={2,}$|-{2,}$|~{3})/.test(one),
        )) {
          expect(line).toMatch(allowed[kind] ?? /^$/);
        }
        expect(
          made.split('\n').length - (kind === 'paragraph' ? output.split(/\r\n?|\n/).length : 1),
        ).toBeLessThanOrEqual(plain.split('\n').length);
      }),
      { numRuns: 400 },
    );
  });
});
