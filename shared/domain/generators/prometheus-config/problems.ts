import type { LocalizedText } from '../../text';
import { checkFields } from '../check-fields';
import type { GeneratorProblem, Values } from '../generator';
import { otherOf } from '../other-settings';
import { both, numberOf, problem, rowsOf, textOf, textsOf } from '../values';
import { sections } from './fields';

const docs = 'prometheus.io, Configuration';
const model = 'prometheus.io, Data model';
type Path = GeneratorProblem['path'];

/** `host:port`, `[::1]:port`; a port is not demanded, as 80 and 443 are implied. */
const targetPattern = /^(?:[A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/;
/** What Go's filepath.Match reads; Prometheus does not start with another. */
const globPattern = /^(?:[^[\\]|\\.|\[(?:\^|(?!\^))(?:(?:\\.|[^\]\\-])(?:-(?:\\.|[^\]\\-]))?)+\])*$/su;
const labelPattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export function problems(form: Values): GeneratorProblem[] {
  const found = checkFields(sections, form);
  const add = (severity: GeneratorProblem['severity'], path: Path, text: LocalizedText, source = docs) =>
    found.push(problem(severity, path, text, source));
  const jobs = rowsOf(form, 'scrape_configs');
  if (jobs.length === 0)
    add('warn', ['scrape_configs'], both('Without a job nothing is read.', '没有任务则不会读取任何数据。'));
  const names = jobs.map((job) => textOf(job, 'job_name'));
  const seen = new Map<string, string>();
  for (const [index, job] of jobs.entries()) {
    const at = (...path: Path) => ['scrape_configs', index, ...path];
    const name = names[index] ?? null;
    if (name !== null && names.indexOf(name) < index) {
      add('error', at('job_name'), both('There is a job of this name already.', '已有同名任务。'));
    }
    const targets = textsOf(job, 'targets');
    const findsOthers = Object.keys(otherOf(job)).some((key) => /(?:_sd|static)_configs$/.test(key));
    if (targets.length === 0 && textsOf(job, 'file_sd').length === 0 && !findsOthers) {
      add(
        'error',
        at('targets'),
        both('It needs targets, or a file that lists them.', '需要填写目标，或列出目标的文件。'),
      );
    }
    for (const [row, target] of targets.entries()) {
      const path = at('targets', row);
      if (/^https?:\/\//.test(target)) {
        add(
          'error',
          path,
          both('Without http://: the scheme is a setting of its own.', '不要写 http://：协议是单独的设置。'),
        );
      } else if (!isTarget(target)) {
        add('error', path, both('HOST:PORT, without a path.', '应为 主机:端口，不含路径。'));
      }
      const key = `${target} ${textOf(job, 'metrics_path') ?? '/metrics'}`;
      const other = seen.get(key);
      if (other !== undefined)
        add(
          'warn',
          path,
          both(
            `Read by the job ${other} already: every sample is kept twice.`,
            `任务 ${other} 已读取它：每个样本会保存两份。`,
          ),
        );
      else seen.set(key, name ?? '?');
    }
    for (const [row, file] of textsOf(job, 'file_sd').entries()) {
      if (!/^[^*]*(?:\*[^/]*)?\.(?:json|ya?ml)$/i.test(file)) {
        add(
          'error',
          at('file_sd', row),
          both('A .json or .yml file; * only in its name.', '应为 .json 或 .yml 文件；* 只能出现在文件名中。'),
        );
      } else absolute(file, at('file_sd', row), add);
    }
    const path = textOf(job, 'metrics_path');
    if (path !== null && !path.startsWith('/'))
      add('error', at('metrics_path'), both('Begins with /.', '应以 / 开头。'));
    for (const field of ['ca_file', 'credentials_file']) {
      const file = textOf(job, field);
      if (file !== null) absolute(file, at(field), add);
    }
    times(job, form, at, add);
    labels(rowsOf(job, 'labels'), at('labels'), add);
  }
  times({}, form, (...path) => path, add);
  labels(rowsOf(form, 'external_labels'), ['external_labels'], add);
  for (const [row, { value }] of rowsOf(form, 'external_labels').entries()) {
    if (typeof value !== 'string' || !value.includes('$')) continue;
    const text = both(
      'From Prometheus 3 on $NAME is filled in from its environment.',
      'Prometheus 3 起会用环境变量替换 $NAME。',
    );
    add('warn', ['external_labels', row, 'value'], text);
  }
  for (const [row, file] of textsOf(form, 'rule_files').entries()) {
    const path = ['rule_files', row];
    if (globPattern.test(file)) absolute(file, path, add);
    else add('error', path, both('A [ without its ], or a \\ at the end.', '[ 没有对应的 ]，或以 \\ 结尾。'));
  }
  for (const [row, target] of textsOf(form, 'alertmanagers').entries()) {
    if (!isTarget(target))
      add('error', ['alertmanagers', row], both('HOST:PORT, without a path.', '应为 主机:端口，不含路径。'));
  }
  for (const [row, receiver] of rowsOf(form, 'remote_write').entries()) {
    const url = textOf(receiver, 'url');
    if (url === null) continue;
    if (!/^https?:\/\/[^\s/@]+(?:\/\S*)?$/.test(url)) {
      const text = both(
        'A http:// or https:// address without a password in it.',
        '应为 http:// 或 https:// 地址，且不含密码。',
      );
      add('error', ['remote_write', row, 'url'], text);
    } else if (url.startsWith('http://') && textOf(receiver, 'credentials_file') !== null) {
      add(
        'warn',
        ['remote_write', row, 'url'],
        both('The token goes over the network unencrypted.', 'token 将以明文经网络传输。'),
      );
    }
  }
  return found;
}

function isTarget(target: string): boolean {
  const port = /:(\d+)$/.exec(target.replace(/^\[.*\]/, ''))?.[1];
  return targetPattern.test(target) && (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535));
}

type Add = (severity: GeneratorProblem['severity'], path: Path, text: LocalizedText, source?: string) => unknown;

function absolute(file: string, path: Path, add: Add): void {
  if (file.startsWith('/')) return;
  add(
    'info',
    path,
    both(
      'Seen from the folder of the configuration; a full path is clearer.',
      '相对于配置文件所在目录；写完整路径更清楚。',
    ),
  );
}

/** Prometheus refuses a timeout above the interval. */
function times(job: Values, form: Values, at: (...path: Path) => Path, add: Add): void {
  const interval = numberOf(job, 'scrape_interval') ?? numberOf(form, 'scrape_interval') ?? 60;
  const own = numberOf(job, 'scrape_timeout') ?? numberOf(form, 'scrape_timeout');
  // Without a timeout, Prometheus itself takes the interval where that is shorter than 10 s.
  if (own !== null && own > interval) {
    const text = both(
      `More than the interval of ${interval} s: Prometheus refuses it.`,
      `大于间隔 ${interval} s：Prometheus 会拒绝。`,
    );
    add('error', at('scrape_timeout'), text);
  }
  if (numberOf(job, 'scrape_interval') !== null && interval < 1) {
    add(
      'warn',
      at('scrape_interval'),
      both('Less than a second loads every exporter.', '小于 1 秒会加重每个 exporter 的负载。'),
    );
  }
}

function labels(rows: readonly Values[], path: Path, add: Add): void {
  const names = rows.map((row) => textOf(row, 'name'));
  for (const [row, name] of names.entries()) {
    if (name === null) continue;
    const at = [...path, row, 'name'];
    if (!labelPattern.test(name))
      add('error', at, both('Letters, digits and _; no digit first.', '只能用字母、数字和 _，且不以数字开头。'), model);
    else if (name.startsWith('__'))
      add(
        'error',
        at,
        both('Names that begin with __ are Prometheus’s own.', '以 __ 开头的名称由 Prometheus 保留。'),
        model,
      );
    else if (names.indexOf(name) < row) add('error', at, both('Listed twice.', '重复列出。'), docs);
  }
}
