import type { NodeModel } from '../model/node-model';
import { DcgmExporterMetrics } from '../services/dcgm-exporter-metrics';
import { metricsAt, runningServices } from '../services/service';
import { miniforgeInstaller } from './conda';
import { madeContainerAt } from './docker-containers';
import { answerOutside } from './internet';
import { nodeExporterMetrics, nodeExporterPort } from './node-exporter';
import { failed, optionValue, printed, type Tool } from './tool';

/** `curl` for the services of the node itself: `/metrics`, and `/health` of vLLM. `-o` and `-w` as scripts use them. */
export const curl: Tool = (model, args, { files }) => {
  if (args.includes('--version')) return printed('curl 8.5.0 (x86_64-pc-linux-gnu) OpenSSL/3.0.13\n');
  const outside = args.find((arg) => /^https?:\/\/(?!127\.|localhost)/.test(arg));
  if (outside !== undefined) {
    const answer = answerOutside(model, outside);
    if (answer !== null) return failed(answer.curlCode, `curl: (${answer.curlCode}) ${answer.text}\n`);
    const file = optionValue(args, '-o', '--output');
    if (file !== undefined && /\/Miniforge3-[^/]+\.sh$/.test(outside)) files?.write(file, miniforgeInstaller);
    return printed('');
  }
  const url = /^http:\/\/127\.0\.0\.1:(\d{1,5})(\/\S*)$/.exec(args.find((arg) => arg.startsWith('http')) ?? '');
  const [, portText = '', path = ''] = url ?? [];
  const port = Number(portText);
  if (path === '/metrics' && port === nodeExporterPort(model, files)) return printed(nodeExporterMetrics(model));
  const made = madeContainerAt(model, port);
  const metrics = metricsAt(model, port);
  const format = optionValue(args, '-w', '--write-out');
  const written = (status: string): string => (format === undefined ? '' : format.replace('%{http_code}', status));
  if (made !== null) {
    const body = pageOf(model, made, path);
    const isShown = optionValue(args, '-o', '--output') === undefined;
    return printed(`${isShown ? (body ?? '') : ''}${written(body === null ? '404' : '200')}`);
  }
  if (metrics === null) return failed(7, `curl: (7) Failed to connect to 127.0.0.1 port ${port}\n`, written('000'));
  const isVllm = runningServices(model).some((service) => service.port === port && service.kind === 'vllm');
  const triton = runningServices(model).find((service) => service.port === port && service.kind === 'triton');
  const named = /^\/v2\/(?:repository\/models\/([\w.-]+)\/load|models\/([\w.-]+)\/ready)$/.exec(path);
  const isModel = triton?.kind === 'triton' && triton.models.includes(named?.[1] ?? named?.[2] ?? '');
  const body = path === '/metrics' ? metrics.print() : (path === '/health' && isVllm) || isModel ? '' : null;
  const isHidden = optionValue(args, '-o', '--output') !== undefined;
  const shown = body ?? '{"detail":"Not Found"}';
  // -f: an answer of the server that is an error is one of curl too.
  if (body === null && args.some((arg) => /^-[a-zA-Z]*f/.test(arg)))
    return failed(22, 'curl: (22) The requested URL returned error: 404\n');
  return printed(`${isHidden ? '' : shown}${written(body === null ? '404' : '200')}`);
};

/** What a container that was made on the node answers; null: it has no such page. Triton's holds one model, `resnet50`. */
export function pageOf(
  model: NodeModel,
  { image, inside }: { image: string; inside: number },
  path: string,
): string | null {
  if (/dcgm-exporter/.test(image)) return path === '/metrics' ? new DcgmExporterMetrics(model).print() : null;
  if (/vllm/.test(image)) return path === '/health' ? '' : null;
  if (!/tritonserver/.test(image) || inside !== 8000) return null;
  if (path === '/v2/health/ready') return '';
  return path === '/v2/repository/index' ? '[{"name":"resnet50","version":"1","state":"READY"}]' : null;
}
