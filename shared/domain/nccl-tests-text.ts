import { z } from 'zod';

/** What a pasted `all_reduce_perf` (nccl-tests) says, at its largest message. */
export const ncclTestsTextSchema = z.object({
  sizeBytes: z.number(),
  /** The better of out of place and in place. */
  busGBytesPerSec: z.number(),
  /** Ranks and nodes of the head; null: not printed. */
  ranks: z.number().nullable(),
  nodes: z.number().nullable(),
  gpuName: z.string().nullable(),
  /** NVLink's rate of one direction for this GPU, where it is in our table. */
  nvlinkGBytesPerSec: z.number().nullable(),
  wrong: z.number(),
});
export type NcclTestsText = z.infer<typeof ncclTestsTextSchema>;

/** One direction, GB/s. Source: NVIDIA data sheets of A100, H100, H200 and B200 (total rate halved). */
const nvlinkRates: readonly [RegExp, number][] = [
  [/\bA100\b.*SXM|\bA800\b/, 300],
  [/\bH100\b(?!.*PCIe)(?!.*NVL)|\bH200\b(?!.*NVL)|\bGH200\b/, 450],
  [/\bG?B[23]00\b/, 900],
];

/** Total; null: no row of results. Rows: size, count, type, redop, root, then time, algbw, busbw and #wrong, twice. */
export function parseNcclTestsText(text: string): NcclTestsText | null {
  const lines = text
    .slice(0, 200_000)
    .split(/\r?\n/)
    .map((line) => line.slice(0, 400));
  const rows = lines.flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [size, bus, busInPlace] = [Number(fields[0]), Number(fields[7]), Number(fields[11] ?? fields[7])];
    if (!/^\d{1,15}$/.test(fields[0] ?? '') || fields.length < 9 || !Number.isFinite(bus)) return [];
    const wrong = [fields[8], fields[12]].reduce((sum, one) => sum + (Number(one) || 0), 0);
    return [{ size, bus: Math.max(bus, Number.isFinite(busInPlace) ? busInPlace : 0), wrong }];
  });
  const last = rows.reduce<(typeof rows)[number] | null>(
    (top, row) => (row.size >= (top?.size ?? 0) ? row : top),
    null,
  );
  if (last === null) return null;
  const devices = lines.flatMap((line) => {
    const match = /^#\s+Rank\s+\d+\s.*\son\s+(\S{1,80})\s+device\s+\d+\s+\[[^\]]{1,20}\]\s+(.{1,80})$/.exec(line);
    return match ? [{ node: match[1] ?? '', gpu: (match[2] ?? '').trim() }] : [];
  });
  const gpuName = devices[0]?.gpu ?? null;
  return {
    sizeBytes: last.size,
    busGBytesPerSec: last.bus,
    ranks: devices.length > 0 ? devices.length : null,
    nodes: devices.length > 0 ? new Set(devices.map(({ node }) => node)).size : null,
    gpuName,
    nvlinkGBytesPerSec: nvlinkRates.find(([pattern]) => gpuName !== null && pattern.test(gpuName))?.[1] ?? null,
    wrong: rows.reduce((sum, row) => sum + row.wrong, 0),
  };
}
