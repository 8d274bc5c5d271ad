import { z } from 'zod';

const number = z.number().nullable();

/** What a pasted `ib_write_lat` or `ib_write_bw` (or read, send) says. Null: it does not print that. */
export const perftestTextSchema = z.object({
  kind: z.enum(['latency', 'bandwidth']),
  /** RDMA_Write, RDMA_Read, Send as the head of the output has it. */
  operation: z.string().nullable(),
  device: z.string().nullable(),
  linkLayer: z.string().nullable(),
  mtu: number,
  /** Of the sizes of 2 to 64 bytes, the worst typical one. */
  typicalUs: number,
  averageUs: number,
  /** 99th percentile of the same row. */
  tailUs: number,
  sizeBytes: number,
  gbitPerSec: number,
  /** Of the device that it ran on. */
  usesGpuMemory: z.boolean(),
  /** perftest saw cores below their highest clock. */
  isCpuSlow: z.boolean(),
});
export type PerftestText = z.infer<typeof perftestTextSchema>;

/**
 * Reads the tables of perftest. Total; null: neither a latency nor a bandwidth table with a row. Bandwidth is told in Gb/s with
 * `--report_gbits` and in MiB/s (printed as MB/sec) without.
 */
export function parsePerftestText(text: string): PerftestText | null {
  const lines = text
    .slice(0, 100_000)
    .split(/\r?\n/)
    .map((line) => line.slice(0, 500).trim());
  const head = lines.find((line) => /^#bytes\s/.test(line)) ?? '';
  const rows = lines
    .filter((line) => /^\d{1,12}\s+\d/.test(line))
    .map((line) => line.split(/\s+/).map(Number))
    .filter((row) => row.length >= 4 && row.every(Number.isFinite));
  if (rows.length === 0) return null;
  const field = (name: string) => new RegExp(`${name}\\s*:\\s*(\\S{1,40})`, 'i').exec(lines.join('\n'))?.[1] ?? null;
  const about = {
    operation: /^(RDMA_Write|RDMA_Read|Send|Atomic\w*) /m.exec(lines.join('\n'))?.[1] ?? null,
    device: field('Device'),
    linkLayer: field('Link type') === 'IB' ? 'InfiniBand' : field('Link type'),
    mtu: Number.parseInt(field('Mtu') ?? '', 10) || null,
    usesGpuMemory: /--use_cuda|cuda|gpu/i.test(lines.join('\n')),
    isCpuSlow: /CPU Frequency is not max/.test(text.slice(0, 100_000)),
  };
  const blank = { typicalUs: null, averageUs: null, tailUs: null, sizeBytes: null, gbitPerSec: null };
  if (/t_typical\[usec\]/.test(head)) {
    const column = (name: string) => columnsOf(head).indexOf(name);
    const small = rows.filter((row) => (row[0] ?? 0) <= 64);
    const worst = (small.length > 0 ? small : []).reduce<number[] | null>(
      (top, row) => ((row[column('t_typical')] ?? 0) > (top?.[column('t_typical')] ?? -1) ? row : top),
      null,
    );
    if (worst === null) return null;
    const at = (name: string) => worst[column(name)] ?? null;
    return {
      kind: 'latency',
      ...about,
      ...blank,
      typicalUs: at('t_typical'),
      averageUs: at('t_avg'),
      tailUs: at('99% percentile'),
      sizeBytes: worst[0] ?? null,
    };
  }
  const unit = /BW average\[(Gb|MB|MiB)\/sec\]/.exec(head)?.[1];
  if (unit === undefined) return null;
  const best = rows.reduce((top, row) => ((row[3] ?? 0) > (top[3] ?? 0) ? row : top));
  const average = best[3] ?? 0;
  return {
    kind: 'bandwidth',
    ...about,
    ...blank,
    sizeBytes: best[0] ?? null,
    gbitPerSec: unit === 'Gb' ? average : (average * 8 * 1024 ** 2) / 1e9,
  };
}

/** `#bytes #iterations t_min[usec] … 99% percentile[usec]` -> names without their units. */
function columnsOf(head: string): string[] {
  return [...head.matchAll(/(#\w+|[\w.%]+(?: percentile)?)(?:\[\w+\])?/g)].map((match) => match[1] ?? '');
}
