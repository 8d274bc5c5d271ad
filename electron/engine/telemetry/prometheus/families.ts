import { subjectOf } from '#shared/domain/telemetry/frame';
import { type SubjectKind, staleAfterMs } from '#shared/domain/telemetry/metric';
import { metricIds, metricSpec } from '#shared/domain/telemetry/metrics';
import { prometheusName, servedValue } from '#shared/domain/telemetry/prometheus-name';
import { metricWords } from '#shared/i18n/metric-words';
import { translatorOf } from '#shared/i18n/translator';
import type { Measured } from '../latest-values';
import { type Family, labelText } from './exposition';
import { labelsOf, type ServedNode, seriesLabels } from './served-nodes';

/** After so long a silence nothing of a subject comes any more, as what it tells most often would have. */
export function silentAfterMs(kind: SubjectKind): number {
  const specs = metricIds.map(metricSpec).filter(({ subject }) => subject === kind);
  return Math.min(...specs.map(staleAfterMs));
}

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
    const labels = labelText(seriesLabels(node, subject));
    // Names that differ only in what can't be shown would be one series twice.
    if (seen.has(`${kind} ${labels}`)) continue;
    seen.add(`${kind} ${labels}`);
    for (const { metric, value, atMs, stepMs } of values) {
      if (nowMs - atMs > staleAfterMs(metricSpec(metric), stepMs)) continue;
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
    samples:
      scale === 1 ? measured : measured.map(({ labels, value }) => ({ labels, value: servedValue(value, scale) })),
  };
}

function upFamily(nodes: readonly ServedNode[]): Family {
  return {
    name: 'gantry_node_up',
    type: 'gauge',
    help: 'Whether Gantry is connected with the node (1) or not (0).',
    samples: nodes.map(({ instance, hostname, isConnected }) => ({
      labels: labelText(labelsOf({ instance, hostname })),
      value: isConnected ? 1 : 0,
    })),
  };
}
