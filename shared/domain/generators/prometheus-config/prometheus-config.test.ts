import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Values } from '../generator';
import { filledForms, hostileWords } from '../testing/form-values';
import { textOf as fieldOf, rowsOf, textsOf } from '../values';
import { prometheusConfig } from './prometheus-config';

const { examples, fault, files, problems, read, sections } = prometheusConfig;
const textOf = (values: Values) => files(values)[0]?.text ?? '';
const base = examples[0]?.values ?? {};
const job = (own: Values) => ({ scrape_configs: [{ job_name: 'a', targets: ['gpu-01:9100'], ...own }] });
const said = (values: Values) =>
  problems(values, null).map(({ severity, path, text }) => `${severity} ${path.join('.')}: ${text.en}`);

/** What promtool says against it, `there` being files beside it: it asks for each file that is named without a `*`, Prometheus does not. */
function promtool(text: string, there: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-promtool-'));
  try {
    writeFileSync(join(folder, 'prometheus.yml'), text);
    for (const name of there) writeFileSync(join(folder, name), '');
    execFileSync('promtool', ['check', 'config', 'prometheus.yml'], { cwd: folder, stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('gives files that promtool takes', () => {
  const everything = {
    ...base,
    scrape_timeout: 7.5,
    external_labels: [{ name: 'site', value: 'a: b # "c"' }],
    alertmanagers: ['127.0.0.1:9093'],
    scrape_configs: [
      {
        job_name: '22:22',
        targets: ['[::1]:9100'],
        labels: [{ name: 'rack', value: 'yes' }],
        metrics_path: '/m',
        scheme: 'https',
        sample_limit: 5000,
      },
      { job_name: 'files', file_sd: ['/etc/x-*.json'], labels: [{ name: 'a', value: '$1 \u0024{x}' }] },
    ],
    remote_write: [{ url: 'https://metrics.example/api/v1/write' }],
  };
  for (const values of [...examples.map(({ values }) => values), everything]) {
    expect(said(values).filter((line) => !line.startsWith('info'))).toEqual([]);
    expect(promtool(textOf(values))).toBe('');
    expect(textOf(read?.(textOf(values))?.values ?? {})).toBe(textOf(values));
  }
  expect(parse(textOf(everything)).scrape_configs[0].static_configs[0].labels).toEqual({ rack: 'yes' });
});

it('has no error left where promtool takes it, and one where it does not', () => {
  const isTaken = fc.property(filledForms(sections), (form) => {
    if (problems(form, null).some(({ severity }) => severity === 'error')) return;
    const tokens = rowsOf(form, 'scrape_configs').flatMap((own) => fieldOf(own, 'credentials_file') ?? []);
    expect(promtool(textOf(form), [...textsOf(form, 'rule_files'), ...tokens])).toBe('');
  });
  fc.assert(isTaken, { numRuns: 15 });
  for (const [own, line] of [
    [{ targets: [] }, 'error scrape_configs.0.targets: It needs targets'],
    [{ targets: ['http://gpu-01:9100'] }, 'error scrape_configs.0.targets.0: Without http://'],
    [{ targets: ['gpu-01:9100/metrics'] }, 'error scrape_configs.0.targets.0: HOST:PORT'],
    [{ targets: ['gpu-01:99999'] }, 'error scrape_configs.0.targets.0: HOST:PORT'],
    [
      { scrape_interval: 5, scrape_timeout: 10 },
      'error scrape_configs.0.scrape_timeout: More than the interval of 5 s',
    ],
    [{ file_sd: ['/etc/targets'] }, 'error scrape_configs.0.file_sd.0: A .json or .yml file'],
    [{ labels: [{ name: 'a-b', value: 'x' }] }, 'error scrape_configs.0.labels.0.name: Letters, digits and _'],
    [{ labels: [{ name: '__x', value: 'x' }] }, 'error scrape_configs.0.labels.0.name: Names that begin with __'],
  ] as const)
    expect(said(job(own)).join('\n')).toContain(line);
  for (const name of ['a\\', 'a[', '[]', '[a-]', '[^]', 'a[b\\]']) {
    expect(said({ rule_files: [name] }).join('\n')).toContain('error rule_files.0: A [ without');
    expect(promtool(textOf({ rule_files: [name] }))).toContain('syntax error in pattern');
  }
  const patterns = ['[a-c]*', '[^p]x*', 'a?*\\*', '[\\]]*', 'a]*'];
  expect(said({ rule_files: patterns }).join('\n')).not.toContain('error');
  expect(promtool(textOf({ rule_files: patterns }))).toBe('');
  const twice = { scrape_configs: [...job({}).scrape_configs, ...job({}).scrape_configs] };
  expect(said(twice)).toContain('error scrape_configs.1.job_name: There is a job of this name already.');
  expect(said(twice).join('\n')).toContain('warn scrape_configs.1.targets.0: Read by the job a already');
  expect(promtool(textOf(twice))).toContain('job name');
});

it('reads back what it wrote, whatever is filled in', () => {
  fc.assert(
    fc.property(filledForms(sections, hostileWords), (form) => {
      const text = textOf(form);
      // What a field refuses (a line's end, say) comes behind the rest.
      expect(parse(textOf(read?.(text)?.values ?? {}))).toEqual(parse(text));
    }),
    { numRuns: 80 },
  );
});

it('says where the YAML breaks of a text that it does not read', () => {
  const broken = 'global:\n  scrape_interval: 15s\nscrape_configs:\n\t- job_name: node\n';
  expect(read?.(broken)).toBeNull();
  expect(fault?.(broken)?.text.en).toMatch(/^Line 4, column 1:/);
  expect(fault?.('- no mapping\n')).toBeNull();
});

it('keeps what of a file of others has no field', () => {
  const file = `global: { scrape_interval: 1m30s, query_log_file: x }
scrape_configs:
  - job_name: a
    kubernetes_sd_configs: [{ role: node }]
    static_configs: [{ targets: [b:1], labels: { x: y } }, { targets: [c:1] }]
    relabel_configs: [{ source_labels: [a], target_label: b }]
    tls_config: { ca_file: /ca, insecure_skip_verify: true }
    scrape_protocols: [OpenMetricsText1.0.0]
  - { job_name: b, static_configs: [{ targets: [b:2] }], honor_labels: true }
alerting: { alertmanagers: [{ static_configs: [{ targets: [m:1] }], scheme: https }] }
remote_write: [{ url: 'https://x/y', queue_config: { capacity: 5 } }]
storage: {}
`;
  const found = read?.(file);
  expect(found?.values).toMatchObject({
    scrape_interval: 90,
    scrape_configs: [
      { job_name: 'a', ca_file: '/ca', other: expect.stringContaining('insecure_skip_verify') },
      { job_name: 'b', targets: ['b:2'], other: 'honor_labels: true' },
    ],
  });
  const written = parse(textOf(found?.values ?? {}));
  expect({ ...written, global: { ...written.global, scrape_interval: '1m30s' } }).toEqual(parse(file));
  expect(found?.notes.map(({ text }) => text.en)).toEqual([
    'Kept as it is, among the other settings: global, alerting, storage, a.kubernetes_sd_configs, a.static_configs, a.relabel_configs, a.tls_config, a.scrape_protocols, b.honor_labels, remote_write.queue_config.',
  ]);
  expect(problems(found?.values ?? {}, null).filter(({ severity }) => severity === 'error')).toEqual([]);
});
