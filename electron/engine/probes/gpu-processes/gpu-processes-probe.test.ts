import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording, recordingNames } from '../testing/recordings';
import { gpuProcessesProbe } from './gpu-processes-probe';

const mib = 1024 ** 2;
const uuid = 'GPU-4c1a0000-0000-0000-0000-000000000001';
const own = `gpu_uuid, pid, used_gpu_memory [MiB], process_name
${uuid}, 4242, 2020, python train.py --tags a, b
${uuid}, 4243, [N/A], [Insufficient Permissions]
`;
const rows = [
  { gpuUuid: uuid, pid: 4242, name: 'python train.py --tags a, b', usedMemoryBytes: 2020 * mib },
  { gpuUuid: uuid, pid: 4243, name: null, usedMemoryBytes: null },
];
const parse = (text: string) => factsOf(gpuProcessesProbe, { apps: text }).processes;

describe('gpu-processes probe', () => {
  it.each([
    ['its own command', own],
    ['no header', own.split('\n').slice(1).join('\n')],
    [
      'units and the name before the memory',
      `gpu_uuid, pid, process_name, used_gpu_memory [MiB]\n${uuid}, 4242, python train.py --tags a, b, 2020 MiB\n${uuid}, 4243, [Insufficient Permissions], [N/A]\n`,
    ],
    [
      'neither header nor units, the name before the memory',
      `${uuid}, 4242, python train.py --tags a, b, 2020\n${uuid}, 4243, [Insufficient Permissions], [N/A]\n`,
    ],
  ])('reads processes printed with %s', (_, text) => {
    expect(parse(text)).toEqual(rows);
  });

  it('tells an idle node from a command that printed nothing', () => {
    expect(parse('gpu_uuid, pid, used_gpu_memory [MiB], process_name\n')).toEqual([]);
    expect(gpuProcessesProbe.parse({ apps: printed('') })).toMatchObject({ state: 'unparsable' });
  });

  it('names the field that an old nvidia-smi does not know', () => {
    const text = 'Field "used_memory" is not a valid field to query.\n';
    expect(gpuProcessesProbe.parse({ apps: printed(text, 2) })).toEqual({
      state: 'failed',
      reason: { key: 'probes.unknownField', params: { field: 'used_memory' } },
    });
  });

  it('keeps the rows of the GPUs that answer', () => {
    const lost = 'Unable to determine the device handle for gpu 0000:91:00.0: Unknown Error\n';
    const rows =
      'gpu_uuid, pid, used_gpu_memory [MiB], process_name\nGPU-4c1a0000-0000-0000-0000-000000000001, 4242, 2020, python\n';
    expect(gpuProcessesProbe.parse({ apps: printed(rows + lost, 255) })).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.gpuHandle' },
      facts: { processes: [{ pid: 4242 }] },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuProcessesProbe, { apps: own }, ({ processes }) =>
      processes.every((process) => process.pid > 0 && /^(#\d|(GPU|MIG)-)/.test(process.gpuUuid)),
    );
  });
});

describe.skipIf(!hasRecordings)('gpu-processes probe on recorded lists', () => {
  it.each(recordingNames('gpu-nvidia', /^nvidia-smi-query-compute-apps__/))('reads %s', (name) => {
    const text = recording(name);
    const listed = text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(', '));
    expect(parse(text).map((process) => [process.pid, process.name, process.usedMemoryBytes])).toEqual(
      listed.map((fields) => [Number(fields[5]), fields[6], Number(fields[7]?.split(' ')[0]) * mib]),
    );
  });

  it.each([
    ['h100-sxm-590.48.01-idle', []],
    ['h100-mig-590.48.01-load', ['21180 memhog', '21181 memhog', '21198 gpu_burn']],
    ['l40s-595.80-load', ['20037 ffmpeg', '20038 ffmpeg']],
    [
      'rtx4080super-595.71.05-load',
      [
        '2165 kwin_wayland',
        '2496 plasma-keyboard',
        '2620 Xwayland',
        '2954 plasmashell',
        '3527 xwaylandvideobr',
        '5021 ffmpeg',
        '5022 ffmpeg',
      ],
    ],
  ])('reads each process of pmon once: %s', (name, expected) => {
    const processes = parse(recording(`gpu-nvidia/nvidia-smi-pmon__${name}.txt`));
    expect(processes.map((process) => `${process.pid} ${process.name}`)).toEqual(expected);
    expect(processes.every((process) => process.gpuUuid === '#0')).toBe(true);
  });
});
