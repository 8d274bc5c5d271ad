import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { FaultName, FaultOptions } from '../../faults';
import { injectFault } from '../../model/apply-fault';
import { NodeModel } from '../../model/node-model';
import { a100Mig, dgxH100, l4Single, nodeProfiles, workstationRtx6000Ada } from '../../profiles';
import type { NodeProfile } from '../../profiles/profile';
import { renderTool } from '..';

const NOW = Date.UTC(2026, 0, 5, 8, 0, 0);

function modelOf(profile: NodeProfile): NodeModel {
  return new NodeModel({ profile, name: 'node', seed: 1, now: () => NOW });
}

function faulty<F extends FaultName>(
  profile: NodeProfile,
  fault: F,
  options: FaultOptions[F] = {} as FaultOptions[F],
): NodeModel {
  const model = modelOf(profile);
  injectFault(model, fault, options);
  return model;
}

function smi(model: NodeModel, ...args: string[]): { stdout: string; exitCode: number } {
  const { stdout, exitCode } = renderTool(model, ['nvidia-smi', ...args], { user: 'root', uid: 0 });
  return { stdout: stdout as string, exitCode };
}

interface Report {
  readonly nvidia_smi_log: { readonly attached_gpus: number; readonly gpu: readonly Record<string, unknown>[] };
}

function report(model: NodeModel): Report {
  const { stdout } = smi(model, '-q', '-x');
  expect(XMLValidator.validate(stdout)).toBe(true);
  return new XMLParser({ isArray: (name) => ['gpu', 'mig_device', 'process_info'].includes(name) }).parse(
    stdout,
  ) as Report;
}

/** Every path of tags in a document, so that two can be compared without their values. */
function tagPaths(node: unknown, prefix = ''): Set<string> {
  const found = new Set<string>();
  if (typeof node !== 'object' || node === null) return found;
  for (const [key, value] of Object.entries(node)) {
    const path = `${prefix}/${key}`;
    found.add(path);
    for (const each of Array.isArray(value) ? value : [value])
      for (const deeper of tagPaths(each, path)) found.add(deeper);
  }
  return found;
}

describe('nvidia-smi -q -x', () => {
  it.each(nodeProfiles.filter((profile) => profile.driverVersion !== null))(
    'is well formed and complete on $id',
    (profile) => {
      const { nvidia_smi_log: log } = report(modelOf(profile));
      expect(log.attached_gpus).toBe(profile.gpus.length);
      expect(log.gpu).toHaveLength(profile.gpus.length);
      for (const gpu of log.gpu) {
        const memory = gpu.fb_memory_usage as Record<'total' | 'reserved' | 'used' | 'free', string>;
        const mib = (text: string): number => Number(/^(\d+) MiB$/.exec(text)?.[1]);
        expect(mib(memory.total)).toBe(mib(memory.reserved) + mib(memory.used) + mib(memory.free));
        expect(gpu.uuid).toMatch(/^GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      }
    },
  );

  it('lists MIG devices with their slices of memory, and the process on one of them', () => {
    const gpu = report(modelOf(a100Mig)).nvidia_smi_log.gpu[1];
    expect(gpu).toMatchObject({
      mig_mode: { current_mig: 'Enabled' },
      mig_devices: {
        mig_device: [
          { index: 0, gpu_instance_id: 2, fb_memory_usage: { total: '40192 MiB', used: '27662 MiB' } },
          { index: 1, gpu_instance_id: 3, fb_memory_usage: { total: '19968 MiB', used: '12 MiB' } },
          { index: 2, gpu_instance_id: 9, fb_memory_usage: { total: '9728 MiB', used: '12 MiB' } },
        ],
      },
      utilization: { gpu_util: 'N/A' },
      processes: {
        process_info: [
          { gpu_instance_id: 2, process_name: '/opt/tritonserver/bin/tritonserver', used_memory: '27650 MiB' },
        ],
      },
    });
  });

  it('speaks the dialect of its driver branch', () => {
    const branch = (profile: NodeProfile): unknown =>
      report(modelOf(profile)).nvidia_smi_log.gpu[0]?.gpu_power_readings;
    expect(branch(a100Mig)).toHaveProperty('power_draw');
    expect(branch(workstationRtx6000Ada)).toHaveProperty('instant_power_draw');
    expect(smi(modelOf(l4Single), '-q', '-x').stdout).toContain('nvsmi_device_v13.dtd');
  });

  const folder = join(import.meta.dirname, '../../../../../shared/recordings/gpu-nvidia');
  it.skipIf(!existsSync(folder))('uses only tags that real drivers print', () => {
    // Recorded as text only (driver 550: `GPU Memory Power Readings`, `Power Draw`).
    const known = new Set(['/nvidia_smi_log/gpu/gpu_memory_power_readings/power_draw']);
    const parser = new XMLParser();
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.xml'))) {
      for (const path of tagPaths(parser.parse(readFileSync(join(folder, name), 'utf8')))) known.add(path);
    }
    const ours = new Set(
      nodeProfiles
        .filter((each) => each.driverVersion !== null)
        .flatMap((each) => [...tagPaths(parser.parse(smi(modelOf(each), '-q', '-x').stdout))]),
    );
    expect([...ours].filter((path) => !known.has(path))).toEqual([]);
  });
});

describe('other forms', () => {
  it('answers a query in the order asked, without units or header when told so', () => {
    const model = modelOf(l4Single);
    const { stdout } = smi(
      model,
      '--query-gpu=index,name,memory.total,memory.used,utilization.gpu,mig.mode.current',
      '--format=csv,noheader,nounits',
    );
    expect(stdout).toMatch(/^0, NVIDIA L4, 23034, 6922, \d+, \[N\/A\]\n$/);
    expect(smi(model, '--query-gpu=memory.total', '--format=csv').stdout).toBe('memory.total [MiB]\n23034 MiB\n');
  });

  it('refuses the whole query for one unknown field, newer than this driver included', () => {
    expect(smi(modelOf(a100Mig), '--query-gpu=index,nope', '--format=csv')).toMatchObject({
      stdout: expect.stringContaining('Field "nope" is not a valid field'),
      exitCode: 2,
    });
    expect(smi(modelOf(a100Mig), '--query-gpu=gpu_recovery_action', '--format=csv').exitCode).toBe(2);
    expect(smi(modelOf(l4Single), '--query-gpu=gpu_recovery_action', '--format=csv,noheader').stdout).toBe('None\n');
  });

  it('lists in --help-query-gpu exactly the fields that it answers', () => {
    for (const profile of [a100Mig, l4Single]) {
      const model = modelOf(profile);
      const names = [...smi(model, '--help-query-gpu').stdout.matchAll(/^"[^\n]*"$/gm)].flatMap(([line]) =>
        line.split(' or ').map((name) => name.replaceAll('"', '')),
      );
      expect(names.length).toBeGreaterThan(80);
      const answer = smi(model, `--query-gpu=${names.join(',')}`, '--format=csv,noheader');
      expect(answer.exitCode).toBe(0);
      expect(answer.stdout.split('\n')[0]?.split(', ')).toHaveLength(names.length);
    }
  });

  it('draws the topology: NVLink inside the box, PIX to the own NIC, SYS across sockets', () => {
    const rows = smi(modelOf(dgxH100), 'topo', '-m')
      .stdout.split('\n')
      .map((line) => line.split('\t'));
    const [header = [], first = []] = rows;
    expect(first[header.indexOf('GPU5')]).toBe('NV18');
    expect(first[header.indexOf('NIC0')]).toBe('PIX');
    expect(first[header.indexOf('NIC7')]).toBe('SYS');
    const forge = smi(modelOf(workstationRtx6000Ada), 'topo', '-m').stdout;
    expect(forge).toContain('\u001b[4m');
    expect(forge).toMatch(/^GPU0\t X \tNODE\tSYS\tSYS/m);
  });

  it('keeps every line of the summary table as wide as its frame', () => {
    for (const profile of nodeProfiles.filter((each) => each.driverVersion !== null)) {
      const lines = smi(modelOf(profile))
        .stdout.split('\n')
        .filter((line) => /^[|+]/.test(line));
      expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    }
  });

  it('shows single sections of the text report', () => {
    const { stdout } = smi(modelOf(dgxH100), '-q', '-d', 'MEMORY', '-i', '0');
    expect(stdout).toContain('BAR1 Memory Usage');
    expect(stdout).not.toContain('Temperature');
    expect(stdout.match(/^GPU 0/gm)).toHaveLength(1);
  });

  it('changes persistence mode for root alone', () => {
    const model = modelOf(workstationRtx6000Ada);
    expect(renderTool(model, ['nvidia-smi', '-pm', '1'])).toMatchObject({ exitCode: 4 });
    expect(smi(model, '-i', '3', '-pm', '1').stdout).toContain('Enabled persistence mode for GPU 00000000:C1:00.0.');
    expect(smi(model, '-i', '3', '--query-gpu=persistence_mode', '--format=csv,noheader').stdout).toBe('Enabled\n');
  });

  it('will not reset a GPU that somebody uses', () => {
    expect(smi(modelOf(dgxH100), '--gpu-reset', '-i', '0')).toMatchObject({
      exitCode: 19,
      stdout: expect.stringContaining('In use by another client'),
    });
    expect(smi(modelOf(dgxH100), '--gpu-reset', '-i', '7').exitCode).toBe(0);
  });
});

describe('faults', () => {
  it('overheat: temperature, event reasons, clock and counters agree', () => {
    const model = faulty(l4Single, 'overheat');
    const { stdout } = smi(
      model,
      '--query-gpu=temperature.gpu,clocks_event_reasons.hw_thermal_slowdown,clocks.sm,clocks_event_reasons.active',
      '--format=csv,noheader,nounits',
    );
    expect(stdout).toBe('89, Active, 1020, 0x0000000000000068\n');
    expect(report(model).nvidia_smi_log.gpu[0]?.temperature).toMatchObject({
      gpu_temp: '89 C',
      gpu_temp_tlimit: '-4 C',
    });
  });

  it('xid-79-gpu-lost: fields, list, summary and kernel log all say so', () => {
    const model = faulty(dgxH100, 'xid-79-gpu-lost', { gpu: 5 });
    expect(report(model).nvidia_smi_log.gpu[5]).toMatchObject({
      uuid: model.gpus[5]?.uuid,
      fb_memory_usage: { total: 'GPU is lost' },
      processes: 'GPU is lost',
    });
    expect(smi(model, '--query-gpu=index,memory.used', '--format=csv,noheader,nounits').stdout).toContain(
      '\n5, [GPU is lost]\n',
    );
    expect(smi(model)).toMatchObject({
      exitCode: 15,
      stdout:
        'Unable to determine the device handle for GPU0000:C3:00.0: GPU is lost.  Reboot the system to recover this GPU\n',
    });
    expect(smi(model, '-L').stdout.split('\n')[5]).toContain('GPU is lost');
    expect(renderTool(model, ['journalctl', '-k', '-g', 'Xid', '-o', 'cat']).stdout).toMatch(
      /Xid \(PCI:0000:c3:00\): 79, .*fallen off the bus/,
    );
    expect(smi(faulty(dgxH100, 'xid-79-gpu-lost', { style: 'handle' }), '-q', '-x').exitCode).toBe(15);
  });

  it('driver-library-mismatch: every form fails, and modinfo shows the newer module on disk', () => {
    const model = faulty(dgxH100, 'driver-library-mismatch');
    for (const args of [[], ['-L'], ['-q', '-x'], ['topo', '-m']]) {
      expect(smi(model, ...args)).toMatchObject({
        exitCode: 18,
        stdout: expect.stringMatching(/^Failed to initialize NVML: Driver\/library version mismatch\n/),
      });
    }
    expect(renderTool(model, ['modinfo', '-F', 'version', 'nvidia']).stdout).toBe('550.144.08\n');
  });

  it('memory-held-by-orphan: listed with its process, or used by nobody', () => {
    const orphan = faulty(dgxH100, 'memory-held-by-orphan');
    const row = smi(
      orphan,
      '--query-compute-apps=gpu_uuid,pid,process_name,used_memory',
      '--format=csv,noheader,nounits',
    )
      .stdout.split('\n')
      .find((line) => line.startsWith(orphan.gpus[7]?.uuid ?? '?'));
    const pid = Number(row?.split(', ')[1]);
    expect(renderTool(orphan, ['ps', '-o', 'ppid=,user=', '-p', String(pid)]).stdout).toMatch(/^\s*1 1007\s*$/);
    expect(renderTool(orphan, ['who']).stdout).not.toContain('1007');
    const leaked = faulty(dgxH100, 'memory-held-by-orphan', { kind: 'no-owner' });
    expect(smi(leaked, '-i', '7', '--query-compute-apps=pid', '--format=csv,noheader').stdout).toBe('');
    expect(
      Number(smi(leaked, '-i', '7', '--query-gpu=memory.used', '--format=csv,noheader,nounits').stdout),
    ).toBeGreaterThan(50_000);
  });

  it('ecc-errors and bar1-exhausted: counted where an operator looks', () => {
    const ecc = faulty(dgxH100, 'ecc-errors');
    expect(
      smi(
        ecc,
        '-i',
        '0',
        '--query-gpu=ecc.errors.uncorrected.volatile.total,remapped_rows.pending',
        '--format=csv,noheader',
      ).stdout,
    ).toBe('2, Yes\n');
    const bar1 = faulty(workstationRtx6000Ada, 'bar1-exhausted');
    expect(smi(bar1, '-q', '-d', 'MEMORY', '-i', '0').stdout).toMatch(
      /BAR1 Memory Usage\n.*256 MiB\n.*254 MiB\n.*: 2 MiB/,
    );
  });

  it('hung-nvidia-smi: never ends', () => {
    expect(renderTool(faulty(dgxH100, 'hung-nvidia-smi'), ['nvidia-smi', '-L'])).toMatchObject({
      ending: 'hangs',
      stdout: '',
    });
  });
});
