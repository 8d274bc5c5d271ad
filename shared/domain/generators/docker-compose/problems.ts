import type { NodeFacts } from '../../facts/index';
import type { LocalizedText } from '../../text';
import { checkFields } from '../check-fields';
import type { GeneratorProblem, Values } from '../generator';
import { imageProblems } from '../image-problems';
import { otherOf } from '../other-settings';
import { asValues, both, groupOf, isOn, numberOf, problem, rowsOf, textOf, textsOf } from '../values';
import { sections } from './fields';

const spec = 'compose-spec, spec.md';
const gpuDocs = 'Docker documentation, Enable GPU access with Docker Compose';
type Path = GeneratorProblem['path'];
type Add = (severity: GeneratorProblem['severity'], path: Path, text: LocalizedText, source?: string) => unknown;

export function problems(form: Values, facts: NodeFacts | null): GeneratorProblem[] {
  const found = checkFields(sections, form);
  const add: Add = (severity, path, text, source = spec) => found.push(problem(severity, path, text, source));
  const name = textOf(form, 'name');
  if (name !== null && !/^[a-z0-9][a-z0-9_-]*$/.test(name)) {
    add('error', ['name'], both('Lower case letters, digits, - and _.', '只能用小写字母、数字、- 和 _。'));
  }
  const services = rowsOf(form, 'services');
  if (services.length === 0) add('error', ['services'], both('A service at least.', '至少需要一个服务。'));
  const names = services.map((row) => textOf(row, 'name'));
  const published = new Map<string, string>();
  const declared = Object.keys(asValues(otherOf(form).volumes) ?? {});
  for (const [index, row] of services.entries()) {
    const at = (...path: Path): Path => ['services', index, ...path];
    ofNames(names, index, row, at, add);
    found.push(...imageProblems(textOf(row, 'image'), at('image'), facts));
    const others = otherOf(row);
    if (textOf(row, 'image') === null && !['image', 'build', 'extends'].some((key) => key in others))
      add('error', at('image'), both('image is missing.', '缺少“image”。'));
    ofGpus(row, facts, at, add);
    ofPorts(row, published, at, add);
    ofMounts(row, declared, at, add);
    ofRun(row, at, add);
  }
  return found;
}

type At = (...path: Path) => Path;

function ofNames(names: ReadonlyArray<string | null>, index: number, row: Values, at: At, add: Add): void {
  const name = names[index] ?? null;
  if (name !== null && !/^[a-zA-Z0-9._-]+$/.test(name)) {
    add('error', at('name'), both('Letters, digits, -, _ and dots.', '只能用字母、数字、-、_ 和点。'));
  }
  if (name !== null && names.indexOf(name) < index)
    add('error', at('name'), both('There is one of this name already.', '已有同名服务。'));
  for (const [at2, other] of textsOf(row, 'depends_on').entries()) {
    if (other === name) add('error', at('depends_on', at2), both('It can’t wait for itself.', '不能依赖自身。'));
    else if (!names.includes(other))
      add('error', at('depends_on', at2), both('There is no such service.', '没有这个服务。'));
  }
}

function ofGpus(row: Values, facts: NodeFacts | null, at: At, add: Add): void {
  const wanted = textOf(row, 'gpus') ?? 'none';
  const ids = textsOf(row, 'gpuIds');
  if (wanted === 'ids' && ids.length === 0)
    add('error', at('gpuIds'), both('Say which GPUs.', '请指明 GPU。'), gpuDocs);
  if (wanted === 'none') return;
  const gpus = facts?.gpu?.gpus;
  if (gpus && gpus.length === 0) add('error', at('gpus'), both('This node has no GPU.', '此节点没有 GPU。'), gpuDocs);
  if (gpus && wanted === 'count' && (numberOf(row, 'gpuCount') ?? 1) > gpus.length) {
    add(
      'error',
      at('gpuCount'),
      both(`More than this node has: ${gpus.length}.`, `超过此节点的数量：${gpus.length}。`),
      gpuDocs,
    );
  }
  if (gpus && wanted === 'ids') {
    const known = gpus.flatMap(({ uuid }, index) => [String(index), ...(uuid === null ? [] : [uuid])]);
    for (const [index, id] of ids.entries()) {
      // Slices of MIG have UUIDs of their own.
      if (!known.includes(id) && !id.startsWith('MIG-')) {
        add('error', at('gpuIds', index), both('This node has no such GPU.', '此节点没有该 GPU。'), gpuDocs);
      }
    }
  }
  const runtimes = facts?.docker?.runtimes;
  if (runtimes && !runtimes.includes('nvidia') && (facts?.docker?.cdiSpecDirs.length ?? 0) === 0) {
    const text = both(
      'Docker on this node has no NVIDIA runtime: could not select device driver "nvidia".',
      '此节点的 Docker 没有 NVIDIA 运行时：could not select device driver "nvidia"。',
    );
    add('warn', at('gpus'), text, 'NVIDIA Container Toolkit, installation guide');
  }
  if (textOf(row, 'shm_size') === null && textOf(row, 'ipc') !== 'host') {
    const text = both(
      'Docker gives 64 MB: NCCL and data loaders end with “Bus error”.',
      'Docker 默认 64 MB：NCCL 和数据加载器会报 “Bus error”。',
    );
    add('info', at('shm_size'), text, 'NVIDIA NCCL documentation, Troubleshooting');
  }
}

/** Source of what passes ufw: Docker documentation, Packet filtering and firewalls. */
function ofPorts(row: Values, published: Map<string, string>, at: At, add: Add): void {
  const ports = textsOf(row, 'ports');
  if (ports.length > 0 && textOf(row, 'network_mode') === 'host') {
    add(
      'error',
      at('ports'),
      both('Not with the node’s own network: compose refuses it.', '使用主机网络时不能发布端口：compose 会拒绝。'),
    );
  }
  for (const [index, port] of ports.entries()) {
    const path = at('ports', index);
    const match =
      /^(?:(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\]):)?(?:(\d{1,5}(?:-\d{1,5})?)?:)?(\d{1,5}(?:-\d{1,5})?)(?:\/(?:tcp|udp))?$/.exec(
        port,
      );
    const numbers = port.replace(/^(\d+\.){3}\d+:|^\[.*\]:/, '').match(/\d+/g) ?? [];
    if (!match || numbers.some((one) => Number(one) < 1 || Number(one) > 65_535)) {
      add('error', path, both('ADDRESS:PORT:PORT.', '应为 地址:端口:端口。'));
      continue;
    }
    const [, address = '0.0.0.0', host = ''] = match;
    if (match[1] === undefined || address === '0.0.0.0' || address === '[::]') {
      const text = both(
        'Open to the whole network, whatever ufw says: begin with 127.0.0.1: or an address of the management network.',
        '对全网开放，ufw 无法阻止：请以 127.0.0.1: 或管理网地址开头。',
      );
      add('warn', path, text, 'Docker documentation, Packet filtering and firewalls');
    }
    const other = published.get(`${address}:${host}`);
    if (host !== '' && other !== undefined)
      add('error', path, both(`${other} has this port.`, `${other} 已占用该端口。`));
    else published.set(`${address}:${host}`, textOf(row, 'name') ?? '?');
  }
}

function ofMounts(row: Values, declared: readonly string[], at: At, add: Add): void {
  for (const [index, volume] of textsOf(row, 'volumes').entries()) {
    const [from = '', to] = volume.split(':');
    if (!/^\/.*/.test(to ?? '')) {
      add(
        'error',
        at('volumes', index),
        both('PATH:PATH, the second one from /.', '应为 路径:路径，第二个须以 / 开头。'),
      );
    } else if (!/^[/.~]/.test(from) && !declared.includes(from)) {
      add(
        'error',
        at('volumes', index),
        both(
          'A path of the node (from / or ./), or a volume that the other settings declare.',
          '应为节点上的路径（以 / 或 ./ 开头），或“其他设置”中声明的卷。',
        ),
      );
    } else if (/^\/var\/run\/docker\.sock$|^\/run\/docker\.sock$/.test(from)) {
      const text = both(
        'Who reaches Docker’s socket is root on the node.',
        '能访问 Docker 套接字即等同于节点的 root。',
      );
      add('warn', at('volumes', index), text, 'Docker documentation, Docker daemon attack surface');
    }
  }
}

function ofRun(row: Values, at: At, add: Add): void {
  for (const name of ['shm_size'] as const) {
    const size = textOf(row, name);
    if (size !== null && !/^\d+(?:\.\d+)?(?:b|k|kb|m|mb|g|gb)?$/i.test(size))
      add('error', at(name), both('A number with b, k, m or g.', '数字加 b、k、m 或 g。'));
  }
  if (textOf(row, 'shm_size') !== null && textOf(row, 'ipc') === 'host') {
    add('warn', at('shm_size'), both('Has no effect with ipc: host.', 'ipc: host 时无效。'));
  }
  const logSize = textOf(groupOf(row, 'logging'), 'max_size');
  if (logSize !== null && !/^\d+[kmg]?$/i.test(logSize))
    add('error', at('logging', 'max_size'), both('A number with k, m or g.', '数字加 k、m 或 g。'));
  for (const [index, pair] of rowsOf(row, 'environment').entries()) {
    const name = textOf(pair, 'name');
    if (name === null) continue;
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name))
      add('error', at('environment', index, 'name'), both('No name of a variable.', '不是有效的变量名。'));
    if (/TOKEN|PASSWORD|SECRET|API_?KEY/i.test(name) && textOf(pair, 'value') !== null) {
      const text = both(
        'A secret in the file: leave the value empty and give it in .env or the environment.',
        '文件中含机密：请留空，改在 .env 或环境变量中提供。',
      );
      add('warn', at('environment', index, 'value'), text);
    }
  }
  if (textOf(row, 'user') !== null && !/^\w[\w.-]*(?::\w[\w.-]*)?$/.test(textOf(row, 'user') ?? '')) {
    add('error', at('user'), both('UID or UID:GID.', '应为 UID 或 UID:GID。'));
  }
  const restart = textOf(row, 'restart');
  if (restart === null || restart === 'no') {
    add('info', at('restart'), both('It stays down after a restart of the node.', '节点重启后不会自动启动。'));
  }
  const test = textsOf(groupOf(row, 'healthcheck'), 'test');
  if (test.length === 0)
    add(
      'info',
      at('healthcheck', 'test'),
      both('Without one, a container that hangs counts as fine.', '没有健康检查时，卡住的容器仍视为正常。'),
    );
  if (isOn(row, 'read_only') && textsOf(row, 'volumes').length === 0) {
    add('info', at('read_only'), both('It then has nowhere to write but /dev/shm.', '除 /dev/shm 外将无处可写。'));
  }
}
