import type { GeneratedFile, GeneratorProblem, Values } from '../generator';
import { asValues, filledIn, groupOf, isOn, numberOf, pairsOf, rowsOf, textOf, textsOf } from '../values';
import { durationText, lost, lostComments, pairsIn, readYamlFile, secondsIn, textsIn, yamlText } from '../yaml-file';

/** Fields that stand in the file as they are in the form. */
const plainTexts = ['image', 'shm_size', 'ipc', 'network_mode', 'user', 'restart'] as const;
const plainLists = ['env_file', 'ports', 'volumes', 'devices', 'cap_add', 'depends_on'] as const;

export function files(form: Values): GeneratedFile[] {
  const services = rowsOf(form, 'services').map((row) => [textOf(row, 'name') ?? '', service(row)] as const);
  const content = { ...filledIn({ name: textOf(form, 'name') }), services: Object.fromEntries(services) };
  return [{ fileName: 'compose.yaml', language: 'yaml', text: yamlText(escaped(content)), activation: 'compose' }];
}

function service(row: Values): Values {
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
      healthcheck:
        test.length === 0
          ? null
          : filledIn({
              test: test.length === 1 ? ['CMD-SHELL', test[0]] : ['CMD', ...test],
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
  return mapTexts(value, (text) => text.replace(/\$/g, '$$$$'));
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change));
  const inside = asValues(value);
  return inside === null
    ? value
    : Object.fromEntries(Object.entries(inside).map(([key, one]) => [key, mapTexts(one, change)]));
}

export function read(text: string): { values: Record<string, unknown>; notes: GeneratorProblem[] } | null {
  const raw = readYamlFile(text);
  const services = asValues(raw?.services);
  if (raw === null || services === null) return null;
  const notes: GeneratorProblem[] = [];
  const isFilledIn = /(^|[^$])(\$\$)*\$[{A-Za-z_]/.test(JSON.stringify(raw));
  const file = mapTexts(raw, (one) => one.replaceAll('$$', '$')) as Values;
  const { name, services: _, version, ...others } = file;
  notes.push(...lost('', { ...others, ...(isFilledIn ? { '${…}': true } : {}) }));
  const values = filledIn({
    name,
    services: Object.entries(asValues(file.services) ?? {}).map(([key, one]) =>
      readService(key, asValues(one) ?? {}, notes),
    ),
  });
  return values === null ? null : { values, notes: [...notes, ...lostComments(text)] };
}

function readService(name: string, service: Values, notes: GeneratorProblem[]): Values {
  const { command, environment, read_only, ulimits, stop_grace_period, healthcheck, logging, deploy, ...rest } =
    service;
  const known = new Set<string>([...plainTexts, ...plainLists]);
  notes.push(...lost(name, Object.fromEntries(Object.entries(rest).filter(([key]) => !known.has(key)))));
  const limits = asValues(ulimits) ?? {};
  const { memlock, stack, nofile, ...otherLimits } = limits;
  notes.push(...lost(`${name}.ulimits`, otherLimits));
  const health = asValues(healthcheck) ?? {};
  const test = textsIn(health.test);
  const isShell = typeof health.test === 'string' || test[0] === 'CMD-SHELL';
  const options = asValues(asValues(logging)?.options) ?? {};
  const words = typeof command === 'string' ? command.split(/\s+/) : textsIn(command);
  const maxFile = Number(options['max-file']);
  return {
    name,
    ...filledIn({
      ...Object.fromEntries(plainTexts.map((key) => [key, typeof rest[key] === 'string' ? rest[key] : null])),
      command: words,
      environment: Array.isArray(environment)
        ? textsIn(environment).map((line) => {
            const [, key = line, value = ''] = /^([^=]*)=(.*)$/s.exec(line) ?? [];
            return { name: key, value };
          })
        : pairsIn(environment),
      ...Object.fromEntries(
        plainLists.map((key) => [
          key,
          textsIn(key === 'depends_on' && asValues(rest[key]) ? Object.keys(rest[key] as Values) : rest[key]),
        ]),
      ),
      read_only: read_only === true ? true : null,
      memlockUnlimited: soft(memlock) === -1 ? true : null,
      stackBytes: soft(stack),
      nofile: soft(nofile),
      stop_grace_period: secondsIn(stop_grace_period),
      healthcheck: filledIn({
        test: isShell ? test.slice(test[0] === 'CMD-SHELL' ? 1 : 0) : test.slice(test[0] === 'CMD' ? 1 : 0),
        interval: secondsIn(health.interval),
        timeout: secondsIn(health.timeout),
        retries: health.retries,
        start_period: secondsIn(health.start_period),
      }),
      logging: filledIn({
        driver: asValues(logging)?.driver,
        max_size: options['max-size'],
        max_file: Number.isInteger(maxFile) && options['max-file'] !== undefined ? maxFile : null,
      }),
      ...readGpus(name, asValues(deploy) ?? {}, notes),
    }),
  };
}

function soft(limit: unknown): number | null {
  const value = asValues(limit)?.soft ?? limit;
  return typeof value === 'number' ? value : null;
}

function readGpus(name: string, { resources, ...others }: Values, notes: GeneratorProblem[]): Values {
  notes.push(...lost(`${name}.deploy`, others));
  const { reservations, ...moreResources } = asValues(resources) ?? {};
  notes.push(...lost(`${name}.deploy.resources`, moreResources));
  const { devices, ...moreReservations } = asValues(reservations) ?? {};
  notes.push(...lost(`${name}.deploy.resources.reservations`, moreReservations));
  const { driver, count, device_ids, capabilities, ...more } =
    asValues(Array.isArray(devices) ? devices[0] : null) ?? {};
  notes.push(...lost(`${name}.devices`, more));
  if (device_ids !== undefined) return { gpus: 'ids', gpuIds: textsIn(device_ids) };
  if (count === 'all' || count === -1) return { gpus: 'all' };
  if (typeof count === 'number') return { gpus: 'count', gpuCount: count };
  return Array.isArray(capabilities) ? { gpus: 'all' } : {};
}
