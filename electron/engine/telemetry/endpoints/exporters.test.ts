import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { parseExposition } from '../../probes/lib/parse-exposition';
import { hasRecordings, recording } from '../../probes/testing/recordings';
import { dcgmExporter } from './dcgm-exporter';
import { DistributionWindow } from './distribution';
import type { ExporterContext } from './exporter';
import { triton } from './triton';
import { vllm } from './vllm';

const context: ExporterContext = { place: ':8000', gpus: [], told: new Set(), isTold: () => false };

function shown(frames: readonly Frame[]): Record<string, Partial<Record<MetricId, number>>> {
  return Object.fromEntries(
    frames.map(({ subject, layout, values }) => [
      `${subject.kind} ${subject.id}`,
      Object.fromEntries(layout.map((metric, index) => [metric, values[index]])),
    ]),
  );
}

describe('vLLM', () => {
  const answer = (done: number, sums: { first: number; fast: number }) =>
    parseExposition(
      [
        'vllm:cache_config_info{block_size="16"} 1.0',
        'vllm:num_requests_running{engine="0",model_name="m"} 3',
        'vllm:num_requests_running{engine="1",model_name="m"} 4',
        'vllm:num_requests_waiting{engine="0",model_name="m"} 0',
        'vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.5',
        'vllm:kv_cache_usage_perc{engine="1",model_name="m"} 0.97',
        'vllm:num_preemptions_total{engine="0",model_name="m"} 12',
        `vllm:request_success_total{engine="0",finished_reason="stop",model_name="m"} ${done}`,
        'vllm:request_success_total{engine="0",finished_reason="length",model_name="m"} 2',
        `vllm:time_to_first_token_seconds_bucket{engine="0",le="0.5",model_name="m"} ${sums.fast}`,
        `vllm:time_to_first_token_seconds_bucket{engine="0",le="1.0",model_name="m"} ${done}`,
        `vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf",model_name="m"} ${done}`,
        `vllm:time_to_first_token_seconds_sum{engine="0",model_name="m"} ${sums.first}`,
        `vllm:time_to_first_token_seconds_count{engine="0",model_name="m"} ${done}`,
      ].join('\n'),
    );

  it('is told by model: engines added up, the fullest cache, times of the last minute', () => {
    const reader = vllm.create(context);
    const first = shown(reader.read(answer(100, { first: 40, fast: 80 }), 0));
    expect(first['service vllm :8000 m']).toMatchObject({
      'service.requestsRunning': 7,
      'service.requestsWaiting': 0,
      'service.kvCachePercent': 97,
      'service.preemptions': 12,
      'service.requests': 102,
      // Not told by this release.
      'service.generatedTokens': Number.NaN,
      // Nothing to compare with yet.
      'service.firstTokenMeanSeconds': Number.NaN,
    });
    // Ten requests, five of them within half a second.
    const second = shown(reader.read(answer(110, { first: 47, fast: 85 }), 10_000))['service vllm :8000 m'];
    expect(second?.['service.firstTokenMeanSeconds']).toBeCloseTo(0.7);
    expect(second?.['service.firstTokenP95Seconds']).toBeCloseTo(0.95);
  });

  it('keeps the same layout for all its frames, and NaN where it said nonsense', () => {
    const reader = vllm.create(context);
    const read = (value: string) =>
      reader.read(parseExposition(`vllm:kv_cache_usage_perc{model_name="m"} ${value}`), 0);
    const [one, other] = [read('0.5')[0], read('-3')[0]];
    expect(one?.layout).toBe(other?.layout);
    expect(shown([other as Frame])['service vllm :8000 m']?.['service.kvCachePercent']).toBeNaN();
  });

  it.skipIf(!hasRecordings)('is read as it was recorded, by the older name of the cache', () => {
    const samples = parseExposition(recording('software/vllm-metrics__v0-engine-opt-125m.prom'));
    const frames = shown(vllm.create(context).read(samples, 0));
    expect(Object.keys(frames)).toEqual(['service vllm :8000 facebook/opt-125m']);
    expect(frames['service vllm :8000 facebook/opt-125m']).toMatchObject({
      'service.requestsRunning': 0,
      'service.kvCachePercent': 0,
      'service.preemptions': 0,
      'service.promptTokens': 5,
      'service.generatedTokens': 7,
    });
  });
});

describe('Triton', () => {
  it('is told by model and version, GPUs and reasons added up', () => {
    const text = (requests: number, queueUs: number) =>
      [
        `nv_inference_request_success{model="a",version="1",gpu_uuid="GPU-1"} ${requests}`,
        `nv_inference_request_success{model="a",version="1",gpu_uuid="GPU-2"} ${requests}`,
        'nv_inference_request_failure{model="a",version="1",reason="REJECTED"} 3',
        'nv_inference_request_failure{model="a",version="1",reason="OTHER"} 1',
        `nv_inference_queue_duration_us{model="a",version="1"} ${queueUs}`,
        'nv_inference_pending_request_count{model="a",version="1"} 6',
        'nv_inference_count{model="b",version="2"} NaN',
        'nv_inference_count{model="b",version="2"} 7',
      ].join('\n');
    const reader = triton.create({ ...context, place: '10.0.0.5:8002' });
    reader.read(parseExposition(text(10, 1e6)), 0);
    const frames = shown(reader.read(parseExposition(text(15, 3e6)), 5000));
    expect(frames['service triton 10.0.0.5:8002 a v1']).toMatchObject({
      'service.requests': 30,
      'service.failures': 4,
      'service.queuedSeconds': 3,
      'service.requestsPending': 6,
      'service.queueMeanSeconds': 0.2,
      'service.inferences': Number.NaN,
    });
    expect(frames['service triton 10.0.0.5:8002 b v2']?.['service.inferences']).toBe(7);
  });

  it.skipIf(!hasRecordings)('is read as it was recorded', () => {
    const frames = shown(
      triton.create(context).read(parseExposition(recording('software/triton-metrics__t4-2.38.prom')), 0),
    );
    expect(Object.keys(frames)).toHaveLength(8);
    expect(frames['service triton :8000 densenet_onnx v1']).toMatchObject({
      'service.requests': 3,
      'service.failures': 0,
      'service.inferences': 3,
      'service.queuedSeconds': 0.000145,
      'service.handledSeconds': 1.327965,
    });
  });
});

describe('dcgm-exporter', () => {
  const uuid = 'GPU-34319582-d595-d1c7-d1d2-179bcfa61660';
  const samples = parseExposition(
    [
      `DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="${uuid}"} 61`,
      `DCGM_FI_DEV_FB_USED{gpu="0",UUID="${uuid}"} 4845`,
      `DCGM_FI_PROF_SM_ACTIVE{gpu="0",UUID="${uuid}"} 0.981`,
      `DCGM_FI_PROF_SM_ACTIVE{gpu="0",UUID="${uuid}",GPU_I_PROFILE="1g.5gb",GPU_I_ID="13"} 0.2`,
      `DCGM_FI_DEV_MEMORY_TEMP{gpu="0",UUID="${uuid}"} 9223372036854775794`,
      'DCGM_FI_PROF_SM_ACTIVE{gpu="1",UUID="GPU-aaaaaaaa-0000"} 0.5',
      'DCGM_FI_PROF_SM_ACTIVE{gpu="2",UUID="nonsense"} 0.5',
    ].join('\n'),
  );

  it('tells what no tool of the node tells, and of its GPUs only', () => {
    const told = new Set<MetricId>(['gpu.temperatureC', 'gpu.memoryUsedBytes', 'gpu.memoryTemperatureC']);
    const frames = shown(dcgmExporter.create({ ...context, gpus: [uuid], told }).read(samples, 0));
    expect(frames).toEqual({ [`gpu ${uuid}`]: { 'gpu.smActivePercent': expect.closeTo(98.1) } });
  });

  it('tells everything where there is no tool, blank values as unknown', () => {
    const frames = shown(dcgmExporter.create(context).read(samples, 0));
    expect(Object.keys(frames)).toEqual([`gpu ${uuid}`, 'gpu GPU-aaaaaaaa-0000']);
    expect(frames[`gpu ${uuid}`]).toEqual({
      'gpu.temperatureC': 61,
      'gpu.memoryUsedBytes': 4845 * 1024 * 1024,
      'gpu.memoryTemperatureC': Number.NaN,
      'gpu.smActivePercent': expect.closeTo(98.1),
    });
  });

  it.skipIf(!hasRecordings)('is read as it was recorded, slices of MIG aside', () => {
    const text = recording('software/dcgm-exporter-metrics__a100-mig.prom');
    const frames = shown(dcgmExporter.create(context).read(parseExposition(text), 0));
    expect(Object.keys(frames)).toEqual([`gpu ${uuid}`]);
    expect(frames[`gpu ${uuid}`]).toMatchObject({
      'gpu.powerW': 409.692,
      'gpu.energyJ': 319159.391,
      'gpu.tensorActivePercent': expect.closeTo(92.926),
      'gpu.graphicsActivePercent': expect.closeTo(99.563),
    });
  });
});

describe('any of them', () => {
  it('never throws, whatever it is told', () => {
    const name = fc.constantFrom(
      'vllm:num_requests_running',
      'vllm:time_to_first_token_seconds_bucket',
      'vllm:time_to_first_token_seconds_count',
      'vllm:time_to_first_token_seconds_sum',
      'nv_inference_request_success',
      'nv_inference_queue_duration_us',
      'DCGM_FI_PROF_SM_ACTIVE',
    );
    const labels = fc.dictionary(fc.constantFrom('model_name', 'model', 'version', 'le', 'UUID'), fc.string());
    const sample = fc.record({ name, labels: labels.map((each) => new Map(Object.entries(each))), value: fc.double() });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(sample), fc.nat())), (rounds) => {
        const readers = [vllm, triton, dcgmExporter].map((exporter) => exporter.create(context));
        for (const [samples, atMs] of rounds) {
          for (const reader of readers) {
            for (const { layout, values } of reader.read(samples, atMs)) expect(values).toHaveLength(layout.length);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a distribution', () => {
  const total = (count: number, sum = count) => ({ sum, count, buckets: new Map([[1, count]]) });

  it('forgets what is older than a minute, and a service that began again', () => {
    const window = new DistributionWindow();
    window.push(0, total(0));
    window.push(30_000, total(10, 10));
    window.push(70_000, total(20, 40));
    // From the one at 0, the last that is a minute old.
    expect(window.mean()).toBe(2);
    window.push(91_000, total(30, 140));
    expect(window.mean()).toBe(6.5);
    window.push(96_000, total(2));
    expect(window.mean()).toBeNaN();
    window.push(101_000, total(4, 8));
    expect(window.mean()).toBe(3);
    // After a silence the last minute is not known.
    window.push(500_000, total(9));
    expect(window.mean()).toBeNaN();
  });

  it('gives no share above its last bound', () => {
    const window = new DistributionWindow();
    const withTail = (count: number, within: number) => ({
      sum: count,
      count,
      buckets: new Map([
        [1, within],
        [Number.POSITIVE_INFINITY, count],
      ]),
    });
    window.push(0, withTail(0, 0));
    window.push(1000, withTail(100, 10));
    expect(window.quantile(0.95)).toBe(1);
    expect(window.quantile(0.05)).toBeCloseTo(0.5);
  });
});
