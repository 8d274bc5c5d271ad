import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { NodeFacts } from '../../facts/index';
import type { Values } from '../generator';
import { filledForms, hostileWords } from '../testing/form-values';
import { dockerCompose } from './docker-compose';

const { examples, files, problems, read, sections } = dockerCompose;
const textOf = (values: Values) => files(values)[0]?.text ?? '';
const base = examples[0]?.values ?? {};
const [service = {}] = base.services as Values[];
const withService = (own: Values) => ({ ...base, services: [{ ...service, ...own }] });
const said = (values: Values, facts: NodeFacts | null = null) =>
  problems(values, facts).map(({ severity, path, text }) => `${severity} ${path.join('.')}: ${text.en}`);

/** What the compose specification takes, as far as the form writes it. Source: compose-spec, schema/compose-spec.json. */
const texts = z.array(z.string());
const duration = z.string().regex(/^\d+(ms|s)$/);
const device = z.strictObject({
  driver: z.string(),
  count: z.union([z.int(), z.literal('all')]).optional(),
  device_ids: texts.optional(),
  capabilities: texts,
});
const composeSchema = z.strictObject({
  name: z.string().optional(),
  services: z.record(
    z.string(),
    z.strictObject({
      image: z.string().optional(),
      command: texts.optional(),
      environment: z.record(z.string(), z.string().nullable()).optional(),
      env_file: texts.optional(),
      ports: texts.optional(),
      volumes: texts.optional(),
      devices: texts.optional(),
      cap_add: texts.optional(),
      depends_on: texts.optional(),
      shm_size: z.string().optional(),
      ipc: z.string().optional(),
      network_mode: z.string().optional(),
      user: z.string().optional(),
      restart: z.string().optional(),
      read_only: z.boolean().optional(),
      ulimits: z
        .strictObject({ memlock: z.int().optional(), stack: z.int().optional(), nofile: z.int().optional() })
        .optional(),
      stop_grace_period: duration.optional(),
      healthcheck: z
        .strictObject({
          test: texts.min(1).optional(),
          interval: duration.optional(),
          timeout: duration.optional(),
          start_period: duration.optional(),
          retries: z.int().optional(),
        })
        .optional(),
      logging: z
        .strictObject({ driver: z.string().optional(), options: z.record(z.string(), z.string()).optional() })
        .optional(),
      deploy: z
        .strictObject({
          resources: z.strictObject({ reservations: z.strictObject({ devices: z.array(device).length(1) }) }),
        })
        .optional(),
    }),
  ),
});

function valuesIn(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  return typeof content === 'object' && content !== null ? Object.values(content).flatMap(valuesIn) : [];
}

it.each(examples.map(({ id, values }) => [id, values] as const))(
  'gives in %s a file that compose takes',
  (_, values) => {
    expect(said(values).filter((line) => !line.startsWith('info'))).toEqual([]);
    expect(composeSchema.safeParse(parse(textOf(values))).error?.message).toBeUndefined();
  },
);

it('writes what compose takes and reads it back, whatever is filled in', () => {
  fc.assert(
    fc.property(filledForms(sections, hostileWords), (form) => {
      const text = textOf(form);
      expect(composeSchema.safeParse(parse(text, { version: '1.1' })).error?.message).toBeUndefined();
      const again = read?.(text);
      // What a field refuses (a line's end, say) comes behind the rest.
      expect(parse(textOf(again?.values ?? {}))).toEqual(parse(text));
      // No value is filled in by compose: each dollar is doubled. Keys are taken as they are.
      for (const value of valuesIn(parse(text))) expect(value.replaceAll('$$', '')).not.toContain('$');
    }),
    { numRuns: 80 },
  );
});

it('reserves GPUs by number or by UUID and takes secrets from outside', () => {
  const file = parse(
    textOf(withService({ gpus: 'ids', gpuIds: ['GPU-1'], environment: [{ name: 'KEY' }, { name: 'A', value: '$x' }] })),
  );
  expect(file.services.triton.deploy.resources.reservations.devices).toEqual([
    { driver: 'nvidia', device_ids: ['GPU-1'], capabilities: ['gpu'] },
  ]);
  expect(file.services.triton.environment).toEqual({ KEY: null, A: '$$x' });
});

it('keeps what of a file of others has no field, and takes the rest', () => {
  const file = `version: "3"
x-common: &common { image: x:1, init: true }
services:
  a:
    <<: *common # mine
    build: .
    command: python serve.py
    environment: [A=b=c, T, 'U=', 'V=\${V}']
    healthcheck: { test: curl -f localhost, disable: false }
    volumes: [{ type: bind, source: /a, target: /b }]
    shm_size: \${SIZE}
    depends_on: { b: { condition: service_healthy } }
    ulimits: { memlock: { soft: -1, hard: -1 }, nofile: { soft: 1, hard: 2 } }
    restart: on-failure:3
    deploy: { resources: { limits: { cpus: '2' }, reservations: { devices: [{ driver: cdi, device_ids: [nvidia.com/gpu=0], capabilities: [gpu] }] } } }
  b: { image: 'y:2', command: python -c "a b", healthcheck: { test: [NONE] }, deploy: { resources: { limits: { cpus: '2' }, reservations: { devices: [{ driver: nvidia, count: 99, capabilities: [gpu] }] } } } }
  c: { image: 'z:3', deploy: { resources: { limits: { cpus: '2' }, reservations: { devices: [{ driver: nvidia, count: 2, capabilities: [gpu] }] } } } }
volumes: { data: }
`;
  const found = read?.(file);
  const written = parse(textOf(found?.values ?? {}));
  const { services, volumes } = parse(file, { merge: true });
  expect(written).toEqual({
    'x-common': { image: 'x:1', init: true },
    services: {
      a: {
        ...services.a,
        command: ['python', 'serve.py'],
        environment: { A: 'b=c', T: null, U: '', V: '\u0024{V}' },
        healthcheck: { test: ['CMD-SHELL', 'curl -f localhost'], disable: false },
        ulimits: { memlock: -1, nofile: { soft: 1, hard: 2 } },
      },
      b: services.b,
      c: services.c,
    },
    volumes,
  });
  expect(found?.values).toMatchObject({ services: [{}, {}, { gpus: 'count', gpuCount: 2 }] });
  expect(found?.notes).toHaveLength(2);
  expect(found?.notes[0]?.text.en).toContain('x-common, volumes, a.init');
  expect(problems(found?.values ?? {}, null).filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(said(withService({ other: 'a: [' })).join()).toContain('Must be settings as YAML');
  expect(['', '[]', 'a: [', 'a: 1', 'services: 3'].map((text) => read?.(text))).toEqual([null, null, null, null, null]);
});

it.each<[string, Values, string]>([
  ['no version', { image: 'nvcr.io/nvidia/tritonserver' }, 'warn services.0.image: Name its version'],
  ['no image', { image: 'x y' }, 'error services.0.image: No name of an image'],
  ['a port for all', { ports: ['8000:8000'] }, 'warn services.0.ports.0: Open to the whole network'],
  ['a port twice', { ports: ['127.0.0.1:1:1', '127.0.0.1:1:2'] }, 'error services.0.ports.1: triton has this port'],
  ['a port that is none', { ports: ['99999:1'] }, 'error services.0.ports.0: ADDRESS:PORT:PORT'],
  ['ports in the node’s network', { network_mode: 'host' }, 'error services.0.ports: Not with the node’s own network'],
  ['no GPU chosen', { gpus: 'ids', gpuIds: [] }, 'error services.0.gpuIds: Say which'],
  ['little shared memory', { shm_size: null }, 'info services.0.shm_size: Docker gives 64 MB'],
  ['shared memory twice', { ipc: 'host' }, 'warn services.0.shm_size: Has no effect'],
  ['a secret', { environment: [{ name: 'HF_TOKEN', value: 'x' }] }, 'warn services.0.environment.0.value: A secret'],
  ['Docker’s socket', { volumes: ['/var/run/docker.sock:/x'] }, 'warn services.0.volumes.0: Who reaches Docker'],
  ['a volume that is not declared', { volumes: ['data:/x'] }, 'error services.0.volumes.0: A path of the node'],
  ['nobody to wait for', { depends_on: ['x'] }, 'error services.0.depends_on.0: There is no such service'],
])('flags %s', (_, own, expected) => {
  expect(said(withService(own)).join('\n')).toContain(expected);
});

it('judges by the node', () => {
  const facts = {
    gpu: { gpus: [{ uuid: 'GPU-1' }], cudaVersion: '12.4' },
    docker: { runtimes: ['runc'], cdiSpecDirs: [] },
  } as unknown as NodeFacts;
  const lines = said(withService({ gpus: 'count', gpuCount: 2, image: 'nvidia/cuda:13.0.1-base-ubuntu24.04' }), facts);
  expect(lines.join('\n')).toContain('error services.0.gpuCount: More than this node has: 1.');
  expect(lines.join('\n')).toContain(
    'error services.0.image: Made for CUDA 13.0; this node’s driver runs CUDA 12.4 at most.',
  );
  expect(lines.join('\n')).toContain('warn services.0.gpus: Docker on this node has no NVIDIA runtime');
  expect(said(withService({ gpus: 'ids', gpuIds: ['GPU-2'] }), facts).join('\n')).toContain(
    'gpuIds.0: This node has no such GPU',
  );
});
