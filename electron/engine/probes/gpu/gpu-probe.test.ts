import { describe, expect, it } from 'vitest';
import type { Gpu } from '#shared/domain/facts/gpu';
import { expectTotal, factsOf, outputsOf } from '../testing/check';
import { hasRecordings, printed, recording, recordingNames } from '../testing/recordings';
import { gpuProbe } from './gpu-probe';

const mib = 1024 ** 2;
const node = `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
	<driver_version>550.90.07</driver_version>
	<cuda_version>12.4</cuda_version>
	<attached_gpus>1</attached_gpus>
	<gpu id="00000000:3B:00.0">
		<product_name>NVIDIA L4</product_name>
		<persistence_mode>Enabled</persistence_mode>
		<mig_devices>
			None
		</mig_devices>
		<uuid>GPU-4c1a0000-0000-0000-0000-000000000001</uuid>
		<minor_number>0</minor_number>
		<clocks_event_reasons>
			<clocks_event_reason_gpu_idle>Not Active</clocks_event_reason_gpu_idle>
			<clocks_event_reason_sw_power_cap>Active</clocks_event_reason_sw_power_cap>
		</clocks_event_reasons>
		<fb_memory_usage>
			<total>23034 MiB</total>
			<reserved>569 MiB</reserved>
			<used>2030 MiB</used>
			<free>20435 MiB</free>
		</fb_memory_usage>
		<utilization>
			<gpu_util>99 %</gpu_util>
			<memory_util>[Not Supported]</memory_util>
		</utilization>
		<remapped_rows>N/A</remapped_rows>
		<temperature>
			<gpu_temp>61 C</gpu_temp>
			<gpu_temp_tlimit>22 C</gpu_temp_tlimit>
			<memory_temp>Unknown Error</memory_temp>
		</temperature>
		<gpu_power_readings>
			<power_draw>71.90 W</power_draw>
			<current_power_limit>72.00 W</current_power_limit>
		</gpu_power_readings>
		<processes>
			<process_info>
				<gpu_instance_id>N/A</gpu_instance_id>
				<compute_instance_id>N/A</compute_instance_id>
				<pid>4242</pid>
				<type>C</type>
				<process_name>python -c "a<b && c"</process_name>
				<used_memory>2020 MiB</used_memory>
			</process_info>
		</processes>
	</gpu>
</nvidia_smi_log>
`;
const parse = (stdout: string, exitCode = 0, stderr = '') =>
  gpuProbe.parse({ query: printed(stdout, exitCode, stderr) });

/** Every null of a record, by its path; to be held against the record's absences. */
function nullPaths(value: unknown, path = ''): string[] {
  if (value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, child]) =>
    path === '' && name === 'absences' ? [] : nullPaths(child, path === '' ? name : `${path}.${name}`),
  );
}

describe('gpu probe', () => {
  it('reads values with their units and tells why each missing one is missing', () => {
    const [gpu] = factsOf(gpuProbe, { query: node }).gpus;
    expect(gpu).toMatchObject({
      pciBusId: '00000000:3b:00.0',
      state: 'present',
      memory: { totalBytes: 23034 * mib, reservedBytes: 569 * mib, usedBytes: 2030 * mib, freeBytes: 20435 * mib },
      utilization: { gpuPercent: 99, memoryPercent: null },
      temperature: { gpuC: 61, marginC: 22, memoryC: null },
      power: { drawW: 71.9, limitW: 72 },
      clockEventReasons: ['sw_power_cap'],
      processes: [{ pid: 4242, kind: 'C', name: 'python -c "a<b && c"', usedMemoryBytes: 2020 * mib }],
      migDevices: [],
    });
    expect(gpu?.absences).toMatchObject({
      'utilization.memoryPercent': 'not-supported',
      'temperature.memoryC': 'unknown-error',
      'temperature.shutdownC': 'not-reported',
      'remappedRows.correctable': 'not-available',
      'processes.0.gpuInstanceId': 'not-available',
    });
    expect(Object.keys(gpu?.absences ?? {}).sort()).toEqual(nullPaths(gpu).sort());
  });

  it('reads a report behind a login banner', () => {
    expect(parse(`Welcome to node7 <b>\n\n${node}\nbye\n`)).toMatchObject({ state: 'ok' });
  });

  it.each([
    ['GPU is lost', 'lost'],
    ['[GPU requires reset]', 'requires-reset'],
  ])('says of a GPU that prints "%s" that it is %s', (printedValue, state) => {
    const text = node.replace('61 C', printedValue).replace('99 %', printedValue);
    const [gpu] = factsOf(gpuProbe, { query: text }).gpus;
    expect(gpu).toMatchObject({ state, temperature: { gpuC: null } });
  });

  it.each([
    [
      'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.161\n',
      18,
      'failed',
      {
        key: 'probes.driverLibraryMismatch',
        params: { libraryVersion: '535.161' },
      },
    ],
    [
      'Unable to determine the device handle for GPU0000:91:00.0: Unknown Error\n',
      255,
      'failed',
      {
        key: 'probes.gpuHandle',
        params: { pciBusId: '0000:91:00.0', detail: 'Unknown Error' },
      },
    ],
    [
      'Unable to determine the device handle for GPU 0000:0B:00.0: GPU is lost.  Reboot the system to recover this GPU\n',
      15,
      'failed',
      {
        key: 'probes.gpuHandle',
        params: { pciBusId: '0000:0b:00.0', detail: 'GPU is lost.  Reboot the system to recover this GPU' },
      },
    ],
    ['No devices were found\n', 6, 'failed', { key: 'probes.noDevices' }],
    [
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n",
      9,
      'failed',
      { key: 'probes.driverNotRunning' },
    ],
    ['', 15, 'failed', { key: 'probes.gpuLost' }],
    ['', 4, 'denied', { key: 'probes.nvmlNoPermission' }],
    ['', 0, 'unparsable', { key: 'probes.unparsable', params: { tool: 'nvidia-smi' } }],
    [node.slice(0, 900), 0, 'unparsable', { key: 'probes.truncated', params: { tool: 'nvidia-smi' } }],
    [node.replace('</temperature>', ''), 0, 'unparsable', { key: 'probes.unparsable', params: { tool: 'nvidia-smi' } }],
  ])('names what is wrong when nvidia-smi prints %j with code %i', (stdout, exitCode, state, reason) => {
    expect(parse(stdout, exitCode)).toEqual({ state, reason });
  });

  it.each([
    ['missing-tool', 'missing-tool', 'probes.missingTool'],
    ['timeout', 'timeout', 'probes.timeout'],
    ['hung', 'hung', 'probes.hung'],
    ['skipped', 'hung', 'probes.skippedAfterHang'],
    ['lost', 'failed', 'probes.connectionLost'],
  ] as const)('has no facts when its command ends as %s', (state, probeState, key) => {
    const output = { state, exitCode: null, stdout: '', stderr: '', isTruncated: false };
    expect(gpuProbe.parse({ query: output })).toMatchObject({ state: probeState, reason: { key } });
  });

  it('keeps the GPUs that answer and names the one that does not', () => {
    const result = parse(`Unable to determine the device handle for GPU0000:91:00.0: Unknown Error\n${node}`);
    expect(result).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.gpuHandle', params: { pciBusId: '0000:91:00.0' } },
    });
  });

  it('does not take one GPU for two when a section in between was never closed', () => {
    const gpu = node.slice(node.indexOf('<gpu id'), node.indexOf('</gpu>') + 6);
    const broken = gpu.replace('<uuid>', '<clock_policy><auto_boost>N/A</auto_boost><uuid>');
    const whole = gpu.replace('<uuid>', '<clock_policy></clock_policy><uuid>');
    expect(parse(node.replace(gpu, broken + whole))).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuProbe, { query: node }, ({ gpus }) => gpus.every((gpu) => /^[0-9a-f]{8}:/.test(gpu.pciBusId)));
  });

  it('refuses a report cut anywhere before its end', () => {
    const end = node.indexOf('</nvidia_smi_log>') + '</nvidia_smi_log>'.length;
    for (let length = 0; length < end; length += 7) expect(parse(node.slice(0, length)).state).toBe('unparsable');
  });
});

describe.skipIf(!hasRecordings)('gpu probe on recorded reports', () => {
  const names = recordingNames('gpu-nvidia', /^nvidia-smi-q(x__|__|-d)/);

  it.each(names)('reads %s', (name) => {
    const text = recording(name);
    const facts = factsOf(gpuProbe, { query: text });
    // Counted apart from the parser: one GPU a section, memory and temperature as the first such lines say.
    expect(facts.gpus).toHaveLength((text.match(/^GPU \d|<gpu id=/gm) ?? []).length);
    const totals = [...text.matchAll(/(?:<fb_memory_usage>|\n {4}FB Memory Usage)\s+(?:<total>|Total +: )(\d+) MiB/g)];
    const perGpu = facts.gpus.flatMap((gpu) => [
      ...gpu.migDevices.filter(() => text.startsWith('<?xml')).map((device) => device.memory.totalBytes),
      ...(gpu.memory.totalBytes === null ? [] : [gpu.memory.totalBytes]),
    ]);
    expect(perGpu).toEqual(totals.map((match) => Number(match[1]) * mib));
    const temperatures = [...text.matchAll(/(?:<gpu_temp>|GPU Current Temp +: )(\d+) C/g)].map((match) =>
      Number(match[1]),
    );
    expect(facts.gpus.flatMap((gpu) => gpu.temperature.gpuC ?? [])).toEqual(temperatures);
    const pids = [...text.matchAll(/(?:<pid>|Process ID +: )(\d+)/g)].map((match) => Number(match[1]));
    expect(facts.gpus.flatMap((gpu) => gpu.processes.map((process) => process.pid))).toEqual(pids);
    for (const gpu of facts.gpus) {
      expect(Object.keys(gpu.absences).sort()).toEqual(nullPaths(gpu).sort());
      expect(Object.values(gpu.absences)).not.toContain('unreadable');
    }
  });

  it.each(recordingNames('gpu-nvidia', /^nvidia-smi-query-gpu(-all)?__/))('reads %s', (name) => {
    const [header = '', ...rows] = recording(name).trim().split('\n');
    const column = (title: string) => header.split(', ').indexOf(title);
    const { gpus } = factsOf(gpuProbe, { query: recording(name) });
    expect(gpus.map((gpu) => [gpu.name, gpu.pciBusId, gpu.memory.usedBytes])).toEqual(
      rows.map((row) => {
        const values = row.split(', ');
        const used = Number(values[column('memory.used [MiB]')]?.split(' ')[0]) * mib;
        return [values[column('name')], values[column('pci.bus_id')], used];
      }),
    );
    expect(gpus.flatMap((gpu) => Object.values(gpu.absences))).not.toContain('unreadable');
  });

  const only = (name: string): Gpu => {
    const [gpu] = factsOf(gpuProbe, { query: recording(`gpu-nvidia/nvidia-smi-${name}`) }).gpus;
    if (!gpu) throw new Error(name);
    return gpu;
  };

  it('reads what driver 384.66 prints', () => {
    expect(only('qx__gtx1070-x2-384.66.xml')).toMatchObject({
      name: 'GeForce GTX 1070',
      memory: { totalBytes: 8112 * mib, reservedBytes: null, usedBytes: 2028 * mib, freeBytes: 6084 * mib },
      utilization: { gpuPercent: 100, memoryPercent: 99 },
      power: { drawW: 119.47, limitW: 180, minLimitW: 90, maxLimitW: 200 },
      temperature: { gpuC: 60, slowdownC: 96, shutdownC: 99 },
      pcie: { generation: 3, width: 1, maxWidth: 16 },
      clockEventReasons: [],
      processes: [
        { pid: 1357, kind: 'G', usedMemoryBytes: 99 * mib },
        { pid: 2384, kind: 'G', usedMemoryBytes: 79 * mib },
        { pid: 3093, kind: 'C', name: './ethminer', usedMemoryBytes: 2283 * mib },
      ],
      absences: { 'memory.reservedBytes': 'not-reported', 'ecc.volatile.corrected': 'not-available' },
    });
  });

  it('reads what driver 595.84 prints', () => {
    expect(only('qx__rtx4000sff-ada-595.84.xml')).toMatchObject({
      architecture: 'Ada Lovelace',
      addressingMode: 'HMM',
      memory: { totalBytes: 20475 * mib, reservedBytes: 460 * mib, usedBytes: 3534 * mib, freeBytes: 16482 * mib },
      bar1: { totalBytes: 32768 * mib, usedBytes: 3732 * mib },
      power: { drawW: 8.81, limitW: 70 },
      temperature: { gpuC: 38, marginC: 49, slowdownC: null },
      pcie: { generation: 1, maxGeneration: 4, hostMaxGeneration: 4 },
      remappedRows: { correctable: 0, uncorrectable: 0, isPending: false, hasFailed: false },
      recoveryAction: 'None',
      clockEventReasons: ['gpu_idle'],
    });
  });

  it('names MIG slices by what nvidia-smi -L says of them', () => {
    const { gpus } = factsOf(gpuProbe, {
      query: recording('gpu-nvidia/nvidia-smi-q__h100-mig-590.48.01-load.txt'),
      list: recording('gpu-nvidia/nvidia-smi-L__h100-mig-590.48.01.txt'),
    });
    expect(
      gpus[0]?.migDevices.map(({ profile, gpuInstanceId, memory }) => [profile, gpuInstanceId, memory.usedBytes]),
    ).toEqual([
      ['3g.40gb', 2, 11091 * mib],
      ['2g.20gb', 3, 17 * mib],
      ['1g.10gb', 9, 9 * mib],
      ['1g.10gb', 10, 9 * mib],
    ]);
    expect(gpus[0]).toMatchObject({
      mig: { current: 'Enabled' },
      power: { drawW: 432.21 },
      bar1: { usedBytes: 81081 * mib },
    });
  });

  it('finds the two GPUs that are slowed down among eight', () => {
    const { gpus } = factsOf(gpuProbe, {
      query: recording('gpu-nvidia/nvidia-smi-q__h100-x8-535.183.01-slowdown-mixed.txt'),
    });
    const slowed = gpus.filter((gpu) => gpu.clockEventReasons?.some((reason) => reason.startsWith('hw_')));
    expect(slowed.map((gpu) => gpu.clockEventReasons)).toMatchInlineSnapshot(`
      [
        [
          "sw_power_cap",
          "hw_power_brake_slowdown",
          "sw_thermal_slowdown",
        ],
      ]
    `);
  });

  it.each([
    ['nvidia-smi__driver-library-version-mismatch.txt', 'probes.driverLibraryMismatch'],
    ['nvidia-smi__unable-to-determine-device-handle.txt', 'probes.gpuHandle'],
  ])('names what %s says', (name, key) => {
    expect(gpuProbe.parse(outputsOf({ query: recording(`gpu-nvidia/${name}`) }))).toMatchObject({
      state: 'failed',
      reason: { key },
    });
  });
});
