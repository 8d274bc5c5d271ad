import { z } from 'zod';
import { type Reading, seriesOf, spanOf } from './facts/readings';
import type { ServingFacts } from './facts/serving';

const number = z.number().nullable();

/** What vLLM did with one model over several readings. Rates and means are of that time; null where it can't be told. */
export const vllmLoadSchema = z.object({
  port: z.number(),
  model: z.string(),
  readings: z.number(),
  seconds: z.number(),
  running: number,
  /** The fewest that waited in any reading: more than 0 means that some always did. */
  fewestWaiting: number,
  mostWaiting: number,
  lowestCachePercent: number,
  highestCachePercent: number,
  preemptionsPerSec: number,
  firstTokenSeconds: number,
  betweenTokensSeconds: number,
  queueSeconds: number,
});
export type VllmLoad = z.infer<typeof vllmLoadSchema>;

/** What Triton did with one version of a model. Shares are of the time that requests took. */
export const tritonLoadSchema = z.object({
  port: z.number(),
  name: z.string(),
  seconds: z.number(),
  requestsPerSec: number,
  failuresPerSec: number,
  pending: number,
  queuePercent: number,
  transferPercent: number,
  meanBatch: number,
});
export type TritonLoad = z.infer<typeof tritonLoadSchema>;

type Readings = readonly Reading<ServingFacts>[];

export function vllmLoads(readings: Readings): VllmLoad[] {
  return (readings.at(-1)?.facts.vllm ?? []).flatMap(({ port, model }) => {
    const series = seriesOf(readings, ({ vllm }) => vllm.find((one) => one.port === port && one.model === model));
    const span = spanOf(series);
    if (span === null) return [];
    const { last, seconds } = span;
    const seen = series.map(({ facts }) => facts);
    const all = (read: (one: ServingFacts['vllm'][number]) => number | null): number[] =>
      seen.flatMap((one) => read(one) ?? []);
    const waiting = all((one) => one.waiting);
    const cache = all((one) => one.kvCachePercent);
    return [
      {
        port,
        model,
        readings: seen.length,
        seconds,
        running: last.running,
        fewestWaiting: waiting.length < seen.length ? null : Math.min(...waiting),
        mostWaiting: waiting.length === 0 ? null : Math.max(...waiting),
        lowestCachePercent: cache.length < seen.length ? null : Math.min(...cache),
        highestCachePercent: cache.length === 0 ? null : Math.max(...cache),
        preemptionsPerSec: rate(
          seen.map((one) => one.preemptions),
          seconds,
        ),
        firstTokenSeconds: meanBetween(seen.map((one) => one.firstToken)),
        betweenTokensSeconds: meanBetween(seen.map((one) => one.betweenTokens)),
        queueSeconds: meanBetween(seen.map((one) => one.queue)),
      },
    ];
  });
}

export function tritonLoads(readings: Readings): TritonLoad[] {
  return (readings.at(-1)?.facts.triton ?? []).flatMap(({ port, model, version }) => {
    const series = seriesOf(readings, ({ triton }) =>
      triton.find((one) => one.port === port && one.model === model && one.version === version),
    );
    const span = spanOf(series);
    if (span === null) return [];
    const { last, seconds } = span;
    const seen = series.map(({ facts }) => facts);
    const added = (read: (one: ServingFacts['triton'][number]) => number | null): number | null =>
      growth(seen.map((one) => read(one)));
    const took = added((one) => one.requestUs);
    const [input, output] = [added((one) => one.inputUs), added((one) => one.outputUs)];
    return [
      {
        port,
        name: version === null ? model : `${model} v${version}`,
        seconds,
        requestsPerSec: rate(
          seen.map((one) => one.succeeded),
          seconds,
        ),
        failuresPerSec: rate(
          seen.map((one) => one.failed),
          seconds,
        ),
        pending: last.pending,
        queuePercent: percentOf(
          added((one) => one.queueUs),
          took,
        ),
        transferPercent: percentOf(input === null || output === null ? null : input + output, took),
        meanBatch: quotient(
          added((one) => one.inferences),
          added((one) => one.executions),
        ),
      },
    ];
  });
}

/** Null where a reading lacks it, or where it went back in between: the server was started anew. */
function growth(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length || known.some((value, at) => value < (known[at - 1] ?? value))) return null;
  const [first, last] = [known[0], known.at(-1)];
  return first === undefined || last === undefined ? null : last - first;
}

function rate(values: readonly (number | null)[], seconds: number): number | null {
  return seconds > 0 ? quotient(growth(values), seconds) : null;
}

function meanBetween(values: readonly ({ sum: number; count: number } | null)[]): number | null {
  return quotient(growth(values.map((one) => one?.sum ?? null)), growth(values.map((one) => one?.count ?? null)));
}

function quotient(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : part / whole;
}

function percentOf(part: number | null, whole: number | null): number | null {
  const share = quotient(part, whole);
  return share === null ? null : share * 100;
}

/** Why a server of models did not start or stopped, by the words of its log; the most telling first. */
export const serverTroubles = [
  'kv-cache',
  'gpu-memory',
  'host-memory',
  'nccl-system',
  'nccl',
  'driver',
  'model-load',
  'address-in-use',
] as const;
const patterns: Readonly<Record<(typeof serverTroubles)[number], RegExp>> = {
  'kv-cache':
    /max seq len \(\d+\) is larger than|No available memory for the cache blocks|KV cache (is )?needed|larger than the available KV cache memory/i,
  'gpu-memory': /CUDA out of memory|OutOfMemoryError|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED/i,
  'host-memory':
    /Out of memory: Killed process|oom-kill|Bus error|No space left on device.{0,40}shm|exit(ed with)? (code|status) 137/i,
  'nccl-system': /unhandled system error|ibv_reg_mr|Error while creating shared memory segment/i,
  nccl: /NCCL (error|WARN)|ncclCommInitRank|ncclInternalError|Watchdog caught collective operation timeout/i,
  driver:
    /Driver\/library version mismatch|driver version is insufficient|no kernel image is available|CUDA driver initialization failed|PTX.{0,60}unsupported|forward compatibility was attempted|Found no NVIDIA driver/i,
  'model-load':
    /UNAVAILABLE|failed to load|version .{0,20}mismatch|is at version \S+ but|unable to find .{0,60}model|Repository Not Found|does not appear to have a file named|Not found: unable to/i,
  'address-in-use': /Address already in use|EADDRINUSE|Failed to bind/i,
};

export const serverLogSchema = z.object({ trouble: z.enum([...serverTroubles, 'none']), line: z.string() });

/** Only the last lines count: what came before a restart has been got over. */
export function readServerLog(text: string): z.infer<typeof serverLogSchema> {
  const lines = text.slice(-200_000).split('\n').slice(-400);
  for (const trouble of serverTroubles) {
    const line = lines.findLast((one) => patterns[trouble].test(one.slice(0, 2000)));
    if (line !== undefined) return { trouble, line: line.trim().slice(0, 300) };
  }
  return { trouble: 'none', line: '' };
}
