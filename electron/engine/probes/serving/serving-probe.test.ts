import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { servingProbe } from './serving-probe';

const metrics = `== 8000 200 404 200
vllm:num_requests_running{engine="0",model_name="llama"} 24.0
vllm:num_requests_running{engine="1",model_name="llama"} 6.0
vllm:num_requests_waiting{engine="0",model_name="llama"} 3.0
vllm:kv_cache_usage_perc{engine="0",model_name="llama"} 0.25
vllm:kv_cache_usage_perc{engine="1",model_name="llama"} 0.75
vllm:num_preemptions_total{engine="0",model_name="llama"} 7.0
vllm:time_to_first_token_seconds_count{model_name="llama"} 10.0
vllm:time_to_first_token_seconds_sum{model_name="llama"} 4.5
vllm:time_per_output_token_seconds_count{model_name="llama"} 100.0
vllm:time_per_output_token_seconds_sum{model_name="llama"} 2.5
vllm:cache_config_info{block_size="16"} 1.0
== 8002 000 404 200
nv_inference_request_success{model="bert",version="1",gpu_uuid="GPU-a"} 100
nv_inference_request_success{model="bert",version="1",gpu_uuid="GPU-b"} 20
nv_inference_request_failure{model="bert",version="1",reason="REJECTED"} 4
nv_inference_request_failure{model="bert",version="1",reason="OTHER"} 1
nv_inference_count{model="bert",version="1"} 240
nv_inference_exec_count{model="bert",version="1"} 60
nv_inference_queue_duration_us{model="bert",version="1"} 1000
nv_inference_request_duration_us{model="bert",version="1"} 4000
== done
`;

describe('serving probe', () => {
  it('reads what vLLM and Triton tell of their models, engines and GPUs together', () => {
    expect(factsOf(servingProbe, { metrics })).toEqual({
      servers: [
        { port: 8000, kind: 'vllm', healthStatus: 200, metricsStatus: 200 },
        { port: 8002, kind: 'triton', healthStatus: null, metricsStatus: 200 },
      ],
      vllm: [
        {
          port: 8000,
          model: 'llama',
          running: 30,
          waiting: 3,
          kvCachePercent: 75,
          preemptions: 7,
          firstToken: { sum: 4.5, count: 10 },
          betweenTokens: { sum: 2.5, count: 100 },
          queue: null,
        },
      ],
      triton: [
        {
          port: 8002,
          model: 'bert',
          version: '1',
          succeeded: 120,
          failed: 5,
          inferences: 240,
          executions: 60,
          pending: null,
          requestUs: 4000,
          queueUs: 1000,
          inputUs: null,
          outputUs: null,
        },
      ],
    });
  });

  it('tells apart a server that is not ready, one that is something else, and none', () => {
    const servers = (text: string) => factsOf(servingProbe, { metrics: text }).servers;
    expect(servers('== 8000 404 400 404\n== done\n')).toMatchObject([{ kind: 'triton', healthStatus: 400 }]);
    expect(servers('== 8000 503 404 200\nvllm:num_requests_running{model_name="m"} 0\n== done\n')).toMatchObject([
      { kind: 'vllm', healthStatus: 503 },
    ]);
    expect(servers('== 8000 000 000 000\n== done\n')).toMatchObject([{ kind: 'other', healthStatus: 0 }]);
    expect(servers('== done\n')).toEqual([]);
  });

  it('names curl where it is missing', () => {
    expect(servingProbe.parse({ metrics: printed('', 127) })).toMatchObject({
      state: 'missing-tool',
      reason: { params: { tool: 'curl' } },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(servingProbe, { metrics });
  });
});
