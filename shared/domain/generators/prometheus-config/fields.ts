import { choice, list, number, pairs, text, texts, whole } from '../field-makers';
import type { Generator, GeneratorField } from '../generator';
import { otherField } from '../other-settings';
import { both } from '../values';

const label = both('Label', '标签');

export const globalFields: readonly GeneratorField[] = [
  number(
    'scrape_interval',
    'How often targets are read. Default 60 s; 15 s is usual.',
    '读取目标的间隔。默认 60 s，常用 15 s。',
    {
      unit: 's',
      minimum: 0.001,
      maximum: 86_400,
    },
  ),
  number(
    'scrape_timeout',
    'Then a target counts as down. Default 10 s; not above the interval.',
    '超过即视为不可用。默认 10 s，不能大于间隔。',
    {
      unit: 's',
      minimum: 0.001,
      maximum: 86_400,
    },
  ),
  number('evaluation_interval', 'How often rules are judged. Default 60 s.', '规则的计算间隔。默认 60 s。', {
    unit: 's',
    minimum: 0.001,
    maximum: 86_400,
  }),
  pairs(
    'external_labels',
    label,
    'Added to what leaves this server: alerts, remote write, federation.',
    '附加到离开本服务器的数据：告警、远程写入、联邦。',
  ),
  texts(
    'rule_files',
    'Files with alerting and recording rules; * stands for any name.',
    '告警和记录规则文件；* 匹配任意名称。',
    {
      placeholder: '/etc/prometheus/rules/*.yml',
    },
  ),
  texts('alertmanagers', 'HOST:PORT of each Alertmanager.', '各 Alertmanager 的 主机:端口。', {
    placeholder: '127.0.0.1:9093',
  }),
];

export const jobFields: readonly GeneratorField[] = [
  text('job_name', 'Becomes the label job; each once.', '成为标签 job，不能重复。', {
    isRequired: true,
    placeholder: 'dcgm',
  }),
  texts('targets', 'HOST:PORT, without http://.', '主机:端口，不含 http://。', { placeholder: 'gpu-01:9400' }),
  texts(
    'file_sd',
    'Files that list targets; read again whenever they change, without a reload.',
    '列出目标的文件；文件变化时自动重新读取，无需重新加载。',
    { placeholder: '/etc/prometheus/targets/*.json' },
  ),
  pairs('labels', label, 'Added to every series of these targets.', '附加到这些目标的所有序列。'),
  number(
    'scrape_interval',
    'Instead of the one above; dcgm-exporter itself reads every 30 s by default.',
    '替代全局值；dcgm-exporter 默认每 30 s 采集一次。',
    {
      unit: 's',
      minimum: 0.001,
      maximum: 86_400,
    },
  ),
  number('scrape_timeout', 'Instead of the one above.', '替代全局值。', {
    unit: 's',
    minimum: 0.001,
    maximum: 86_400,
  }),
  text('metrics_path', 'Default /metrics.', '默认 /metrics。', { placeholder: '/metrics' }),
  choice('scheme', ['http', 'https'], 'Default http.', '默认 http。'),
  text('ca_file', 'Certificates that the target’s is checked against.', '用于校验目标证书的 CA 文件。', {
    placeholder: '/etc/prometheus/site-ca.pem',
    isShown: (around) => around.scheme === 'https',
  }),
  text(
    'credentials_file',
    'File with a bearer token; the token itself never stands here.',
    '存放 bearer token 的文件；此处不写 token 本身。',
    {
      placeholder: '/etc/prometheus/token',
    },
  ),
  whole(
    'sample_limit',
    'A scrape with more samples fails: keeps one target from filling the disk. Default 0: none.',
    '样本数超出则抓取失败：防止单个目标占满磁盘。默认 0：不限。',
    {
      minimum: 0,
    },
  ),
  otherField,
];

export const receiverFields: readonly GeneratorField[] = [
  text('url', 'Where it takes samples.', '接收样本的地址。', {
    isRequired: true,
    placeholder: 'https://metrics.example/api/v1/write',
  }),
  text('credentials_file', 'File with a bearer token.', '存放 bearer token 的文件。', {
    placeholder: '/etc/prometheus/token',
  }),
  text('ca_file', 'Certificates that the receiver’s is checked against.', '用于校验接收端证书的 CA 文件。'),
  otherField,
];

/** Source: prometheus.io, Configuration. */
export const sections: Generator['sections'] = [
  {
    title: both('All jobs', '全局'),
    fields: globalFields,
  },
  {
    title: both('Jobs', '抓取任务'),
    fields: [
      list(
        'scrape_configs',
        both('Job', '任务'),
        'A job is a kind of target: node_exporter (9100), dcgm-exporter (9400), Triton (8002), vLLM (8000).',
        '一个任务对应一类目标：node_exporter（9100）、dcgm-exporter（9400）、Triton（8002）、vLLM（8000）。',
        jobFields,
      ),
    ],
  },
  {
    title: both('Remote write', '远程写入'),
    fields: [
      list(
        'remote_write',
        both('Receiver', '接收端'),
        'Every sample is sent there as well.',
        '每个样本同时发送到该处。',
        receiverFields,
      ),
    ],
  },
  { title: both('Other', '其他'), fields: [otherField] },
];
