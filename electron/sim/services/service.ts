import type { NodeModel } from '../model/node-model';
import type { ServiceSpec } from '../profiles/profile';
import { DcgmExporterMetrics } from './dcgm-exporter-metrics';
import type { ServiceMetrics } from './service-metrics';
import { TritonMetrics } from './triton-metrics';
import { VllmMetrics } from './vllm-metrics';

const processOf: Readonly<Record<ServiceSpec['kind'], string | null>> = {
  vllm: 'vllm.entrypoints.openai.api_server',
  triton: 'tritonserver',
  'dcgm-exporter': null,
};

/** The services that run now: one whose process has ended is gone with it. */
export function runningServices(model: NodeModel): ServiceSpec[] {
  const commands = [...model.processes.values()].map(({ executable, args }) => [executable, ...args].join(' '));
  return (model.profile.services ?? []).filter(({ kind }) => {
    const process = processOf[kind];
    return process === null || commands.some((command) => command.includes(process));
  });
}

const kept = new WeakMap<NodeModel, Map<number, ServiceMetrics>>();

/** What the service on a port tells, whoever asks; null where none runs there. */
export function metricsAt(model: NodeModel, port: number): ServiceMetrics | null {
  const spec = runningServices(model).find((service) => service.port === port);
  if (!spec) return null;
  const ofNode = kept.get(model) ?? new Map<number, ServiceMetrics>();
  kept.set(model, ofNode);
  const metrics = ofNode.get(port) ?? createServiceMetrics(model, spec);
  ofNode.set(port, metrics);
  return metrics;
}

function createServiceMetrics(model: NodeModel, spec: ServiceSpec): ServiceMetrics {
  switch (spec.kind) {
    case 'vllm':
      return new VllmMetrics(model, spec.model);
    case 'triton':
      return new TritonMetrics(model, spec.models);
    case 'dcgm-exporter':
      return new DcgmExporterMetrics(model);
  }
}
