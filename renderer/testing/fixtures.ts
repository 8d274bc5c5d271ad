import type { HostView } from '#shared/contract/hosts';
import type { NodeSummary } from '#shared/contract/inventory';
import type { Settings } from '#shared/contract/system';
import type { HostError } from '#shared/domain/host';
import type { ProbeResult, ProbeState } from '#shared/domain/probe';
import { usualMetricsServing } from '#shared/domain/telemetry/metrics-serving';
import { noPrometheusServer } from '#shared/domain/telemetry/prometheus-server';
import type { Message } from '#shared/domain/text';

/** Made-up nodes for component tests. */
export function sshHost(name: string, status: Partial<HostView['status']> = {}): HostView {
  return {
    spec: {
      kind: 'ssh',
      id: name,
      name,
      tags: [],
      target: {
        alias: null,
        address: `${name}.cluster.example`,
        port: 22,
        user: 'ops',
        identityFiles: [],
        useAgent: true,
        proxyJump: [],
      },
    },
    status: {
      hostId: name,
      connection: 'connected',
      error: null,
      connectedAtMs: Date.now() - 60_000,
      lastSeenAtMs: Date.now(),
      hungCommands: [],
      ...status,
    },
  };
}

export function summary(hostId: string, part: Partial<NodeSummary> = {}): NodeSummary {
  return {
    hostId,
    observedAtMs: Date.now() - 40_000,
    isCollecting: false,
    probesOk: 20,
    probesTotal: 20,
    osName: 'Ubuntu 22.04.5 LTS',
    kernelRelease: '5.15.0-119-generic',
    architecture: 'x86_64',
    virtualization: 'none',
    bootedAtMs: Date.now() - 86_400_000,
    vendor: 'NVIDIA',
    product: 'DGXH100',
    serial: `${hostId}-system`,
    biosVersion: '1.05.03',
    cpuModel: 'Intel(R) Xeon(R) Platinum 8480C',
    cpuSockets: 2,
    cpuCores: 112,
    logicalCpus: 224,
    memoryTotalBytes: 2_163_000_000_000,
    driverVersion: '550.90.07',
    cudaVersion: '12.4',
    gpuModels: [{ name: 'NVIDIA H100 80GB HBM3', count: 8 }],
    gpuSerials: [`${hostId}-serial`],
    gpuVbiosVersions: ['96.00.74.00.01'],
    gpuEccModes: ['Enabled'],
    gpuMigModes: ['Disabled'],
    gpuPowerLimitsW: [700],
    gpuMemorySizesBytes: [85_520_809_984],
    gpuMemoryTotalBytes: 8 * 85_520_809_984,
    gpuMemoryUsedBytes: 3 * 85_520_809_984,
    maxGpuTemperatureC: 61,
    maxGpuUtilizationPercent: 97,
    rdmaPortsActive: 8,
    rdmaPortsTotal: 8,
    rdmaRatesGbitPerSec: [400],
    nicFirmwareVersions: ['28.39.1002'],
    networkSpeedsMbitPerSec: [100_000],
    fullestFileSystemPercent: 41,
    cacheTier: 'present',
    datasetTier: 'missing',
    archiveTier: 'missing',
    isRebootRequired: false,
    upgradablePackages: 12,
    cudaToolkitVersions: ['12.4'],
    dockerVersion: '27.3.1',
    containerToolkitVersion: '1.16.2',
    profileState: 'none',
    profileDifferences: null,
    compatibility: 'fits',
    attention: [],
    ...part,
  };
}

export const refused: HostError = { code: 'refused', address: 'gpu07.cluster.example', port: 22, via: null };

export const settings: Settings = {
  language: 'en',
  colorScheme: 'light',
  sshConfigFile: null,
  knownHostsFile: null,
  connectTimeoutMs: 15_000,
  treesFolder: null,
  rulesFolder: null,
  fixesFolder: null,
  playbooksFolder: null,
  rulesOff: [],
  alertIncidents: 'critical',
  fleetViews: [],
  chartViews: [],
  metricsServer: { ...usualMetricsServing, isOn: false },
  prometheusServer: noPrometheusServer,
  samplesKept: { rawHours: 24, tenSecondsDays: 7, minutesDays: 396, diskGigabytes: 5 },
};

interface ProbeResultOptions {
  state?: ProbeState;
  reason?: Message;
  facts?: unknown;
  /** Ids of its commands; each has `evidence-<id>`. */
  commands?: string[];
  observedAtMs?: number;
}

export function probeResult(probeId: string, options: ProbeResultOptions = {}): ProbeResult {
  const { state = 'ok', reason = null, facts = null, commands = [probeId], observedAtMs = Date.now() } = options;
  return {
    hostId: 'gpu01',
    probeId,
    state,
    reason,
    facts,
    observedAtMs,
    durationMs: 120,
    commands: commands.map((commandId) => ({
      commandId,
      argv: [commandId, '--verbose'],
      privilege: 'user',
      state: 'exited',
      exitCode: 0,
      startedAtMs: observedAtMs,
      durationMs: 40,
      stdoutBytes: 10,
      stderrBytes: 0,
      isTruncated: false,
      evidenceId: `evidence-${commandId}`,
    })),
  };
}
