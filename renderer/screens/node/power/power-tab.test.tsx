import { fireEvent, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { FactsOf } from '#shared/domain/facts/index';
import type { BmcLogFacts, BmcSensor } from '#shared/domain/facts/power';
import type { ProbeResult } from '#shared/domain/probe';
import { navigate } from '../../../app/router';
import { useFleetSync } from '../../../stores/use-fleet-sync';
import { createTopic } from '../../../testing/fake-engine';
import { probeResult, sshHost, summary } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { NodeScreen } from '../node-screen';

function Node() {
  useFleetSync();
  return <NodeScreen />;
}

function start(section: string, results: ProbeResult[]) {
  navigate({ screen: 'node', hostId: 'gpu01', section });
  renderWithEngine(<Node />, {
    hosts: { list: () => [sshHost('gpu01')], watch: createTopic<never>().read },
    probes: { list: () => [] },
    incidents: { list: () => [] },
    actions: { list: () => [] },
    inventory: {
      watchSummaries: createTopic([[summary('gpu01')]]).read,
      get: () => ({ hostId: 'gpu01', isCollecting: false, results, staleResults: [] }),
      watch: createTopic<ProbeResult>().read,
    },
  });
}

const region = (name: string) => screen.findByRole('region', { name });
const sensor = (name: string, more: Partial<BmcSensor>): BmcSensor => ({
  name,
  rawName: name,
  kind: 'temperature',
  entity: null,
  value: null,
  unit: null,
  state: 'ok',
  detail: null,
  lowerCritical: null,
  upperWarning: null,
  upperCritical: null,
  ...more,
});
const sensors: FactsOf<'bmc-sensors'> = {
  presence: 'present',
  sensors: [
    sensor('Inlet Temp', { value: 24, unit: '°C', detail: 'ok' }),
    sensor('PSU2 Status', { kind: 'power-supply', state: 'critical', detail: 'Power Supply AC lost' }),
    sensor('DASD 3', { kind: 'other', state: 'absent', detail: 'No Reading' }),
  ],
  powerSupplies: [
    {
      name: 'PSU 2',
      state: 'input-lost',
      detail: 'Power Supply AC lost',
      inputW: 0,
      outputW: null,
      capacityW: null,
      inputV: null,
      manufacturer: null,
      model: null,
      serial: null,
      firmwareVersion: null,
    },
  ],
  fans: [{ name: 'FAN1', speedRpm: 9000, speedPercent: null, state: 'ok' }],
  redundancy: 'Redundancy Lost',
  log: null,
  logProblem: { key: 'probes.timeout', params: { tool: 'ipmitool', seconds: 60 } },
};
const log: BmcLogFacts = {
  entries: [
    {
      id: '2',
      atMs: Date.UTC(2026, 10, 22, 8),
      time: '11/22/26 08:00:00 UTC',
      sensor: 'Power Supply PSU2 Status',
      event: 'Power Supply AC lost',
      isAsserted: true,
      severity: 'critical',
    },
    {
      id: '1',
      atMs: null,
      time: 'Pre-Init 0000045567',
      sensor: 'Memory #0x09',
      event: 'Correctable ECC',
      isAsserted: false,
      severity: 'info',
    },
  ],
  entryCount: 2,
  usedPercent: 1,
  isOverflown: false,
  clockOffsetSeconds: -3 * 3600,
};

it('says which power supply has no input, in words beside its colour', async () => {
  start('power', [probeResult('bmc-sensors', { facts: sensors })]);
  const supplies = await region('Power supplies');
  const row = await within(supplies).findByRole('row', { name: /PSU 2/ });
  expect(within(row).getByText('No input')).toBeTruthy();
  expect(within(supplies).getByText('Redundancy Lost')).toBeTruthy();
  expect(await within(await region('Fans')).findByText(/9,000.RPM/)).toBeTruthy();
});

it('shows limits, voltages and serial numbers where a BMC tells them, and no column for them where none does', async () => {
  const [supply] = sensors.powerSupplies;
  const told = supply && { ...supply, state: 'warning' as const, inputV: 230, outputW: 325, serial: 'PHARP0016' };
  const facts: FactsOf<'bmc-sensors'> = {
    ...sensors,
    powerSupplies: told ? [told] : [],
    sensors: [sensor('CPU1 Temp', { value: 40, unit: '°C', lowerCritical: 3, upperCritical: 93 })],
  };
  start('power', [probeResult('bmc-sensors', { facts })]);
  const row = await within(await region('Power supplies')).findByRole('row', { name: /PSU 2/ });
  expect(row.textContent).toMatch(/Warning.*230.V.*325.W.*PHARP0016/);
  expect(screen.queryByText('Capacity')).toBeNull();
  const limited = await within(await region('Sensors of the BMC')).findByRole('row', { name: /CPU1 Temp/ });
  expect(limited.textContent).toMatch(/3.°C \/ – \/ 93.°C/);
});

it('warns of a log that is nearly full', async () => {
  const full = { ...log, entryCount: 1000, usedPercent: 98 };
  start('power', [probeResult('bmc-sensors', { facts: { ...sensors, log: full, logProblem: null } })]);
  expect(await within(await region('Event log of the BMC (SEL)')).findByText(/98% full: .*are lost/)).toBeTruthy();
});

it('leaves out sensors without a reading until they are asked for', async () => {
  start('power', [probeResult('bmc-sensors', { facts: sensors })]);
  const table = within(await region('Sensors of the BMC'));
  expect(await table.findByText('Inlet Temp')).toBeTruthy();
  expect(table.queryByText('DASD 3')).toBeNull();
  fireEvent.click(table.getByText('All (3)'));
  expect(table.getByText('DASD 3')).toBeTruthy();
  fireEvent.click(table.getByText('In trouble (1)'));
  expect(table.queryByText('Inlet Temp')).toBeNull();
  expect(table.getByText('PSU2 Status')).toBeTruthy();
});

it('warns that the times of the log are those of a clock that is off', async () => {
  start('power', [probeResult('bmc-sensors', { facts: { ...sensors, log, logProblem: null } })]);
  const events = within(await region('Event log of the BMC (SEL)'));
  expect(await events.findByText(/is 3 hr.* behind the node/)).toBeTruthy();
  const [, newest, oldest] = events.getAllByRole('row');
  expect(newest?.textContent).toMatch(/2026-11-22 .*Critical.*AC lost/);
  expect(oldest?.textContent).toMatch(/Pre-Init 0000045567.*Correctable ECC \(over\)/);
});

it('says why the log could not be read while the sensors were', async () => {
  start('power', [probeResult('bmc-sensors', { facts: sensors })]);
  expect(await within(await region('Event log of the BMC (SEL)')).findByText(/60/)).toBeTruthy();
});

it('says once that there is no BMC, and shows no empty tables of it', async () => {
  const nothing = { sensors: [], powerSupplies: [], fans: [], redundancy: null, log: null, logProblem: null };
  start('power', [probeResult('bmc-sensors', { facts: { presence: 'none', ...nothing } })]);
  expect(await within(await region('Power supplies')).findByText(/has no BMC/)).toBeTruthy();
  expect(screen.queryByRole('region', { name: 'Fans' })).toBeNull();
});

it('decodes an UPS on battery, and tells a dead driver from it', async () => {
  const device = {
    name: 'rack7',
    problem: null,
    problemText: null,
    deviceType: 'ups',
    statusText: 'OB DISCHRG',
    states: ['on-battery' as const, 'discharging' as const],
    chargePercent: 87,
    runtimeSeconds: 1260,
    loadPercent: 41,
    inputV: 231,
    outputV: null,
    batteryV: null,
    temperatureC: null,
    powerW: null,
    nominalPowerW: null,
    manufacturer: 'APC',
    model: 'Smart-UPS 3000',
    serial: null,
    firmwareVersion: null,
    batteryDate: null,
    alarm: null,
  };
  const dead = { ...device, name: 'rack8', problem: 'stale' as const, states: [], statusText: null };
  const facts: FactsOf<'ups'> = { source: 'nut', devices: [device, dead] };
  start('power', [probeResult('ups', { facts })]);
  const ups = within(await region('UPS'));
  expect(await ups.findByText('On battery')).toBeTruthy();
  expect(ups.getByText('87%')).toBeTruthy();
  expect(ups.getByText(/Data stale/)).toBeTruthy();
});

it('says that a module is plugged in and not used, and shows its slot empty where it is gone', async () => {
  const gib = 1024 ** 3;
  const module = (locator: string, isEmpty: boolean): FactsOf<'memory-modules'>['modules'][number] => ({
    locator,
    bank: null,
    isEmpty,
    sizeBytes: isEmpty ? null : 64 * gib,
    type: null,
    formFactor: null,
    speedMTs: isEmpty ? null : 5600,
    configuredSpeedMTs: isEmpty ? null : 4800,
    manufacturer: null,
    partNumber: null,
    serial: null,
    rank: null,
    dataWidthBits: null,
    totalWidthBits: null,
    configuredVoltageV: null,
  });
  const facts: FactsOf<'memory-modules'> = {
    modules: [module('A1', false), module('A2', false), module('A3', true)],
    errorCorrection: 'Multi-bit ECC',
    maximumBytes: null,
    installedBytes: 128 * gib,
    kernelTotalBytes: 62 * gib,
    isEmulated: false,
  };
  start('system', [probeResult('memory-modules', { facts })]);
  const modules = within(await region('Memory modules'));
  expect(await modules.findByText(/66 GiB are not used/)).toBeTruthy();
  expect(modules.getByText('2 modules in 3 slots, 128 GiB')).toBeTruthy();
  expect(within(modules.getByRole('row', { name: /A1/ })).getByText('4800 of 5600 MT/s')).toBeTruthy();
  expect(within(modules.getByRole('row', { name: /A3/ })).getByText('empty')).toBeTruthy();
});
