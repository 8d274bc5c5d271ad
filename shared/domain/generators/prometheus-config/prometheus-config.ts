import type { GeneratedFile, Generator, GeneratorExample, Values } from '../generator';
import { asValues, both, copyOf, filledIn, numberOf, pairsOf, rowsOf, textOf, textsOf } from '../values';
import { durationText, lost, lostComments, pairsIn, readYamlFile, secondsIn, textsIn, yamlText } from '../yaml-file';
import { sections } from './fields';
import { problems } from './problems';

const job = (job_name: string, port: number, own: Values = {}) => ({ job_name, targets: [`gpu-01:${port}`], ...own });
const common = { scrape_interval: 15, evaluation_interval: 15 };

const examples: readonly GeneratorExample[] = [
  {
    id: 'gpu-nodes',
    title: both('GPU nodes', 'GPU 节点'),
    description: both(
      'node_exporter, dcgm-exporter and Triton, targets in the file itself.',
      'node_exporter、dcgm-exporter 与 Triton，目标写在文件中。',
    ),
    values: {
      ...common,
      rule_files: ['/etc/prometheus/rules/*.yml'],
      scrape_configs: [job('node', 9100), job('dcgm', 9400), job('triton', 8002)],
    },
  },
  {
    id: 'target-files',
    title: both('Targets in files', '目标放在文件中'),
    description: both(
      'Jobs read their targets from files: nodes come and go without a reload.',
      '任务从文件读取目标：增减节点无需重新加载。',
    ),
    values: {
      ...common,
      scrape_configs: ['node', 'dcgm', 'triton'].map((name) => ({
        job_name: name,
        file_sd: [`/etc/prometheus/targets/${name}-*.json`],
      })),
    },
  },
];

function files(form: Values): GeneratedFile[] {
  const managers = textsOf(form, 'alertmanagers');
  const content = filledIn({
    global: filledIn({
      scrape_interval: duration(form, 'scrape_interval'),
      scrape_timeout: duration(form, 'scrape_timeout'),
      evaluation_interval: duration(form, 'evaluation_interval'),
      external_labels: pairsOf(form, 'external_labels'),
    }),
    rule_files: textsOf(form, 'rule_files'),
    alerting: managers.length > 0 ? { alertmanagers: [{ static_configs: [{ targets: managers }] }] } : null,
    scrape_configs: rowsOf(form, 'scrape_configs').map(scrapeConfig),
    remote_write: rowsOf(form, 'remote_write').map((row) => ({
      url: textOf(row, 'url') ?? '',
      ...filledIn({ authorization: credentials(row), tls_config: authority(row) }),
    })),
  });
  const text = content === null ? '' : yamlText(content);
  return [
    {
      fileName: 'prometheus.yml',
      language: 'yaml',
      text,
      path: '/etc/prometheus/prometheus.yml',
      activation: 'prometheus',
    },
  ];
}

function scrapeConfig(row: Values): Values {
  const targets = textsOf(row, 'targets');
  const labels = pairsOf(row, 'labels');
  const patterns = textsOf(row, 'file_sd');
  return {
    job_name: textOf(row, 'job_name') ?? '',
    ...filledIn({
      scrape_interval: duration(row, 'scrape_interval'),
      scrape_timeout: duration(row, 'scrape_timeout'),
      metrics_path: textOf(row, 'metrics_path'),
      scheme: textOf(row, 'scheme'),
      authorization: credentials(row),
      tls_config: authority(row),
      sample_limit: numberOf(row, 'sample_limit'),
      static_configs: targets.length > 0 ? [{ targets, ...filledIn({ labels }) }] : null,
      file_sd_configs: patterns.length > 0 ? [{ files: patterns }] : null,
      // What static targets get beside them has to be put on those of files by a rule.
      relabel_configs:
        targets.length === 0
          ? Object.entries(labels).map(([target_label, value]) => ({
              target_label,
              replacement: value.replaceAll('$', '$$$$'),
            }))
          : null,
    }),
  };
}

function duration(row: Values, name: string): string | null {
  const seconds = numberOf(row, name);
  return seconds === null ? null : durationText(seconds);
}

function credentials(row: Values): Values | null {
  return filledIn({ credentials_file: textOf(row, 'credentials_file') });
}

function authority(row: Values): Values | null {
  return filledIn({ ca_file: textOf(row, 'ca_file') });
}

const read: Generator['read'] = (text) => {
  const file = readYamlFile(text);
  if (
    file === null ||
    !['scrape_configs', 'global', 'rule_files', 'alerting', 'remote_write'].some((key) => key in file)
  ) {
    return null;
  }
  const { global, rule_files, alerting, scrape_configs, remote_write, ...others } = file;
  const notes = lost('', others);
  const { scrape_interval, scrape_timeout, evaluation_interval, external_labels, ...otherGlobal } =
    asValues(global) ?? {};
  notes.push(...lost('global', otherGlobal));
  const jobs = Array.isArray(scrape_configs) ? scrape_configs.map((one) => asValues(one) ?? {}) : [];
  const managers = asValues(alerting)?.alertmanagers;
  const values = filledIn({
    scrape_interval: secondsIn(scrape_interval),
    scrape_timeout: secondsIn(scrape_timeout),
    evaluation_interval: secondsIn(evaluation_interval),
    external_labels: pairsIn(external_labels),
    rule_files: textsIn(rule_files),
    alertmanagers: targetsIn(Array.isArray(managers) ? managers.flatMap((one) => asValues(one)?.static_configs) : []),
    scrape_configs: jobs.map((one) => {
      const { job_name, scrape_interval: interval, scrape_timeout: timeout, metrics_path, scheme, ...rest } = one;
      const { authorization, tls_config, sample_limit, static_configs, file_sd_configs, relabel_configs, ...unknown } =
        rest;
      const statics = Array.isArray(static_configs) ? static_configs.map((each) => asValues(each) ?? {}) : [];
      const name = String(job_name ?? '');
      const relabels = labelsOfRules(relabel_configs, statics.length === 0);
      if (relabels === null) notes.push(...lost(name, { relabel_configs }));
      // Groups of targets with labels of their own would get those of the first.
      if (statics.length > 1 && statics.some(({ labels }) => labels !== undefined)) {
        notes.push(...lost(name, { 'static_configs.labels': true }));
      }
      notes.push(...lost(name, unknown));
      return filledIn({
        job_name: name,
        targets: targetsIn(statics),
        file_sd: textsIn(
          (Array.isArray(file_sd_configs) ? file_sd_configs : []).flatMap((each) => asValues(each)?.files ?? []),
        ),
        labels: [...pairsIn(statics.length === 1 ? statics[0]?.labels : undefined), ...(relabels ?? [])],
        scrape_interval: secondsIn(interval),
        scrape_timeout: secondsIn(timeout),
        metrics_path,
        scheme,
        ca_file: asValues(tls_config)?.ca_file,
        credentials_file: asValues(authorization)?.credentials_file,
        sample_limit,
      });
    }),
    remote_write: (Array.isArray(remote_write) ? remote_write : []).map((one) => {
      const { url, authorization, tls_config, ...unknown } = asValues(one) ?? {};
      notes.push(...lost('remote_write', unknown));
      return filledIn({
        url,
        credentials_file: asValues(authorization)?.credentials_file,
        ca_file: asValues(tls_config)?.ca_file,
      });
    }),
  });
  return values === null ? null : { values, notes: [...notes, ...lostComments(text)] };
};

function targetsIn(groups: readonly unknown[]): string[] {
  return groups.flatMap((group) => textsIn(asValues(group)?.targets));
}

/** Labels that rules set whatever the target; null: rules that do more. */
function labelsOfRules(rules: unknown, mayBe: boolean): Array<{ name: string; value: string }> | null {
  if (rules === undefined || rules === null) return [];
  if (!Array.isArray(rules) || !mayBe) return null;
  const labels = rules.flatMap((rule) => {
    const { target_label: name, replacement: value, ...more } = asValues(rule) ?? {};
    const isPlain = typeof name === 'string' && typeof value === 'string' && Object.keys(more).length === 0;
    return isPlain ? [{ name, value: value.replaceAll('$$', '$') }] : [];
  });
  return labels.length === rules.length ? labels : null;
}

/** Prometheus's configuration. Sources: prometheus.io, Configuration; its own promtool. */
export const prometheusConfig: Generator = {
  id: 'prometheus-config',
  title: both('Prometheus', 'Prometheus'),
  description: both(
    'prometheus.yml: which nodes are read how often, with which labels, and where samples and alerts go.',
    'prometheus.yml：读取哪些节点、频率与标签，以及样本和告警的去向。',
  ),
  nodePath: '/etc/prometheus/prometheus.yml',
  probeIds: [],
  sections,
  examples,
  initial: () => copyOf(examples[0]?.values ?? {}),
  problems,
  files,
  read,
};
