import type { GeneratedFile, Generator, Values } from '../generator';
import { completed, fitting, keeping, keptNote, otherOf } from '../other-settings';
import { asValues, filledIn, numberOf, pairsOf, rowsOf, textOf, textsOf } from '../values';
import { durationText, lostComments, pairsIn, readYamlFile, secondsIn, textsIn, yamlText } from '../yaml-file';
import { globalFields, jobFields, receiverFields } from './fields';

export function files(form: Values): GeneratedFile[] {
  const content = contentOf(form);
  return [
    {
      fileName: 'prometheus.yml',
      language: 'yaml',
      text: Object.keys(content).length > 0 ? yamlText(content) : '',
      path: '/etc/prometheus/prometheus.yml',
      activation: 'prometheus',
    },
  ];
}

function contentOf(form: Values): Values {
  const content = filledIn({
    global: filledIn({
      scrape_interval: duration(form, 'scrape_interval'),
      scrape_timeout: duration(form, 'scrape_timeout'),
      evaluation_interval: duration(form, 'evaluation_interval'),
      external_labels: pairsOf(form, 'external_labels'),
    }),
    rule_files: textsOf(form, 'rule_files'),
    alerting: alerting(textsOf(form, 'alertmanagers')),
    scrape_configs: rowsOf(form, 'scrape_configs').map(scrapeConfig),
    remote_write: rowsOf(form, 'remote_write').map(receiver),
  });
  return completed(content ?? {}, otherOf(form));
}

function alerting(targets: readonly string[]): Values | null {
  return targets.length > 0 ? { alertmanagers: [{ static_configs: [{ targets }] }] } : null;
}

function receiver(row: Values): Values {
  const own = filledIn({ authorization: credentials(row), tls_config: authority(row) });
  return completed({ url: textOf(row, 'url') ?? '', ...own }, otherOf(row));
}

function scrapeConfig(row: Values): Values {
  const targets = textsOf(row, 'targets');
  const labels = pairsOf(row, 'labels');
  const patterns = textsOf(row, 'file_sd');
  const own = {
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
  return completed(own, otherOf(row));
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

export const read: NonNullable<Generator['read']> = (text) => {
  const file = readYamlFile(text);
  if (
    file === null ||
    !['scrape_configs', 'global', 'rule_files', 'alerting', 'remote_write'].some((key) => key in file)
  ) {
    return null;
  }
  const global = asValues(file.global) ?? {};
  const own = filledIn({
    scrape_interval: secondsIn(global.scrape_interval),
    scrape_timeout: secondsIn(global.scrape_timeout),
    evaluation_interval: secondsIn(global.evaluation_interval),
    external_labels: pairsIn(global.external_labels),
    rule_files: textsIn(file.rule_files),
    alertmanagers: managersIn(file.alerting),
  });
  const jobs = rowsIn(file.scrape_configs, readJob, scrapeConfig);
  const receivers = rowsIn(file.remote_write, readReceiver, receiver);
  const taken = filledIn({
    ...fitting(globalFields, own ?? {}),
    scrape_configs: jobs,
    remote_write: receivers,
  });
  const values = keeping(file, taken ?? {}, contentOf);
  const notes = keptNote(values, [
    ...jobs.map((job) => [textOf(job, 'job_name') ?? '', job] as const),
    ...receivers.map((row) => ['remote_write', row] as const),
  ]);
  return { values, notes: [...notes, ...lostComments(text)] };
};

function rowsIn(list: unknown, readRow: (file: Values) => Values, write: (row: Values) => Values) {
  const files = Array.isArray(list) ? list.map((one) => asValues(one) ?? {}) : [];
  return files.map((file) => keeping(file, readRow(file), write));
}

function readJob(file: Values): Values {
  const statics = staticsIn(file.static_configs);
  const values = filledIn({
    job_name: typeof file.job_name === 'number' ? String(file.job_name) : file.job_name,
    targets: statics?.targets,
    file_sd: patternsIn(file.file_sd_configs),
    labels: statics === null ? labelsOfRules(file.relabel_configs) : statics.labels,
    scrape_interval: secondsIn(file.scrape_interval),
    scrape_timeout: secondsIn(file.scrape_timeout),
    metrics_path: file.metrics_path,
    scheme: file.scheme,
    ca_file: asValues(file.tls_config)?.ca_file,
    credentials_file: asValues(file.authorization)?.credentials_file,
    sample_limit: file.sample_limit,
  });
  const name = values?.job_name === undefined ? {} : { job_name: values.job_name };
  return { ...name, ...fitting(jobFields, values ?? {}, ['targets', 'labels']) };
}

function readReceiver(file: Values): Values {
  const values = filledIn({
    url: file.url,
    credentials_file: asValues(file.authorization)?.credentials_file,
    ca_file: asValues(file.tls_config)?.ca_file,
  });
  return { ...(file.url === undefined ? {} : { url: file.url }), ...fitting(receiverFields, values ?? {}) };
}

/** Rows of a list that have these keys and no others; null: it is not of them alone. */
function plainRows(list: unknown, keys: readonly string[]): Values[] | null {
  if (!Array.isArray(list)) return null;
  const rows = list.map((one) => asValues(one) ?? { '': null });
  return rows.every((row) => Object.keys(row).every((key) => keys.includes(key))) ? rows : null;
}

/** Targets with the labels of all of them. Null: none, or groups with labels of their own. */
function staticsIn(list: unknown): { targets: string[]; labels: Array<{ name: string; value: string }> } | null {
  const groups = plainRows(list, ['targets', 'labels']);
  if (groups === null || groups.some(({ targets }) => textsIn(targets).length === 0)) return null;
  if (groups.length > 1 && groups.some(({ labels }) => labels !== undefined)) return null;
  const targets = groups.flatMap((one) => textsIn(one.targets));
  return targets.length > 0 ? { targets, labels: pairsIn(groups[0]?.labels) } : null;
}

function patternsIn(list: unknown): string[] {
  return (plainRows(list, ['files']) ?? []).flatMap((one) => textsIn(one.files));
}

function managersIn(alerting: unknown): string[] {
  const managers = plainRows(asValues(alerting)?.alertmanagers, ['static_configs']) ?? [];
  const groups = managers.map((one) => plainRows(one.static_configs, ['targets']));
  return groups.includes(null) ? [] : groups.flat().flatMap((one) => textsIn(one?.targets));
}

/** Labels that rules set whatever the target; none where one of them does more. */
function labelsOfRules(list: unknown): Array<{ name: string; value: string }> {
  const rules = plainRows(list, ['target_label', 'replacement']) ?? [];
  const labels = rules.flatMap(({ target_label: name, replacement: value }) =>
    typeof name === 'string' && typeof value === 'string' ? [{ name, value: value.replaceAll('$$', '$') }] : [],
  );
  return labels.length === rules.length ? labels : [];
}
