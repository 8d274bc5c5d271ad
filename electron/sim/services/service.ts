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

export function createServiceMetrics(model: NodeModel, spec: ServiceSpec): ServiceMetrics {
  switch (spec.kind) {
    case 'vllm':
      return new VllmMetrics(model, spec.model);
    case 'triton':
      return new TritonMetrics(model, spec.models);
    case 'dcgm-exporter':
      return new DcgmExporterMetrics(model);
  }
}
