import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf, nullPaths } from '../testing/check';
import { printed } from '../testing/recordings';
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
      facts: {
        gpus: [
          { index: 0, pciBusId: '00000000:3b:00.0', state: 'present', memory: { totalBytes: 23034 * mib } },
          { index: 1, pciBusId: '00000000:91:00.0', state: 'lost', uuid: null, memory: { totalBytes: null } },
        ],
      },
    });
  });

  it('lists the lost GPU at its place by bus id, so that the others keep their numbers', () => {
    const lost = 'Unable to determine the device handle for gpu 0000:1A:00.0: GPU is lost.  Reboot the system\n';
    const list = printed(`${lost}GPU 1: NVIDIA L4 (UUID: GPU-4c1a0000-0000-0000-0000-000000000001)\n`);
    expect(gpuProbe.parse({ query: printed(node), list })).toMatchObject({
      state: 'ok',
      facts: {
        gpus: [
          { index: 0, state: 'lost' },
          { index: 1, state: 'present', name: 'NVIDIA L4' },
        ],
      },
    });
  });

  it('names every GPU by the kernel module when nvidia-smi gives up because of one', () => {
    const information = ['3b', 'c3']
      .map((bus, at) => {
        const file = `/proc/driver/nvidia/gpus/0000:${bus}:00.0/information`;
        return `${file}:Model: \t\t NVIDIA L4\n${file}:GPU UUID: \t GPU-4c1a0000-0000-0000-0000-00000000000${at}\n`;
      })
      .join('');
    const query = printed('Unable to determine the device handle for GPU0000:C3:00.0: Unknown Error\n', 255);
    expect(gpuProbe.parse({ query })).toMatchObject({ state: 'failed' });
    const outputs = { query, information: printed(information) };
    expect(gpuProbe.parse(outputs)).toMatchObject({ state: 'ok', reason: { key: 'probes.gpuHandle' } });
    const { gpus } = factsOf(gpuProbe, outputs);
    expect(gpus).toMatchObject([
      { pciBusId: '00000000:3b:00.0', state: 'present', name: 'NVIDIA L4', memory: { usedBytes: null } },
      { pciBusId: '00000000:c3:00.0', state: 'lost' },
    ]);
    for (const gpu of gpus) expect(Object.keys(gpu.absences).sort()).toEqual(nullPaths(gpu).sort());
  });

  it.each([
    ['a summary table', 'ERR!', true],
    ['a report', '[Unknown Error]', false],
  ])('takes a GPU that answers nothing but errors in %s for lost', (_, word, isTable) => {
    const table = `+------+
| NVIDIA-SMI 535.104.05             Driver Version: 535.104.05   CUDA Version: 12.2     |
|   0  Tesla T4                       On  | 00000000:3B:00.0 Off |                 ERR! |
|ERR!  ERR! ERR!            ERR! / ERR!   |   6508MiB / 15360MiB |   ERR!          ERR! |
|                                         |                      |                 ERR! |
+------+
`;
    const report = node
      .replace(/<(gpu_temp|power_draw|gpu_util)>[^<]*</g, `<$1>${word}<`)
      .replace('<uuid>', `<performance_state>${word}</performance_state><uuid>`);
    const { gpus } = factsOf(gpuProbe, { query: isTable ? table : report });
    expect(gpus).toMatchObject([{ state: 'lost', temperature: { gpuC: null } }]);
  });

  it('does not take the name of a process for a message', () => {
    const name = 'Unable to determine the device handle for GPU0000:91:00.0: x';
    const { gpus } = factsOf(gpuProbe, { query: node.replace('python -c', `\n${name}\n`) });
    expect(gpus.map(({ state }) => state)).toEqual(['present']);
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
