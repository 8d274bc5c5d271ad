import type { GpuProcess, MigDevice } from '#shared/domain/facts/gpu';
import { orNull, readBytes, readNumber } from '../lib/values';
import { type FieldReader, isReport, listOf, lookup, type Report } from './report';

export function readMemory(f: FieldReader, field: string, ...sections: readonly string[]): MigDevice['memory'] {
  return f.group(field, sections, readBytes, {
    totalBytes: ['total'],
    reservedBytes: ['reserved'],
    usedBytes: ['used'],
    freeBytes: ['free'],
  });
}

export function readProcesses(report: Report, f: FieldReader): GpuProcess[] {
  const section = lookup(report, 'processes');
  if (!isReport(section)) return [];
  const entries = section.process_info === undefined ? rowsOf(section) : listOf(section.process_info).filter(isReport);
  const processes: GpuProcess[] = [];
  for (const entry of entries) {
    const pid = orNull(readNumber(String(lookup(entry, 'pid') ?? lookup(entry, 'process_id') ?? '')));
    if (pid === null) continue;
    const p = f.inside(`processes.${processes.length}`, entry);
    processes.push({
      pid,
      kind: p.text('kind', 'type'),
      name: p.text('name', 'process_name', 'name'),
      usedMemoryBytes: p.bytes('usedMemoryBytes', 'used_memory', 'used_gpu_memory'),
      gpuInstanceId: p.number('gpuInstanceId', '', 'gpu_instance_id'),
      computeInstanceId: p.number('computeInstanceId', '', 'compute_instance_id'),
    });
  }
  return processes;
}

/** The text form lists processes as repeated lines of one section: the n-th of each name belongs to the n-th process. */
export function rowsOf(section: Report): Report[] {
  const columns = Object.entries(section).map(([name, value]) => [name, listOf(value)] as const);
  const count = listOf(section.process_id).length;
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      columns.filter(([, list]) => list.length === count).map(([name, list]) => [name, list[row] ?? '']),
    ),
  );
}

export function readMigDevices(report: Report, f: FieldReader): MigDevice[] {
  const section = lookup(report, 'mig_devices');
  const entries = listOf(isReport(section) ? section.mig_device : report.mig_device).filter(isReport);
  return entries.map((entry, position) => {
    const m = f.inside(`migDevices.${position}`, entry);
    return {
      index: orNull(readNumber(String(lookup(entry, 'index') ?? ''))) ?? position,
      // Neither is in the report: they come from `nvidia-smi -L`.
      uuid: m.text('uuid', 'uuid'),
      gpuInstanceId: m.number('gpuInstanceId', '', 'gpu_instance_id'),
      computeInstanceId: m.number('computeInstanceId', '', 'compute_instance_id'),
      profile: m.absent('profile', 'not-reported'),
      multiprocessorCount: m.number('multiprocessorCount', '', 'device_attributes.shared.multiprocessor_count'),
      engines: m.group('engines', ['device_attributes.shared'], readNumber, {
        copy: ['copy_engine_count'],
        encoder: ['encoder_count'],
        decoder: ['decoder_count'],
        jpeg: ['jpg_count'],
        opticalFlow: ['ofa_count'],
      }),
      memory: readMemory(m, 'memory', 'fb_memory_usage', 'shared_fb_memory_usage'),
      bar1: readMemory(m, 'bar1', 'bar1_memory_usage', 'shared_bar1_memory'),
      sramUncorrected: m.number(
        'sramUncorrected',
        '',
        'ecc_error_count.volatile_count.sram_uncorrectable',
        'ecc_errors.volatile.sram_uncorrectable',
      ),
    };
  });
}
