import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { prometheusName } from '#shared/domain/telemetry/prometheus-name';
import type { Message } from '#shared/domain/text';
import { metricWords } from '#shared/i18n/metric-words';
import { type Dashboard, dashboardOf, type Panel } from './grafana';

type Say = (message: Message) => string;

const NODES = '{instance=~"$instance"}';

/** A metric in our own unit; of a counter, how fast it grows. */
function queryOf(id: MetricId): string {
  const { name, type, scale } = prometheusName(id);
  const served = type === 'counter' ? `rate(${name}${NODES}[$__rate_interval])` : `${name}${NODES}`;
  if (scale === 1) return served;
  return scale < 1 ? `${served} * ${1 / scale}` : `${served} / ${scale}`;
}

/** As Grafana calls the unit of `queryOf`. */
function unitOf(id: MetricId): string {
  const { unit, kind } = metricSpec(id);
  const isRate = kind === 'counter';
  switch (unit) {
    case 'percent':
      return 'percent';
    case 'bytes':
      return isRate ? 'Bps' : 'bytes';
    case 'bytesPerSecond':
      return 'Bps';
    case 'watts':
      return 'watt';
    case 'joules':
      return isRate ? 'watt' : 'joule';
    case 'celsius':
      return 'celsius';
    case 'megahertz':
      return 'suffix: MHz';
    case 'seconds':
      return isRate ? 'percentunit' : 's';
    case 'count':
      return isRate ? 'cps' : 'short';
    case 'bits':
      return 'short';
  }
}

const GPU_LEGEND = 'GPU {{gpu}}';

/** What is in the picture of a node, in this order: what streams of every driver and kernel tell. */
const gpuLines: readonly MetricId[] = [
  'gpu.utilizationPercent',
  'gpu.memoryUsedBytes',
  'gpu.temperatureC',
  'gpu.memoryTemperatureC',
  'gpu.temperatureMarginC',
  'gpu.powerW',
  'gpu.smClockMhz',
  'gpu.memoryBusyPercent',
  'gpu.thermalThrottleSeconds',
  'gpu.powerThrottleSeconds',
  'gpu.pcieSentBytesPerSecond',
  'gpu.pcieReceivedBytesPerSecond',
  'gpu.pcieReplays',
  'gpu.eccCorrected',
  'gpu.eccUncorrected',
  'gpu.remappedRows',
];
const nodeLines: readonly MetricId[] = [
  'node.cpuBusyPercent',
  'node.cpuWaitPercent',
  'node.load',
  'node.memoryAvailableBytes',
  'node.memoryStallSeconds',
  'node.ioStallSeconds',
  'node.outOfMemoryKills',
];
const deviceLines: readonly MetricId[] = [
  'disk.readBytes',
  'disk.writtenBytes',
  'disk.busySeconds',
  'network.receivedBytes',
  'network.sentBytes',
  'network.receiveErrors',
  'network.receiveDrops',
  'rdma.receivedBytes',
  'rdma.sentBytes',
  'rdma.linkDowned',
  'rdma.receiveErrors',
];
/** Of models that are served: vLLM's, then Triton's; what both tell is between. */
const serviceLines: readonly MetricId[] = [
  'service.requestsRunning',
  'service.requestsWaiting',
  'service.kvCachePercent',
  'service.preemptions',
  'service.promptTokens',
  'service.generatedTokens',
  'service.firstTokenMeanSeconds',
  'service.firstTokenP95Seconds',
  'service.tokenMeanSeconds',
  'service.requests',
  'service.requestMeanSeconds',
  'service.requestP95Seconds',
  'service.queueMeanSeconds',
  'service.inferences',
  'service.failures',
];

/** Dashboards for Grafana, written from the catalogue of metrics, by the name of their file. */
export function dashboards(say: Say): ReadonlyArray<{ readonly fileName: string; readonly dashboard: Dashboard }> {
  return [
    { fileName: 'gantry-fleet.json', dashboard: fleetDashboard(say) },
    { fileName: 'gantry-node.json', dashboard: nodeDashboard(say) },
    { fileName: 'gantry-serving.json', dashboard: servingDashboard(say) },
  ];
}

function fleetDashboard(say: Say) {
  const stat = (key: string, expr: string, unit: string, of: MetricId | null = null): Panel => ({
    title: say({ key }),
    description: null,
    type: 'stat',
    expr,
    legend: '',
    unit,
    thresholds: of ? (metricSpec(of).thresholds ?? null) : null,
  });
  const byNode = (key: string, fold: string, id: MetricId): Panel => ({
    ...linePanel(say, key, id),
    expr: `${fold} by (instance) (${queryOf(id)})`,
    legend: '{{instance}}',
  });
  const share = (key: string, part: MetricId, whole: MetricId): Panel => ({
    title: say({ key }),
    description: null,
    type: 'timeseries',
    expr: `sum by (instance) (${prometheusName(part).name}${NODES}) / sum by (instance) (${prometheusName(whole).name}${NODES})`,
    legend: '{{instance}}',
    unit: 'percentunit',
    thresholds: null,
  });
  return dashboardOf({
    uid: 'gantry-fleet',
    title: say({ key: 'prometheus.fleetTitle' }),
    nodeLabel: say({ key: 'prometheus.node' }),
    isOneNode: false,
    panels: [
      stat('prometheus.nodesUp', `sum(gantry_node_up${NODES})`, 'short'),
      stat('prometheus.nodesDown', `sum(1 - gantry_node_up${NODES})`, 'short'),
      stat('prometheus.hottest', `max(${queryOf('gpu.temperatureC')})`, unitOf('gpu.temperatureC'), 'gpu.temperatureC'),
      stat('prometheus.powerTotal', `sum(${queryOf('gpu.powerW')})`, unitOf('gpu.powerW')),
      byNode('prometheus.byNode', 'avg', 'gpu.utilizationPercent'),
      share('prometheus.memoryUsedShare', 'gpu.memoryUsedBytes', 'gpu.memoryTotalBytes'),
      byNode('prometheus.greatestByNode', 'max', 'gpu.temperatureC'),
      byNode('prometheus.sumByNode', 'sum', 'gpu.powerW'),
      byNode('prometheus.greatestByNode', 'max', 'gpu.thermalThrottleSeconds'),
      byNode('prometheus.sumByNode', 'sum', 'gpu.eccUncorrected'),
      byNode('prometheus.greatestByNode', 'max', 'node.cpuBusyPercent'),
      share('prometheus.memoryAvailableShare', 'node.memoryAvailableBytes', 'node.memoryTotalBytes'),
      byNode('prometheus.sumByNode', 'sum', 'network.receivedBytes'),
      byNode('prometheus.sumByNode', 'sum', 'rdma.receivedBytes'),
    ],
  });
}

function nodeDashboard(say: Say) {
  const line =
    (key: string, legend: string) =>
    (id: MetricId): Panel => ({ ...linePanel(say, key, id), legend });
  return dashboardOf({
    uid: 'gantry-node',
    title: say({ key: 'prometheus.nodeTitle' }),
    nodeLabel: say({ key: 'prometheus.node' }),
    isOneNode: true,
    panels: [
      ...gpuLines.map(line('prometheus.byGpu', GPU_LEGEND)),
      ...nodeLines.map(line('prometheus.ofNode', '{{instance}}')),
      ...deviceLines.map(line('prometheus.byDevice', '{{device}}')),
    ],
  });
}

function servingDashboard(say: Say) {
  return dashboardOf({
    uid: 'gantry-serving',
    title: say({ key: 'prometheus.servingTitle' }),
    nodeLabel: say({ key: 'prometheus.node' }),
    isOneNode: false,
    panels: serviceLines.map((id) => ({
      ...linePanel(say, 'prometheus.byService', id),
      legend: '{{instance}} {{service}}',
    })),
  });
}

function linePanel(say: Say, key: string, id: MetricId): Panel {
  const { name: plain, help } = metricWords(id, say);
  const { subject } = metricSpec(id);
  // GPUs, nodes and services have pictures of their own; of the rest the name alone would not say what it is of.
  const name =
    subject === 'gpu' || subject === 'node' || subject === 'service'
      ? plain
      : say({ key: `prometheus.of.${subject}`, params: { name: plain } });
  return {
    title: say({ key, params: { name } }),
    description: help,
    type: 'timeseries',
    expr: queryOf(id),
    legend: '',
    unit: unitOf(id),
    thresholds: metricSpec(id).thresholds ?? null,
  };
}
