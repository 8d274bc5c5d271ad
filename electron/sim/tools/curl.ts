import { metricsAt, runningServices } from '../services/service';
import { answerOutside } from './internet';
import { failed, optionValue, printed, type Tool } from './tool';

/** `curl` for the services of the node itself: `/metrics`, and `/health` of vLLM. `-o` and `-w` as scripts use them. */
export const curl: Tool = (model, args) => {
  const outside = args.find((arg) => /^https?:\/\/(?!127\.|localhost)/.test(arg));
  if (outside !== undefined) {
    const answer = answerOutside(model, outside);
    return answer === null ? printed('') : failed(answer.curlCode, `curl: (${answer.curlCode}) ${answer.text}\n`);
  }
  const url = /^http:\/\/127\.0\.0\.1:(\d{1,5})(\/\S*)$/.exec(args.find((arg) => arg.startsWith('http')) ?? '');
  const [, portText = '', path = ''] = url ?? [];
  const port = Number(portText);
  const metrics = metricsAt(model, port);
  const format = optionValue(args, '-w', '--write-out');
  const written = (status: string): string => (format === undefined ? '' : format.replace('%{http_code}', status));
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
