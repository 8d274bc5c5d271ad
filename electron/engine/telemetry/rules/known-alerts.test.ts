import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { severities } from '#shared/domain/finding';
import { builtInRules, compileRuleFiles } from './rule-library';

/** Alerts that operators know from Prometheus, and the rule here that tells the same. */
const alerts: Readonly<Record<string, string>> = {
  GpuTelemetryMissing: 'gpu-telemetry-missing',
  GpuCountDropped: 'gpu-count-dropped',
  GpuHot: 'gpu-hot',
  GpuMemoryHot: 'gpu-memory-hot',
  GpuThermalThrottling: 'gpu-thermal-throttling',
  GpuThermalThrottlingLight: 'gpu-thermal-throttling-light',
  GpuPowerBrake: 'gpu-power-brake',
  GpuXid: 'gpu-xid',
  GpuXidFatal: 'gpu-xid-fatal',
  GpuUncorrectableEcc: 'gpu-uncorrectable-ecc',
  GpuCorrectableEccRate: 'gpu-correctable-ecc-rate',
  GpuRowRemapFailed: 'gpu-row-remap-failed',
  GpuRowRemapPending: 'gpu-row-remap-pending',
  GpuPcieReplay: 'gpu-pcie-replay',
  GpuNvlinkRecovery: 'gpu-nvlink-recovery',
  GpuAllocatedButIdle: 'gpu-allocated-but-idle',
  GpuBusyButLowPower: 'gpu-busy-but-low-power',
  HostMemoryLow: 'host-memory-low',
  HostOomKill: 'host-oom-kill',
  HostMemoryStall: 'host-memory-stall',
  HostIoStall: 'host-io-stall',
  FilesystemAlmostFull: 'filesystem-almost-full',
  FilesystemReadOnly: 'filesystem-read-only',
  NvmeCriticalWarning: 'nvme-critical-warning',
  NvmeWear: 'nvme-wear',
  EdacUncorrectable: 'edac-uncorrectable',
  ClockSkew: 'clock-skew',
  ClockNotSynced: 'clock-not-synced',
  IbPortDown: 'ib-port-down',
  IbLinkFlap: 'ib-link-flap',
  IbPortErrors: 'ib-port-errors',
  RdmaRetransmit: 'rdma-retransmit',
  RoceDrops: 'roce-drops',
  IbBackpressure: 'ib-backpressure',
  VllmKvCacheFull: 'vllm-kv-cache-full',
  VllmPreemptions: 'vllm-preemptions',
  TritonQueueing: 'triton-queueing',
  TritonFailures: 'triton-failures',
  CephHealthError: 'ceph-health-error',
  CephHealthWarn: 'ceph-health-warn',
  UpsOnBattery: 'ups-on-battery',
  UpsLowBattery: 'ups-low-battery',
};
const rules = new Map(compileRuleFiles(builtInRules(), null).rules.map((rule) => [rule.id, rule]));

it('there is a rule for each of the 42 alerts that operators know', () => {
  expect(Object.keys(alerts)).toHaveLength(42);
  expect(Object.values(alerts).filter((id) => !rules.has(id))).toEqual([]);
});

/** The project's own table of metrics and alerts, which developers keep beside the checkout. */
const table = fileURLToPath(new URL('../../../../../shared/domain/telemetry-metrics.md', import.meta.url));

it.skipIf(!existsSync(table))('each alert of the table is one of them, as severe and after as long', () => {
  const found = [
    ...readFileSync(table, 'utf8').matchAll(
      /- alert: (\w+)\n(?: {4}#.*\n)? {4}expr: .*\n(?: {4}for: (\w+)\n)? {4}labels: \{severity: (\w+)\}/g,
    ),
  ];
  expect(found.map(([, name]) => name).sort()).toEqual(Object.keys(alerts).sort());
  const differing = found.flatMap(([, name = '', duration, severity]) => {
    const rule = rules.get(alerts[name] ?? '');
    const isSame = rule?.severity === severity && rule?.for === duration;
    return isSame || severities.every((known) => known !== severity) ? [] : `${name}: ${severity} for ${duration}`;
  });
  expect(differing).toEqual([]);
});
