import { condaEnvironment } from './conda-environment/conda-environment';
import { deepspeed } from './deepspeed/deepspeed';
import { dockerCompose } from './docker-compose/docker-compose';
import { dockerfile } from './dockerfile/dockerfile';
import type { Generator } from './generator';
import { prometheusConfig } from './prometheus-config/prometheus-config';
import { rdmaNetwork } from './rdma-network/rdma-network';
import { systemdUnit } from './systemd-unit/systemd-unit';
import { tritonModel } from './triton-model/triton-model';

/** A new generator is a folder and a line here. */
export const generators: readonly Generator[] = [
  condaEnvironment,
  dockerfile,
  dockerCompose,
  deepspeed,
  tritonModel,
  prometheusConfig,
  systemdUnit,
  rdmaNetwork,
];
