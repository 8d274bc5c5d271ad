import { subjectOf } from '#shared/domain/telemetry/frame';
import { metricIds, metricSpec } from '#shared/domain/telemetry/metrics';
import { prometheusName } from '#shared/domain/telemetry/prometheus-name';
import { metricWords } from '#shared/i18n/metric-words';
import { translatorOf } from '#shared/i18n/translator';
import type { Measured } from '../latest-values';
import { type Family, labelText } from './exposition';

/** A node as the labels of its samples tell it. */
export interface ServedNode {
  readonly hostId: string;
  /** Its name here, which no other node has. */
  readonly instance: string;
  /** What it calls itself; null where nobody has asked it. */
  readonly hostname: string | null;
  readonly isConnected: boolean;
  /** By UUID. */
  readonly gpus: ReadonlyMap<string, ServedGpu>;
}

export interface ServedGpu {
  readonly index: number;
  readonly model: string | null;
  /** Its file in /dev, where it has one. */
  readonly device: string | null;
}

/** Of what is measured less often than this, as long as it may be late; three and a half rounds of the slow pace. */
const STALE_AFTER_MS = 35_000;
/** RDMA counters come every tenth round. */
const SELDOM_STALE_AFTER_MS = 350_000;

type Samples = Array<{ labels: string; value: number }>;

/**
 * What is served of nodes: only what is known now. No sample has a time of its own, so that Prometheus ends a series as soon
 * as it is no longer served.
 */
export function familiesOf(nodes: readonly ServedNode[], measured: Iterable<Measured>, nowMs: number): Family[] {
  const byHost = new Map(nodes.map((node) => [node.hostId, node]));
  const found = new Map<string, Samples>();
  const seen = new Set<string>();
  for (const { hostId, subject, values } of measured) {
    const node = byHost.get(hostId);
    if (!node?.isConnected) continue;
    const { kind } = subjectOf(subject);
    const labels = labelsOf(node, subject);
    // Names that differ only in what can't be shown would be one series twice.
    if (seen.has(`${kind} ${labels}`)) continue;
    seen.add(`${kind} ${labels}`);
    const staleAfterMs = kind === 'rdma' || kind === 'fileSystem' ? SELDOM_STALE_AFTER_MS : STALE_AFTER_MS;
    for (const { metric, value, atMs } of values) {
      if (nowMs - atMs > staleAfterMs) continue;
      let samples = found.get(metric);
      if (!samples) {
        samples = [];
        found.set(metric, samples);
      }
      samples.push({ labels, value });
    }
  }
  return [upFamily(nodes), ...metricIds.map((id) => familyOf(id, found.get(id) ?? []))];
}

function familyOf(id: (typeof metricIds)[number], measured: Samples): Family {
  const { name, type, scale } = prometheusName(id);
  const { name: title, help } = metricWords(id, translatorOf('en'));
  const sources = metricSpec(id).sources.join(', ');
  return {
    name,
    type,
    help: `${title}${help ? `. ${help}` : ''}${sources ? ` (${sources})` : ''}`,
    samples: scale === 1 ? measured : measured.map(({ labels, value }) => ({ labels, value: value * scale })),
  };
}

function upFamily(nodes: readonly ServedNode[]): Family {
  return {
    name: 'gantry_node_up',
    type: 'gauge',
    help: 'Whether Gantry is connected with the node (1) or not (0).',
    samples: nodes.map(({ instance, hostname, isConnected }) => ({
      labels: labelText({ instance, hostname }),
      value: isConnected ? 1 : 0,
    })),
  };
}

/** As dcgm-exporter and node_exporter name them; `instance` is the node, since Gantry speaks for all of them. */
function labelsOf({ instance, hostname, gpus }: ServedNode, subject: string): string {
  const { kind, id } = subjectOf(subject);
  switch (kind) {
    case 'node':
      return labelText({ instance });
    case 'gpu': {
      const gpu = gpus.get(id);
      return labelText({
        gpu: gpu ? String(gpu.index) : null,
        UUID: id,
        device: gpu?.device ?? null,
        modelName: gpu?.model ?? null,
        hostname: hostname ?? instance,
        instance,
      });
    }
    case 'disk':
    case 'network':
      return labelText({ device: id, instance });
    case 'rdma': {
      const [device = '', port = ''] = id.split('/');
      return labelText({ device, port, instance });
    }
    case 'fileSystem':
      return labelText({ mountpoint: id, instance });
    case 'service':
      return labelText({ service: id, instance });
  }
}
