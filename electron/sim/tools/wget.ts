import { miniforgeInstaller } from './conda';
import { pageOf } from './curl';
import { madeContainerAt } from './docker-containers';
import { answerOutside } from './internet';
import { nodeExporterMetrics, nodeExporterPort } from './node-exporter';
import { failed, optionValue, printed, type Tool } from './tool';

/** `wget` as scripts use it: pages of the node's own services (`-qO-`; `-S` writes the answer's head to stderr), and what is outside. */
export const wget: Tool = (model, args, { files }) => {
  if (args.includes('--version')) return printed('GNU Wget 1.21.3 built on linux-gnu.\n');
  const url = args.find((arg) => /^https?:/.test(arg)) ?? '';
  if (!URL.canParse(url)) return failed(1, 'wget: missing URL\n');
  const { hostname, port, pathname } = new URL(url);
  if (hostname === '127.0.0.1') {
    if (pathname === '/metrics' && Number(port) === nodeExporterPort(model, files))
      return printed(nodeExporterMetrics(model));
    const made = madeContainerAt(model, Number(port));
    if (made === null) return failed(4, `Connecting to 127.0.0.1:${port}... failed: Connection refused.\n`);
    const page = pageOf(model, made, pathname);
    const head = args.includes('-S') ? `  HTTP/1.1 ${page === null ? '404 Not Found' : '200 OK'}\n` : '';
    if (page === null) return failed(8, head);
    return { ...printed(args.includes('-qO-') ? page : ''), stderr: head };
  }
  const answer = answerOutside(model, url);
  if (answer !== null) return failed(answer.wgetCode, `${answer.wgetText}\n`);
  const file = optionValue(args, '-O');
  if (file !== undefined && /\/Miniforge3-[^/]+\.sh$/.test(url)) files?.write(file, miniforgeInstaller);
  return failed(0, `${url}: 200 OK\n`);
};
