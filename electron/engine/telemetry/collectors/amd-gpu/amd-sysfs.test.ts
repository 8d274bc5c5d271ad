import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { amdFiles } from '../../../../sim/files/amd';
import { sysfsAddress } from '../../../../sim/model/gpu';
import { NodeModel } from '../../../../sim/model/node-model';
import { amdMi300x } from '../../../../sim/profiles';
import { amdGpuProbe } from '../../../probes/amd-gpu/amd-gpu-probe';
import { factsOf } from '../../../probes/testing/check';
import { printed as recorded } from '../../../probes/testing/recordings';
import type { NodeFrame } from '../collector';
import { amdSysfs, amdSysfsReader } from './amd-sysfs';

const folder = mkdtempSync(join(tmpdir(), 'gantry-amd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const devices = `${folder}/sys/bus/pci/devices`;
const file = (path: string, text: string): void => {
  mkdirSync(dirname(`${devices}/${path}`), { recursive: true });
  writeFileSync(`${devices}/${path}`, text);
};
/** No tool, or none that this login may use. */
const without = { 'amd-smi': recorded('', 127), 'rocm-smi': recorded('', 127) };
const valuesOf = (frame: NodeFrame | undefined) =>
  Object.fromEntries((frame?.layout ?? []).map((name, index) => [name.replace('gpu.', ''), frame?.values[index]]));
const node = {
  nvidiaGpus: [],
  queryFields: new Set<string>(),
  amdGpus: new Map([
    [0, '0x8D1457E2C20F59D2'],
    [1, '00000000:0a:00.0'],
  ]),
  amdTool: 'sysfs' as const,
  gpuByBusId: new Map(),
  dcgm: null,
};

/** Runs a script of ours on the folder instead of the machine's own devices, for one round. */
function printed(script: string, shell: readonly [string, ...string[]]): string {
  const moved = script.replaceAll('/sys/bus/pci/devices', devices).replace('sleep "$1"', 'exit');
  const text = execFileSync(shell[0], [...shell.slice(1), '-c', moved], { encoding: 'utf8' });
  return text.replaceAll(devices, '/sys/bus/pci/devices');
}

describe('AMD GPUs without any tool', () => {
  // Units as Documentation/hwmon/sysfs-interface has them: millidegrees, microwatts, hertz; memory in bytes.
  file('0000:05:00.0/unique_id', '8d1457e2c20f59d2\n');
  file('0000:05:00.0/power/runtime_status', 'active\n');
  file('0000:05:00.0/mem_info_vram_total', '206141652992\n');
  file('0000:05:00.0/mem_info_vram_used', '179519324160\n');
  file('0000:05:00.0/gpu_busy_percent', '97\n');
  file('0000:05:00.0/mem_busy_percent', '31\n');
  file('0000:05:00.0/pcie_replay_count', '2\n');
  file('0000:05:00.0/pp_dpm_sclk', '0: 132Mhz\n1: 1890Mhz *\n2: 2100Mhz\n');
  file('0000:05:00.0/pp_dpm_pcie', '0: 2.5GT/s, x1 310Mhz\n1: 32.0GT/s, x16 619Mhz *\n');
  file('0000:05:00.0/hwmon/hwmon4/temp2_input', '71000\n');
  file('0000:05:00.0/hwmon/hwmon4/temp2_crit', '100000\n');
  file('0000:05:00.0/hwmon/hwmon4/temp3_input', '54000\n');
  file('0000:05:00.0/hwmon/hwmon4/power1_input', '512000000\n');
  file('0000:05:00.0/hwmon/hwmon4/power1_cap', '750000000\n');
  file('0000:05:00.0/hwmon/hwmon4/freq1_input', '1890000000\n');
  file('0000:05:00.0/hwmon/hwmon4/freq2_input', '1300000000\n');
  file('0000:05:00.0/ras/umc_err_count', 'ue: 1\nce: 17\n');
  // One that sleeps is not woken to be asked.
  file('0000:0a:00.0/power/runtime_status', 'suspended\n');
  file('0000:0a:00.0/mem_info_vram_total', '51522830336\n');
  file('0000:0a:00.0/mem_info_vram_used', '0\n');
  file('0000:0a:00.0/gpu_busy_percent', '99\n');
  file('0000:0a:00.0/hwmon/hwmon5/temp1_input', '36000\n');
  file('0000:0b:00.0/vendor', '0x10de\n');

  it.each([[['sh']], [['busybox', 'sh']]] as Array<[[string, ...string[]]]>)('are sampled from /sys by %s', (shell) => {
    const run = amdSysfs.plan(node, 1000);
    const frames = printed(run?.argv[2] ?? '', shell)
      .split('\n')
      .flatMap((line) => [...(run?.reader.read(line) ?? [])]);
    expect(frames.map(({ subject }) => subject.id)).toEqual([...node.amdGpus.values()]);
    expect(valuesOf(frames[0])).toEqual({
      utilizationPercent: 97,
      memoryBusyPercent: 31,
      memoryUsedBytes: 179_519_324_160,
      memoryFreeBytes: 206_141_652_992 - 179_519_324_160,
      memoryTotalBytes: 206_141_652_992,
      temperatureC: 71,
      hotspotTemperatureC: 71,
      edgeTemperatureC: Number.NaN,
      memoryTemperatureC: 54,
      temperatureMarginC: 29,
      powerW: 512,
      powerLimitW: 750,
      smClockMhz: 1890,
      smClockMaxMhz: 2100,
      memoryClockMhz: 1300,
      pcieGeneration: 5,
      pcieWidth: 16,
      pcieReplays: 2,
      fanPercent: Number.NaN,
      eccCorrected: Number.NaN,
      eccUncorrected: Number.NaN,
    });
    expect(valuesOf(frames[1])).toMatchObject({
      memoryTotalBytes: 51_522_830_336,
      utilizationPercent: Number.NaN,
      temperatureC: Number.NaN,
    });
  });

  it('are in the inventory, with their errors of memory, by the same ids', () => {
    const script = amdGpuProbe.commands.find(({ id }) => id === 'amd-sysfs')?.argv[2] ?? '';
    const { tool, gpus } = factsOf(amdGpuProbe, { ...without, 'amd-sysfs': printed(script, ['sh']) });
    expect(tool).toBe('sysfs');
    expect(gpus.map(({ uniqueId, pciBusId }) => [uniqueId, pciBusId])).toEqual([
      ['0x8D1457E2C20F59D2', '00000000:05:00.0'],
      [null, '00000000:0a:00.0'],
    ]);
    const refused = recorded('WARNING: User is missing the following required groups: render, video.\n', 1);
    const sysfs = printed(script, ['sh']);
    expect(amdGpuProbe.parse({ 'amd-smi': refused, 'amd-sysfs': recorded(sysfs) })).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.amdGroups' },
    });
    // A tool that fails for now: nothing says that its GPUs are others.
    const failing = recorded('ERROR:root:Driver not initialized (amdgpu not found in modules)\n', 1);
    expect(amdGpuProbe.parse({ 'amd-smi': failing, 'amd-sysfs': recorded(sysfs) }).state).toBe('failed');
    expect(gpus[0]).toMatchObject({ ecc: { corrected: 17, uncorrected: 1 }, power: { drawW: 512, limitW: 750 } });
  });

  it('are sampled where a tool tells of them by nothing else', () => {
    expect(amdSysfs.plan({ ...node, amdTool: 'amd-smi' }, 1000)).toBeNull();
    expect(amdSysfs.plan({ ...node, amdGpus: new Map(), amdTool: null }, 1000)).toBeNull();
  });

  it('are what the simulated driver tells', () => {
    const model = new NodeModel({ profile: amdMi300x, name: 'amd', seed: 7, now: () => 1_800_000_000_000 });
    const places = model.gpus.map((gpu) => sysfsAddress(gpu));
    const lines = amdFiles(model).flatMap(([path, text]) => {
      const [, place, name] = /\/([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.0)\/([^:]*)$/.exec(path) ?? [];
      return String(text)
        .trimEnd()
        .split('\n')
        .map((line) => `/sys/bus/pci/devices/${place}/${name}:${line}`);
    });
    expect(new Set(lines.map((line) => line.split('/')[5])).size).toBe(places.length);
    const ids = factsOf(amdGpuProbe, { ...without, 'amd-sysfs': `${lines.join('\n')}\n` }).gpus.map(
      ({ uniqueId }) => `${uniqueId}`,
    );
    const reader = amdSysfsReader(new Set(ids));
    const frames = ['= 5.25', ...lines, '.'].flatMap((line) => [...reader.read(line)]);
    expect(frames.map(({ subject, nodeMs }) => [subject.id, nodeMs])).toEqual(ids.map((id) => [id, 5250]));
    expect(valuesOf(frames[0])).toMatchObject({ powerLimitW: 750, pcieGeneration: 5, pcieWidth: 16 });
  });

  it('are read without throwing, whatever is printed', () => {
    const place = '/sys/bus/pci/devices/0000:05:00.0';
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('= 1.0', '.', `${place}/mem_info_vram_total:1`, `${place}/pp_dpm_pcie:*`, `${place}/pwm1:x`),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const reader = amdSysfsReader(new Set(['00000000:05:00.0']));
        for (const { values, layout } of lines.flatMap((each) => [...reader.read(each)])) {
          expect(values).toHaveLength(layout.length);
        }
      }),
    );
  });
});
