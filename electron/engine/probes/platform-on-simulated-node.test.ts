import { describe, expect, it } from 'vitest';
import type { FactsOf, ProbeId } from '#shared/domain/facts/index';
import { memoryShortfall } from '#shared/domain/memory-shortfall';
import { injectFault } from '../../sim/model/apply-fault';
import { NodeModel } from '../../sim/model/node-model';
import { cpuOnly, dgxH100, workstationRtx6000Ada } from '../../sim/profiles';
import type { NodeProfile } from '../../sim/profiles/profile';
import { renderTool } from '../../sim/tools';
import { bmcProbe } from './bmc/bmc-probe';
import { bmcSensorsProbe } from './bmc-sensors/bmc-sensors-probe';
import { machineProbe } from './machine/machine-probe';
import { memoryModulesProbe } from './memory-modules/memory-modules-probe';
import type { Probe } from './probe';
import { factsOf } from './testing/check';
import { printed } from './testing/recordings';

function modelOf(profile: NodeProfile): NodeModel {
  return new NodeModel({ profile, name: 'node', seed: 1, now: () => Date.UTC(2026, 0, 5, 8) });
}

/** What the emulated tools print to root; scripts, which read files, are the business of the fleet's own tests. */
function read<Id extends ProbeId>(probe: Probe<Id>, model: NodeModel): FactsOf<Id> {
  const outputs = probe.commands
    .filter(({ argv }) => argv[0] !== 'sh' && argv[0] !== 'cat')
    .map(({ id, argv }) => {
      const { stdout, stderr, exitCode } = renderTool(model, argv, { user: 'root', uid: 0 });
      return [id, printed(String(stdout), exitCode, stderr)];
    });
  return factsOf(probe, {
    ...Object.fromEntries(outputs),
    meminfo: `MemTotal: ${model.memoryTotalMib * 1024} kB\n`,
    'bmc-device': `device=/dev/ipmi0\ntime=${Math.floor(model.nowMs() / 1000)} +0000\n`,
  });
}

describe('the platform of a simulated DGX', () => {
  it('has 32 modules, and one fewer when it is pulled, with less memory for the kernel', () => {
    const model = modelOf(dgxH100);
    const whole = read(memoryModulesProbe, model);
    expect(whole.modules).toHaveLength(32);
    expect(whole).toMatchObject({
      installedBytes: 32 * 64 * 1024 ** 3,
      errorCorrection: 'Multi-bit ECC',
      isEmulated: false,
    });
    expect(whole.modules[0]).toMatchObject({
      type: 'DDR5',
      speedMTs: 4800,
      configuredSpeedMTs: 4400,
      manufacturer: 'Samsung',
    });
    expect(new Set(whole.modules.map(({ serial }) => serial)).size).toBe(32);
    expect(memoryShortfall(whole)).toBeNull();
    injectFault(model, 'part-pulled', { kind: 'dimm', which: 0 });
    const less = read(memoryModulesProbe, model);
    expect(less.modules.filter(({ isEmpty }) => isEmpty)).toHaveLength(1);
    expect(less.installedBytes).toBe(31 * 64 * 1024 ** 3);
    expect(less.kernelTotalBytes ?? 0).toBeLessThan(whole.kernelTotalBytes ?? 0);
  });

  it('draws what its GPUs, processors and fans draw, through six supplies with serial numbers', () => {
    const model = modelOf(dgxH100);
    const bmc = read(bmcProbe, model);
    const gpusW = model.gpus.reduce((sum, { heat }) => sum + heat.powerW, 0);
    expect(bmc.power?.nowW).toBeGreaterThan(gpusW);
    const supplies = bmc.frus.filter(({ name }) => name.startsWith('PSU'));
    expect(new Set(supplies.map(({ serial }) => serial)).size).toBe(6);
    const { powerSupplies, fans, sensors, redundancy } = read(bmcSensorsProbe, model);
    expect(powerSupplies.map(({ state }) => state)).toEqual(Array(6).fill('ok'));
    expect(powerSupplies.reduce((sum, { inputW }) => sum + (inputW ?? 0), 0) / (bmc.power?.nowW ?? 1)).toBeCloseTo(
      1,
      1,
    );
    expect(fans).toHaveLength(12);
    expect(redundancy).toBe('Fully Redundant');
    expect(sensors.filter(({ name }) => /^GPU\d Temp$/.test(name)).map(({ value }) => value)).toEqual(
      model.gpus.map(({ heat }) => Math.round(heat.temperatureC)),
    );
    expect(read(machineProbe, model).system).toMatchObject({ product: 'DGXH100', serial: bmc.frus[0]?.serial });
  });

  it('says so in sensors and log when a power supply loses its input', () => {
    const model = modelOf(dgxH100);
    expect(read(bmcSensorsProbe, model).log?.entries.map(({ severity }) => severity)).not.toContain('critical');
    injectFault(model, 'psu-failed', { supply: 2 });
    const { powerSupplies, redundancy, log } = read(bmcSensorsProbe, model);
    expect(powerSupplies.filter(({ state }) => state !== 'ok')).toMatchObject([
      { name: 'PSU 2', state: 'input-lost', inputW: 0 },
    ]);
    expect(redundancy).toBe('Redundancy Lost');
    expect(log?.entries.slice(0, 2)).toMatchObject([
      { sensor: 'Power Supply PS Redundancy', event: 'Redundancy Lost', severity: 'critical' },
      { sensor: 'Power Supply PSU2 Status', event: 'Power Supply AC lost', severity: 'critical' },
    ]);
  });
});

describe('the platform of other simulated machines', () => {
  it('is a hypervisor’s in a virtual machine', () => {
    expect(read(memoryModulesProbe, modelOf(cpuOnly))).toMatchObject({ isEmulated: true, errorCorrection: null });
    expect(read(machineProbe, modelOf(cpuOnly)).system).toMatchObject({ manufacturer: 'QEMU', serial: null });
  });

  it('is not told to a login without root', () => {
    const ask = (...argv: string[]) => renderTool(modelOf(workstationRtx6000Ada), argv, { user: 'ops', uid: 1000 });
    expect(ask('ipmitool', 'mc', 'info')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Permission denied'),
    });
    expect(ask('dmidecode', '-t', 'memory')).toMatchObject({
      exitCode: 1,
      stdout: expect.not.stringContaining('Serial'),
    });
  });
});
