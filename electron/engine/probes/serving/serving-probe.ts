import type { CommandSpec } from '#shared/domain/command';
import type { ServingFacts } from '#shared/domain/facts/serving';
import { isProblem, readCommand, unparsable } from '../lib/outcome';
import { type ExpositionSample, parseExposition } from '../lib/parse-exposition';
import { defineProbe } from '../probe';

type Server = ServingFacts['servers'][number];

/**
 * Asks only where something listens, and only these ports: 8000 is vLLM's and Triton's HTTP, 8002 Triton's metrics, 8001 a second
 * vLLM. Buckets of histograms are most of the text and are not needed.
 */
const script = `command -v curl >/dev/null 2>&1 || exit 127
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
status() { curl -s -m 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$1$2" 2>/dev/null; }
for p in 8000 8001 8002; do
  h=$(printf '%04X' "$p")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -qiE "^ *[0-9]+: [0-9A-F]+:$h [0-9A-F]+:0000 0A " || continue
  echo "== $p $(status "$p" /health) $(status "$p" /v2/health/ready) $(status "$p" /metrics)"
  curl -s -m 5 "http://127.0.0.1:$p/metrics" 2>/dev/null | grep -E '^(vllm:|nv_inference_)' | grep -v _bucket | head -n 2000
done
echo '== done'`;
const metrics: CommandSpec = { id: 'metrics', argv: ['sh', '-c', script], timeoutMs: 20_000 };

export const servingProbe = defineProbe({
  id: 'serving',
  commands: [metrics],
  sources: { '': 'metrics' },
  parse(outputs) {
    const output = readCommand(outputs, metrics);
    if (isProblem(output)) return output.reason.key === 'probes.missingTool' ? missingCurl(output) : output;
    const facts = parseServing(output.stdout);
    return facts && !output.isTruncated ? { state: 'ok', facts } : unparsable(metrics, output);
  },
});

function missingCurl(problem: ReturnType<typeof unparsable>): ReturnType<typeof unparsable> {
  return { ...problem, reason: { ...problem.reason, params: { tool: 'curl' } } };
}

/**
 *   == 8000 200 404 200
 *   vllm:num_requests_running{engine="0",model_name="llama"} 24.0
 *   == done
 * The numbers: port, status of /health, of /v2/health/ready and of /metrics. Null: something else, or cut short.
 */
export function parseServing(text: string): ServingFacts | null {
  const parts = text.split(/^== /m);
  if (parts[0] !== '' || parts.at(-1) !== 'done\n') return null;
  const facts: ServingFacts = { servers: [], vllm: [], triton: [] };
  for (const part of parts.slice(1, -1)) {
    const match = /^(\d{1,5}) (\d{3}) (\d{3}) (\d{3})\n/.exec(part);
    if (!match) return null;
    const [port, health, ready, status] = match.slice(1, 5).map(Number) as [number, number, number, number];
    const samples = parseExposition(part.slice(match[0].length), (name) => /^(vllm:|nv_inference_)/.test(name));
    const models = { vllm: vllmModels(port, samples), triton: tritonModels(port, samples) };
    facts.vllm.push(...models.vllm);
    facts.triton.push(...models.triton);
    // Triton's HTTP port has no metrics, and is known by its own page.
    const isTriton = models.triton.length > 0 || (models.vllm.length === 0 && [200, 400, 503].includes(ready));
    const kind: Server['kind'] = isTriton ? 'triton' : models.vllm.length > 0 ? 'vllm' : 'other';
    const healthStatus = kind === 'triton' ? ready : health;
    facts.servers.push({ port, kind, healthStatus: healthStatus === 404 ? null : healthStatus, metricsStatus: status });
  }
  return facts;
}

const MOST_MODELS = 64;

/** Samples by model; what has no name belongs to none. */
function byModel(samples: readonly ExpositionSample[], keyOf: (labels: ExpositionSample['labels']) => string | null) {
  const models = new Map<string, ExpositionSample[]>();
  for (const sample of samples) {
    const key = keyOf(sample.labels);
    if (key === null || !Number.isFinite(sample.value)) continue;
    const known = models.get(key) ?? [];
    if (known.length === 0 && models.size >= MOST_MODELS) continue;
    known.push(sample);
    models.set(key, known);
  }
  return [...models];
}

function valuesOf(samples: readonly ExpositionSample[], names: readonly string[]): number[] {
  for (const wanted of names) {
    const values = samples.filter(({ name, value }) => name === wanted && value >= 0).map(({ value }) => value);
    if (values.length > 0) return values;
  }
  return [];
}

function sumOf(samples: readonly ExpositionSample[], ...names: string[]): number | null {
  const values = valuesOf(samples, names);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

/** Newer names first: releases renamed some, and counters carry `_total` in text. */
function vllmModels(port: number, samples: readonly ExpositionSample[]): ServingFacts['vllm'] {
  const own = samples.filter(({ name }) => name.startsWith('vllm:'));
  return byModel(own, (labels) => labels.get('model_name') ?? labels.get('model') ?? null).map(([model, of]) => {
    const histogram = (...names: string[]) => {
      for (const name of names) {
        const [sum, count] = [sumOf(of, `vllm:${name}_sum`), sumOf(of, `vllm:${name}_count`)];
        if (sum !== null && count !== null) return { sum, count };
      }
      return null;
    };
    const shares = valuesOf(of, ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc']);
    const fullest = shares.length === 0 ? null : Math.max(...shares);
    return {
      port,
      model,
      running: sumOf(of, 'vllm:num_requests_running'),
      waiting: sumOf(of, 'vllm:num_requests_waiting'),
      kvCachePercent: fullest === null || fullest > 1.01 ? null : fullest * 100,
      preemptions: sumOf(of, 'vllm:num_preemptions_total', 'vllm:num_preemptions'),
      firstToken: histogram('time_to_first_token_seconds'),
      betweenTokens: histogram('inter_token_latency_seconds', 'time_per_output_token_seconds'),
      queue: histogram('request_queue_time_seconds'),
    };
  });
}

function tritonModels(port: number, samples: readonly ExpositionSample[]): ServingFacts['triton'] {
  const own = samples.filter(({ name }) => name.startsWith('nv_inference_'));
  const key = (labels: ExpositionSample['labels']) => {
    const model = labels.get('model');
    return model === undefined ? null : JSON.stringify([model, labels.get('version') ?? null]);
  };
  return byModel(own, key).map(([id, of]) => {
    const [model, version] = JSON.parse(id) as [string, string | null];
    const sum = (name: string) => sumOf(of, `nv_inference_${name}`);
    return {
      port,
      model,
      version,
      succeeded: sum('request_success'),
      failed: sum('request_failure'),
      inferences: sum('count'),
      executions: sum('exec_count'),
      pending: sum('pending_request_count'),
      requestUs: sum('request_duration_us'),
      queueUs: sum('queue_duration_us'),
      inputUs: sum('compute_input_duration_us'),
      outputUs: sum('compute_output_duration_us'),
    };
  });
}
