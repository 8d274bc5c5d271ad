import type { GeneratedFile, Values } from '../generator';
import { groupOf, numberOf, numbersOf, oneLine, pairsOf, rowsOf, textOf, textsOf } from '../values';
import { durationText } from '../yaml-file';
import {
  basePattern,
  imagePathPattern,
  packagePattern,
  projectPathPattern,
  requirementPattern,
  userPattern,
  variablePattern,
} from './words';

const usuallyIgnored = ['.git', '.venv', '__pycache__', '*.pyc', '.env', '*.pem', '*.key'];

export function files(form: Values): GeneratedFile[] {
  const ignored = [...new Set([...usuallyIgnored, ...textsOf(form, 'ignore')])];
  return [
    { fileName: 'Dockerfile', language: 'dockerfile', text: `${blocks(form).join('\n\n')}\n` },
    {
      fileName: '.dockerignore',
      language: 'text',
      text: `${ignored.map((line) => line.replace(/^#/, '\\#')).join('\n')}\n`,
    },
  ];
}

function blocks(form: Values): string[] {
  const base = textOf(form, 'base') ?? '';
  const requirements = matching(textsOf(form, 'pip'), requirementPattern);
  const list = matching([textOf(form, 'requirements') ?? ''], projectPathPattern)[0] ?? null;
  const hasPip = requirements.length > 0 || list !== null;
  const user = matching([textOf(form, 'user') ?? 'app'], userPattern)[0] ?? 'app';
  const uid = numberOf(form, 'uid') ?? 10_001;
  const workdir = matching([textOf(form, 'workdir') ?? ''], imagePathPattern)[0] ?? '/app';
  const environment = Object.entries(pairsOf(form, 'environment')).filter(([name]) => variablePattern.test(name));
  return [
    `FROM ${basePattern.test(base) ? base : 'scratch'}`,
    ...system(matching(textsOf(form, 'packages'), packagePattern), hasPip, /rocky|ubi|rhel|alma|fedora/.test(base)),
    ...(hasPip ? [python(requirements, list)] : []),
    ...(environment.length > 0
      ? [environment.map(([name, value]) => `ENV ${name}="${quoted(value)}"`).join('\n')]
      : []),
    ...(user === 'root'
      ? []
      : [`RUN groupadd --gid ${uid} ${user} && useradd --uid ${uid} --gid ${uid} --create-home ${user}`]),
    [`WORKDIR ${workdir}`, ...rowsOf(form, 'copy').flatMap((row) => copy(row, user, uid))].join('\n'),
    ...(user === 'root' ? [] : [`USER ${uid}:${uid}`]),
    ...ending(form),
  ];
}

/** Lists of packages that are only needed while installing stay out of the layer. */
function system(wanted: readonly string[], hasPip: boolean, isRpm: boolean): string[] {
  const python = isRpm ? ['python3', 'python3-pip'] : ['python3', 'python3-venv'];
  const packages = [...new Set([...wanted, ...(hasPip ? python : [])])];
  if (packages.length === 0) return [];
  if (isRpm) return [`RUN dnf install -y ${packages.join(' ')} && dnf clean all`];
  return [
    [
      'RUN apt-get update \\',
      ` && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages.join(' ')} \\`,
      ' && rm -rf /var/lib/apt/lists/*',
    ].join('\n'),
  ];
}

function python(requirements: readonly string[], list: string | null): string {
  const install = (what: string) => `RUN /opt/venv/bin/pip install --no-cache-dir ${what}`;
  return [
    'RUN python3 -m venv /opt/venv',
    'ENV PATH="/opt/venv/bin:$PATH"',
    ...(requirements.length > 0 ? [install(requirements.map((one) => `'${one}'`).join(' '))] : []),
    ...(list === null ? [] : [`COPY ${words([list, '/tmp/requirements.txt'])}`, install('-r /tmp/requirements.txt')]),
  ].join('\n');
}

function copy(row: Values, user: string, uid: number): string[] {
  const [from, to] = [textOf(row, 'from'), textOf(row, 'to')];
  if (from === null || to === null || !projectPathPattern.test(from) || !imagePathPattern.test(to)) return [];
  return [`COPY ${user === 'root' ? '' : `--chown=${uid}:${uid} `}${words([from, to])}`];
}

function ending(form: Values): string[] {
  const ports = numbersOf(form, 'ports');
  const health = groupOf(form, 'healthcheck');
  const test = textsOf(health, 'test');
  const option = (name: string, field: string) => {
    const seconds = numberOf(health, field);
    return seconds === null ? '' : ` --${name}=${durationText(seconds)}`;
  };
  const retries = numberOf(health, 'retries');
  const options = `${option('interval', 'interval')}${option('timeout', 'timeout')}${option('start-period', 'start_period')}`;
  const lines = [
    ...(ports.length > 0 ? [`EXPOSE ${ports.join(' ')}`] : []),
    ...(test.length > 0
      ? [`HEALTHCHECK${options}${retries === null ? '' : ` --retries=${retries}`} CMD ${words(test)}`]
      : []),
    ...line('ENTRYPOINT', textsOf(form, 'entrypoint')),
    ...line('CMD', textsOf(form, 'command')),
  ];
  return lines.length > 0 ? [lines.join('\n')] : [];
}

function line(instruction: string, all: readonly string[]): string[] {
  return all.length > 0 ? [`${instruction} ${words(all)}`] : [];
}

/** The exec form: a JSON array, which neither a shell nor the builder fills in. */
function words(all: readonly string[]): string {
  return JSON.stringify(all);
}

/** Between double quotes of ENV, where backslash, quote and dollar mean something. */
function quoted(value: string): string {
  return oneLine(value).replace(/[\\"$]/g, '\\$&');
}

function matching(all: readonly string[], pattern: RegExp): string[] {
  return all.filter((one) => pattern.test(one));
}
