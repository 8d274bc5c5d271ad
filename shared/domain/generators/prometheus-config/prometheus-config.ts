import type { Generator, GeneratorExample, Values } from '../generator';
import { both, copyOf } from '../values';
import { yamlFault } from '../yaml-file';
import { sections } from './fields';
import { files, read } from './files';
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
  fault: yamlFault,
};
