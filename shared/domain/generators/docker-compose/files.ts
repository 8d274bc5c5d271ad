import type { GeneratedFile, GeneratorProblem, Values } from '../generator';
import { completed, fitting, keeping, keptNote, otherOf } from '../other-settings';
import { asValues, filledIn, groupOf, isOn, numberOf, pairsOf, rowsOf, textOf, textsOf } from '../values';
import { durationText, lostComments, pairsIn, readYamlFile, secondsIn, textsIn, yamlText } from '../yaml-file';
import { projectFields, serviceFields } from './fields';

/** Fields that stand in the file as they are in the form. */
const plainTexts = ['image', 'shm_size', 'ipc', 'network_mode', 'user', 'restart'] as const;
const plainLists = ['env_file', 'ports', 'volumes', 'devices', 'cap_add', 'depends_on'] as const;

export function files(form: Values): GeneratedFile[] {
  return [{ fileName: 'compose.yaml', language: 'yaml', text: yamlText(contentOf(form)), activation: 'compose' }];
}

function contentOf(form: Values): Values {
  const services = rowsOf(form, 'services').map((row) => {
    const own = asValues(escaped(serviceContent(row))) ?? {};
    return [textOf(row, 'name') ?? '', completed(own, otherOf(row))] as const;
  });
  const content = { ...filledIn({ name: escaped(textOf(form, 'name')) }), services: Object.fromEntries(services) };
  return completed(content, otherOf(form));
}

function serviceContent(row: Values): Values {
  const environment = Object.entries(pairsOf(row, 'environment')).map(([name, value]) => [
    name,
    value === '' ? null : value,
  ]);
  const test = textsOf(groupOf(row, 'healthcheck'), 'test');
  const health = groupOf(row, 'healthcheck');
  const logging = groupOf(row, 'logging');
  const maxFile = numberOf(logging, 'max_file');
  return (
    filledIn({
      ...Object.fromEntries(plainTexts.map((name) => [name, textOf(row, name)])),
      command: textsOf(row, 'command'),
      environment: Object.fromEntries(environment),
      ...Object.fromEntries(plainLists.map((name) => [name, textsOf(row, name)])),
      read_only: isOn(row, 'read_only') ? true : null,
      ulimits: filledIn({
        memlock: isOn(row, 'memlockUnlimited') ? -1 : null,
        stack: numberOf(row, 'stackBytes'),
        nofile: numberOf(row, 'nofile'),
      }),
      stop_grace_period: duration(row, 'stop_grace_period'),
      healthcheck: filledIn({
        test: test.length === 1 ? ['CMD-SHELL', test[0]] : test.length > 1 ? ['CMD', ...test] : null,
        interval: duration(health, 'interval'),
        timeout: duration(health, 'timeout'),
        retries: numberOf(health, 'retries'),
        start_period: duration(health, 'start_period'),
      }),
      logging: filledIn({
        driver: textOf(logging, 'driver'),
        options: filledIn({
          'max-size': textOf(logging, 'max_size'),
          // Options of a log driver are texts.
          'max-file': maxFile === null ? null : String(maxFile),
        }),
      }),
      deploy: gpus(row),
    }) ?? {}
  );
}

function gpus(row: Values): Values | null {
  const ids = textsOf(row, 'gpuIds');
  const amount = {
    all: { count: 'all' },
    count: { count: numberOf(row, 'gpuCount') ?? 1 },
    ids: { device_ids: ids },
  }[textOf(row, 'gpus') ?? ''];
  if (amount === undefined) return null;
  return { resources: { reservations: { devices: [{ driver: 'nvidia', ...amount, capabilities: ['gpu'] }] } } };
}

function duration(row: Values, name: string): string | null {
  const seconds = numberOf(row, name);
  return seconds === null ? null : durationText(seconds);
}

/** `$` would be filled in by compose; `$$` is one. Keys are not. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\$/g, '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  const inside = asValues(value);
  return inside === null ? value : Object.fromEntries(Object.entries(inside).map(([key, one]) => [key, escaped(one)]));
}

/** What compose fills in from its environment has no field: left out, so that it is kept as it is. */
function literal(value: unknown): unknown {
  if (typeof value === 'string')
    return /(^|[^$])(\$\$)*\$[{A-Za-z_]/.test(value) ? undefined : value.replaceAll('$$', '$');
  if (Array.isArray(value)) {
    const all = value.map(literal);
    return all.includes(undefined) ? undefined : all;
  }
  const inside = asValues(value);
  if (inside === null) return value;
  const entries = Object.entries(inside).map(([key, one]) => [key, literal(one)] as const);
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}

export function read(text: string): { values: Record<string, unknown>; notes: GeneratorProblem[] } | null {
  const raw = readYamlFile(text);
  const services = asValues(raw?.services);
  if (raw === null || services === null) return null;
  // Compose itself ignores the version.
  const { version: _, ...file } = raw;
  const rows = Object.entries(services).map(([name, one]) => readService(name, asValues(one) ?? {}));
  const taken = filledIn({ ...fitting(projectFields, { name: literal(file.name) }), services: rows });
  const values = keeping(file, taken ?? {}, contentOf);
  const notes = keptNote(
    values,
    rows.map((row) => [textOf(row, 'name') ?? '', row]),
  );
  return { values, notes: [...notes, ...lostComments(text)] };
}

function readService(name: string, raw: Values): Values {
  const file = {
    ...raw,
    ...(Array.isArray(raw.environment) && textsIn(raw.environment).length > 0
      ? { environment: namedIn(raw.environment) }
      : {}),
  };
  const service = asValues(literal(file)) ?? {};
  const limits = asValues(service.ulimits) ?? {};
  const health = asValues(service.healthcheck) ?? {};
  const options = asValues(asValues(service.logging)?.options) ?? {};
  const maxFile = Number(options['max-file']);
  const taken = filledIn({
    ...Object.fromEntries([...plainTexts, 'read_only'].map((key) => [key, service[key]])),
    command: wordsIn(service.command),
    environment: pairsIn(service.environment).filter(({ name: key }) => asValues(service.environment)?.[key] !== ''),
    ...Object.fromEntries(plainLists.map((key) => [key, textsIn(service[key])])),
    memlockUnlimited: limitIn(limits.memlock) === -1 ? true : null,
    stackBytes: limitIn(limits.stack),
    nofile: limitIn(limits.nofile),
    stop_grace_period: secondsIn(service.stop_grace_period),
    healthcheck: filledIn({
      test: testIn(health.test),
      interval: secondsIn(health.interval),
      timeout: secondsIn(health.timeout),
      retries: health.retries,
      start_period: secondsIn(health.start_period),
    }),
    logging: filledIn({
      driver: asValues(service.logging)?.driver,
      max_size: options['max-size'],
      max_file: Number.isInteger(maxFile) && options['max-file'] !== undefined ? maxFile : null,
    }),
    ...gpusIn(asValues(service.deploy)),
  });
  const values = { name, ...fitting(serviceFields, taken ?? {}, ['gpus', 'gpuCount', 'gpuIds']) };
  return keeping(file, values, (row) => asValues(escaped(serviceContent(row))) ?? {});
}

/** `NAME=value` lines as a mapping; a name alone is taken from outside. */
function namedIn(lines: readonly unknown[]): Values {
  return Object.fromEntries(
    textsIn(lines).map((line) => {
      const [, key = line, value = null] = /^([^=]*)=(.*)$/s.exec(line) ?? [];
      return [key, value];
    }),
  );
}

/** Words that no quote or escape holds together. */
function wordsIn(command: unknown): string[] {
  if (typeof command !== 'string') return textsIn(command);
  return /["'\\]/.test(command) ? [] : command.split(/\s+/).filter((one) => one !== '');
}

function testIn(test: unknown): string[] {
  if (typeof test === 'string') return [test];
  const [kind, ...words] = textsIn(test);
  return kind === 'CMD' || kind === 'CMD-SHELL' ? words : [];
}

/** Null: none, or a soft limit below the hard one. */
function limitIn(limit: unknown): number | null {
  const { soft, hard } = asValues(limit) ?? { soft: limit, hard: limit };
  return typeof soft === 'number' && soft === hard ? soft : null;
}

/** One reservation of NVIDIA's; any other stays as it is. */
function gpusIn(deploy: Values | null): Values {
  const devices = asValues(asValues(deploy?.resources)?.reservations)?.devices;
  const [device = {}, ...more] = Array.isArray(devices) ? devices.map((one) => asValues(one) ?? {}) : [];
  const { driver = 'nvidia', count, device_ids, capabilities, ...unknown } = device;
  const isUsual = driver === 'nvidia' && textsIn(capabilities).join() === 'gpu';
  if (!isUsual || more.length > 0 || Object.keys(unknown).length > 0) return {};
  if (device_ids !== undefined) return count === undefined ? { gpus: 'ids', gpuIds: textsIn(device_ids) } : {};
  if (count === 'all' || count === -1 || count === undefined) return { gpus: 'all' };
  return typeof count === 'number' ? { gpus: 'count', gpuCount: count } : {};
}
